package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A draining service is not ready and says so at once; it serves all the same, and sends
// clients elsewhere with their next request.
func TestADrainingServiceServesOn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.client().get("/readyz").ok(http.StatusOK)
	e.API.Drain()
	if got := e.client().get("/readyz").refused(http.StatusServiceUnavailable, "serviceUnavailable", ""); got.Header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	e.client().get("/healthz").ok(http.StatusOK)
	p.self().get("/v3/whoami").ok(http.StatusOK)
	recorder := httptest.NewRecorder() // Go's client hides the header
	e.API.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/v3/whoami", http.NoBody))
	if got := recorder.Header().Get("Connection"); got != "close" {
		t.Errorf("Connection is %q", got)
	}
}

// Who does not send its request is not counted as work: such a client may be cut off.
func TestStalledClientsAreNoWork(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	if e.API.Working() != 0 {
		t.Errorf("%d requests are at work", e.API.Working())
	}
}
