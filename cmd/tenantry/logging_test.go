package main

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"tenantry/internal/config"
)

// At a terminal the line of a request begins with its status, method and route; a line of
// something else begins with its message, and nothing is said twice or lost.
func TestLinesForPeopleBeginWithWhatTheyLookFor(t *testing.T) {
	t.Parallel()
	var told bytes.Buffer
	at := time.Date(2026, 2, 3, 4, 5, 6, 0, time.UTC)
	p := &program{stderr: &told, now: func() time.Time { return at }}
	log := p.logger(config.Log{Level: "info", Format: "console"})
	log.Info().Str("ref", "abc").Str("method", "GET").Str("route", "/v3/customers/:id").Int("status", 404).Float64("ms", 1.25).Str("actor", "x").Msg("request")
	log.Info().Str("url", "http://here").Msg("serving")
	want := []string{"INF 404 GET    /v3/customers/:id request ms=1.25 ref=abc actor=x", "INF serving url=http://here"}
	for i, line := range strings.Split(strings.TrimSpace(told.String()), "\n") {
		if _, rest, _ := strings.Cut(line, " "); rest != want[i] {
			t.Errorf("line %d is %q, want %q", i+1, rest, want[i])
		}
	}
}
