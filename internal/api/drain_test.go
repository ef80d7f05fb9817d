package api_test

import (
	"net/http"
	"testing"
)

// A draining service is not ready and says so at once; it serves all the same, and sends
// clients elsewhere with their next request.
func TestADrainingServiceServesOn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.client().get("/readyz").ok(http.StatusOK)
	e.api.Drain()
	if got := e.client().get("/readyz").refused(http.StatusServiceUnavailable, "serviceUnavailable", ""); got.header.Get("Retry-After") == "" {
		t.Error("there is no Retry-After")
	}
	e.client().get("/healthz").ok(http.StatusOK)
	if got := p.self().get("/v3/whoami").ok(http.StatusOK); got.header.Get("Connection") != "close" {
		t.Errorf("Connection is %q", got.header.Get("Connection"))
	}
}

// Who does not send its request is not counted as work: such a client may be cut off.
func TestStalledClientsAreNoWork(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	if e.api.Working() != 0 {
		t.Errorf("%d requests are at work", e.api.Working())
	}
}
