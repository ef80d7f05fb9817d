package api_test

import (
	"net/http"
	"strings"
	"testing"

	"tenantry/internal/api"
	"tenantry/internal/testkit"
)

// openRoutes are the routes that need no secret credential.
var openRoutes = map[string]bool{
	"GET /": true, "GET /openapi.yaml": true, "GET /openapi.json": true, "GET /healthz": true, "GET /readyz": true,
	"POST /v3/oauth/token": true, "POST /v3/oauth/revoke": true, "POST /v3/invitations/accept": true, "POST /v3/tokens": true, "POST /v3/identity/verdicts": true, "OPTIONS /v3/tokens": true,
	"GET /v3/merchants/:vanityName": true, "OPTIONS /v3/merchants/:vanityName": true,
}

// signedRoutes calls each with every route that needs a secret credential, its path
// filled with the ids of a customer, and what the sweep sends to it.
func signedRoutes(e *env, of swept, each func(route api.Route, path string, probe probe)) {
	for _, route := range e.API.Routes() {
		name := route.Method + " " + route.Pattern
		if !openRoutes[name] {
			each(route, of.fill(route.Pattern)+probes()[name].query, probes()[name])
		}
	}
}

// Every route that is not open on purpose needs a credential, a subject, and more than a
// publishable key.
func TestEveryRouteWantsACredential(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	own := e.victim(p)
	before := own.state(t)
	signedRoutes(e, own, func(route api.Route, path string, probe probe) {
		for status, c := range map[int]*client{
			http.StatusUnauthorized: e.client("X-CUSTOMER-ID", p.id),
			http.StatusForbidden:    p.browser(),
		} {
			c.do(route.Method, path, probe.body, wrong).ok(status)
		}
		e.client("Authorization", "Bearer "+p.secret).do(route.Method, path, probe.body, wrong).ok(http.StatusUnauthorized)
		e.client("Authorization", "Bearer nonsense", "X-CUSTOMER-ID", p.id).do(route.Method, path, probe.body, wrong).ok(http.StatusUnauthorized)
		p.behalf(missingID).do(route.Method, path, probe.body, wrong).ok(http.StatusForbidden)
	})
	if after := own.state(t); after != before {
		t.Errorf("something was done:\n%s\n%s", before, after)
	}
}

// Every route that changes something refuses broken JSON, unknown fields, other media
// types, a bad idempotency key and a used one, and then does nothing.
func TestEveryChangeIsChecked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	own := e.victim(p)
	p.behalf(own.id).with("Idempotency-Key", "used").post("/v3/users", user("ada")).ok(http.StatusCreated)
	p.behalf(p.id).with("Idempotency-Key", "used").post("/v3/users", user("grace")).ok(http.StatusCreated)
	before := own.state(t)
	signedRoutes(e, own, func(route api.Route, path string, _ probe) {
		if route.Method == http.MethodGet || route.Method == http.MethodHead || route.Pattern == "/v3/customers/bulk" { // that one answers line by line
			return
		}
		c := p.behalf(own.id)
		if route.Pattern == "/v3/customers" || route.Pattern == "/v3/customers/accounts" || route.Pattern == "/v3/plan-status/preview" || strings.HasPrefix(route.Pattern, "/v3/payers") {
			c = p.behalf(p.id) // a merchant may not create at all
		}
		var broken, unknown, long, none, whole any = `{"bogus":`, object{"bogus": 1}, strings.Repeat(" ", 1<<20) + "{}", nil, object{}
		if route.Method == http.MethodPost && strings.HasSuffix(route.Pattern, "/documents") {
			broken, unknown, long = "--"+boundary+"\r\nbogus", form(object{"bogus": 1}, "", ""), form(object{}, "long.png", strings.Repeat(" ", 11<<20))
			none, whole = form(object{}, "", ""), form(object{}, "", "")
		}
		c.do(route.Method, path, broken, wrong).refused(http.StatusBadRequest, "malformedRequest", "")
		c.do(route.Method, path, unknown, wrong).refused(http.StatusUnprocessableEntity, "validationError", "bogus").detail("parameterUnknown")
		c.with("Content-Type", "text/plain").do(route.Method, path, object{}, wrong).ok(http.StatusUnsupportedMediaType)
		c.do(route.Method, path, long, wrong).ok(http.StatusRequestEntityTooLarge)
		c.with("Idempotency-Key", "").do(route.Method, path, none, wrong).refused(http.StatusUnprocessableEntity, "validationError", "Idempotency-Key")
		c.with("Idempotency-Key", "used").do(route.Method, path, none, wrong).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
		c.with("If-Match", "junk").do(route.Method, path, whole, wrong).ok(http.StatusPreconditionFailed)
	})
	if after := own.state(t); after != before {
		t.Errorf("something was done:\n%s\n%s", before, after)
	}
}

// The clock of an installation is moved by nobody: what moves that of a sandbox for tests is
// not there, live or not.
func TestNoServiceMovesItsClock(t *testing.T) {
	t.Parallel()
	for mode, tuning := range map[string][]testkit.Tuning{"sandbox": nil, "live": {testkit.Live}} {
		e := newEnv(t, func(s *setup) { s.Tunings = tuning })
		for _, path := range []string{"/v3/test/clock", "/v3/test/reset", "/v3/test/names"} {
			e.operator.self().post(path, object{"advance": "1h"}, wrong).refused(http.StatusNotFound, "notFound", "")
			if got := e.operator.self().get(path, wrong); got.Status != http.StatusNotFound {
				t.Errorf("%s: %s answers %d", mode, path, got.Status)
			}
		}
	}
}
