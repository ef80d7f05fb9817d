package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/internal/config"
	"tenantry/internal/testkit"
)

// At a terminal the line of a request begins with its status, method and route; a line of
// something else begins with its message, and nothing is said twice or lost.
func TestLinesForPeopleBeginWithWhatTheyLookFor(t *testing.T) {
	t.Parallel()
	var told bytes.Buffer
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	p := &program{Program: &cli.Program{Stderr: &told, Now: func() time.Time { return at }}}
	log, _ := p.logger(t.Context(), config.Log{Level: "info", Format: "console"})
	log.Info().Str("ref", "abc").Str("method", "GET").Str("route", "/v3/customers/:id").Int("status", 404).Float64("ms", 1.25).Str("actor", "x").Msg("request")
	log.Info().Str("url", "http://here").Msg("serving")
	want := []string{"INF 404 GET    /v3/customers/:id request ms=1.25 ref=abc actor=x", "INF serving url=http://here"}
	for i, line := range strings.Split(strings.TrimSpace(told.String()), "\n") {
		if _, rest, _ := strings.Cut(line, " "); rest != want[i] {
			t.Errorf("line %d is %q, want %q", i+1, rest, want[i])
		}
	}
}

// Traces are sent to the collector that the settings or the environment name, the last ones
// at the end; without one, or where the environment says so, there are none.
func TestTracesAreSentWhereTheSettingsSay(t *testing.T) {
	var sent atomic.Int32
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/traces" {
			sent.Add(1)
		}
	}))
	defer collector.Close()
	for name, row := range map[string]struct {
		setting string
		environ map[string]string
		want    int32
	}{
		"none":            {"", nil, 0},
		"by the setting":  {collector.URL, nil, 1},
		"with the path":   {collector.URL + "/v1/traces", nil, 1},
		"by the variable": {"", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": collector.URL}, 1},
		"for traces":      {"", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": collector.URL + "/v1/traces"}, 1},
		"switched off":    {collector.URL, map[string]string{"OTEL_SDK_DISABLED": "true"}, 0},
		"none by name":    {collector.URL, map[string]string{"OTEL_TRACES_EXPORTER": "none"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			sent.Store(0)
			var told bytes.Buffer
			p := &program{Program: &cli.Program{Stderr: &told, Now: time.Now}}
			for key, value := range row.environ {
				t.Setenv(key, value) // which the SDK reads by itself
				p.Environ = append(p.Environ, key+"="+value)
			}
			settings := config.Default()
			settings.Telemetry.OTLPEndpoint = row.setting
			log, written := p.logger(t.Context(), config.Log{Level: "info", Format: "json"})
			tracer, flush, err := p.traces(t.Context(), &config.Loaded{Config: settings}, log)
			testkit.Must(t, err)
			_, span := tracer.Request(t.Context(), http.Header{}, "GET /")
			span.End()
			flush()
			written()
			if got := sent.Load(); got != row.want || tracer.On() != (row.want > 0) || told.Len() > 0 {
				t.Errorf("%d batches are sent, want %d; log: %s", got, row.want, told.String())
			}
		})
	}
}
