package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"tenantry/internal/trace"
)

func (e *env) metrics() string {
	recorder := httptest.NewRecorder()
	e.API.MetricsHandler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody))
	return recorder.Body.String()
}

// Requests are counted by pattern; nothing that clients make up is a label, and no label
// holds an id.
func TestMetricsAreLabeledByPattern(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().get(p.path()).ok(http.StatusOK)
	p.self().get("/v3/customers/made-up").ok(http.StatusNotFound)
	p.self().get("/made-up", wrong).ok(http.StatusNotFound)
	p.self().do("MADE-UP", "/v3/customers", nil, wrong).ok(http.StatusMethodNotAllowed)
	text := e.metrics()
	for _, line := range []string{
		`tenantry_http_requests_total{method="GET",route="/v3/customers/:id",status="200"} 1`,
		`tenantry_http_requests_total{method="GET",route="/v3/customers/:id",status="404"} 1`,
		`tenantry_http_requests_total{method="GET",route="unmatched",status="404"} 1`,
		`tenantry_http_requests_total{method="OTHER",route="/v3/customers",status="405"} 1`,
		`tenantry_http_request_duration_seconds_count{method="GET",route="/v3/customers/:id"} 2`,
		`tenantry_http_requests_in_flight 0`,
		`tenantry_build_info{mode="sandbox",version="test"} 1`,
	} {
		t.Run(line, func(t *testing.T) {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("no line %s", line)
			}
		})
	}
	if strings.Contains(strings.ToLower(text), "made-up") || strings.Contains(text, p.id) {
		t.Error("a label holds what it should not")
	}
}

// The metrics are on no listener but their own, which serves nothing else.
func TestMetricsHaveTheirOwnListener(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.client().get("/metrics", wrong).ok(http.StatusNotFound)
	e.local().get("/metrics", wrong).ok(http.StatusNotFound)
	recorder := httptest.NewRecorder()
	e.API.MetricsHandler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v3/whoami", http.NoBody))
	if recorder.Code != http.StatusNotFound {
		t.Errorf("the metrics listener answers %d for a route", recorder.Code)
	}
}

// What callers are denied is counted by status and code, and a mistake of the program by
// itself.
func TestDenialsAndPanicsAreCounted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.client("Authorization", "Bearer "+garbled(p.secret), "X-CUSTOMER-ID", p.id).get("/v3/whoami").ok(http.StatusUnauthorized)
	p.restricted("read").post("/v3/customers", minimal("merchant")).ok(http.StatusForbidden)
	p.self().post("/v3/customers", with(complete(), object{"legalEntity": with(legalEntity(), object{"businessName": "panic"})})).ok(http.StatusInternalServerError)
	text := e.metrics()
	for _, line := range []string{
		`tenantry_http_denied_total{code="invalidCredentials",status="401"} 1`,
		`tenantry_http_denied_total{code="insufficientScope",status="403"} 1`,
		`tenantry_panics_total 1`,
	} {
		t.Run(line, func(t *testing.T) {
			if !strings.Contains(text, line+"\n") {
				t.Errorf("no line %s", line)
			}
		})
	}
}

// A scrape in the OpenMetrics form has an exemplar for a bucket: the reference of an answer
// that fell into it, or its trace.
func TestDurationsHaveExemplars(t *testing.T) {
	t.Parallel()
	for name, tracer := range map[string]trace.Tracer{"ref": {}, "trace_id": trace.New(sdktrace.NewTracerProvider())} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t, func(s *setup) { s.Tracer = tracer })
			ref := e.client().get("/v3/whoami").ok(http.StatusUnauthorized).Header.Get("X-Request-Id")
			want, _ := e.logged(ref)["trace"].(string)
			if name == "ref" {
				want = ref
			}
			request := httptest.NewRequest(http.MethodGet, "/metrics", http.NoBody)
			request.Header.Set("Accept", "application/openmetrics-text")
			recorder := httptest.NewRecorder()
			e.API.MetricsHandler().ServeHTTP(recorder, request)
			if example := `# {` + name + `="` + want + `"}`; want == "" || !strings.Contains(recorder.Body.String(), example) {
				t.Errorf("no bucket has %s", example)
			}
		})
	}
}
