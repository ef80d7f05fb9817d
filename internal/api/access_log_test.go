package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// A log line says which customer did what to which route, by pattern, and how it ended.
func TestTheAccessLog(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	got := p.behalf(child.id).get(child.path("/plan-status?plan=merchant")).ok(http.StatusOK)
	entry := e.logged(got.Header.Get("X-Request-Id"))
	for name, want := range map[string]any{
		"method": "GET", "route": "/v3/customers/:id/plan-status", "status": 200.0, "level": "info",
		"actor": p.id, "subject": child.id, "credential": p.keyID(1),
	} {
		t.Run(name, func(t *testing.T) {
			if entry[name] != want {
				t.Errorf("%s is %v, want %v", name, entry[name], want)
			}
		})
	}
	refused := p.self().get("/v3/customers/x")
	if entry := e.logged(refused.Header.Get("X-Request-Id")); entry["code"] != "notFound" || entry["route"] != "/v3/customers/:id" {
		t.Errorf("a refusal is logged as %v", entry)
	}
}

// No log line holds what clients make up: paths, queries, methods, headers, bodies.
func TestTheAccessLogHoldsNothingThatClientsSend(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	e.ConcealFromLog("made-up")
	c := p.self().with("X-Made-Up", "made-up", "User-Agent", "made-up", "X-Request-Id", "made-up", "Referer", "made-up")
	c.get("/v3/made-up?made-up=made-up", wrong).ok(http.StatusNotFound)
	c.get("/v3/customers/made-up").ok(http.StatusNotFound)
	c.get("/v3/customers/made-up?made-up=made-up", wrong).ok(http.StatusUnprocessableEntity)
	c.do("MADE-UP", "/v3/customers", nil, wrong).ok(http.StatusMethodNotAllowed)
	c.post("/v3/customers", object{"made-up": "made-up"}, wrong).ok(http.StatusUnprocessableEntity)
	c.get("/v3/customers?limit=made-up&cursor=made-up&status=made-up", wrong).ok(http.StatusUnprocessableEntity)
	c.get(p.path("/unmasked?reason=made-up")).ok(http.StatusForbidden)
	e.client("Authorization", "Bearer made-up", "X-CUSTOMER-ID", "made-up").get("/v3/whoami").ok(http.StatusUnauthorized)
	if strings.Contains(strings.ToLower(e.Logs.String()), "made-up") {
		t.Error("there is something made up in the log")
	}
}

// Whatever clients do with their secrets, none gets into a log line, a metric or an
// answer that does not show it on purpose. (The harness checks the same after every other
// test.)
func TestSecretsStayOut(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	p.self().get("/v3/customers/"+child.secret, wrong).ok(http.StatusNotFound)
	p.self().get("/v3/customers?name=" + child.secret).ok(http.StatusOK)
	p.self().get("/"+child.secret, wrong).ok(http.StatusNotFound)
	p.self().put(child.path(), object{"legalEntity": object{"personalTaxId": personalTax + "0"}}).ok(http.StatusUnprocessableEntity)
	p.self().put(child.path(), object{"merchant": object{"bank": with(bank(), object{"accountNumber": accountNumber + "000000"})}}, wrong).ok(http.StatusUnprocessableEntity)
	p.self().post(child.path("/users"), object{"username": "zoe", "password": strings.Repeat(password, 9)}, wrong).ok(http.StatusUnprocessableEntity)
	p.self().post("/v3/customers", `{"password":"`+password+`"`, wrong).ok(http.StatusBadRequest)
	p.self().post("/v3/customers", `["`+cardNumber+`"]`, wrong).ok(http.StatusBadRequest)
	child.browser().post("/v3/tokens", object{"card": with(card(), object{"cardNumber": cardNumber + "9999"})}).ok(http.StatusUnprocessableEntity)
	e.client("Authorization", basicAuth(child.id, child.secret)).get("/v3/whoami").ok(http.StatusUnauthorized)
	e.client("Authorization", "Bearer "+child.secret+"x", "X-CUSTOMER-ID", child.id).get("/v3/whoami").ok(http.StatusUnauthorized)
	e.client().post("/v3/oauth/token", with(credentialsGrant(child), object{"client_secret": child.secret + "x"})).ok(http.StatusUnauthorized)
	child.self().with("Idempotency-Key", child.secret).post("/v3/keys/rotate", nil, shows).ok(http.StatusCreated)
	p.self().get("/v3/customers").ok(http.StatusOK)
	p.self().get(child.path("/keys")).ok(http.StatusOK)

	if leaked := e.Leaked(e.metrics()); leaked != "" {
		t.Errorf("the metrics hold the secret %q", leaked)
	}
	if e.Leaked("x"+child.secret+"y") == "" || !strings.Contains(e.Logs.String(), child.id) {
		t.Error("the check itself finds nothing")
	}
}
