package api_test

import (
	"bytes"
	"net/http"
	"net/netip"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/rs/zerolog"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"tenantry/internal/api"
	"tenantry/internal/testkit"
	"tenantry/internal/trace"
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
		"tenant": p.id, "actor": p.id, "subject": child.id, "credential": p.keyID(1),
		"client": nil, "path": nil, "requestId": nil,
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
	e := newEnv(t, func(s *setup) { s.Log = zerolog.Logger{}.Level(zerolog.InfoLevel) })
	p := e.platform()
	e.ConcealFromLog("made-up")
	c := p.self().with("X-Made-Up", "made-up", "User-Agent", "made-up", "X-Request-Id", "made-up?", "Referer", "made-up")
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

// The path of no route is logged at debug alone, and of it nothing that may be a key: an
// operator who moves a client here sees what it asks for.
func TestPathsOfNoRouteAreLoggedAtDebug(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for path, want := range map[string]any{
		"/v2/customers/new":               "/v2/customers/new",
		"/v2/" + p.secret + "/customers":  "/v2/*/customers",
		"/v2/%0Ainjected%22/x":            "/v2/*/x",
		strings.Repeat("/a", 20):          strings.Repeat("/a", 11) + "/…",
		"/v3/customers?name=" + p.secret:  nil,
		"/v2/" + strings.Repeat("x", 33):  "/v2/*",
		"/v2/jane.doe@example.com/verify": "/v2/*/verify",
	} {
		t.Run(path, func(t *testing.T) {
			got := p.self().get(path, wrong)
			if entry := e.logged(got.Header.Get("X-Request-Id")); entry["path"] != want {
				t.Errorf("the path is logged as %v, want %v", entry["path"], want)
			}
		})
	}
}

// The client's own id of a request comes back in a header of its own, and stands in the log
// beside the reference of the answer, which stays one of a kind. One that is long or not
// plain is dropped, and does no harm.
func TestTheClientsRequestIDIsKept(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for id, want := range map[string]string{
		"3f0a-Trace_7.b:c": "3f0a-Trace_7.b:c", "Root=1-67891233-abcdef012345678912345678": "Root=1-67891233-abcdef012345678912345678",
		strings.Repeat("a", 128): strings.Repeat("a", 128), strings.Repeat("a", 129): "", "": "", `a"b`: "", "a b": "", "a,b": "", "ü": "",
	} {
		t.Run(id, func(t *testing.T) {
			got := p.self().with("X-Request-Id", id).get("/v3/whoami").ok(http.StatusOK)
			ref := got.Header.Get("X-Request-Id")
			logged, _ := e.logged(ref)["requestId"].(string)
			if back := got.Header.Get("X-Client-Request-Id"); back != want || logged != want || len(ref) != 32 || ref == id {
				t.Errorf("returned as %q, logged as %q, beside %q", back, logged, ref)
			}
		})
	}
}

// The network address of the client is logged as far as the setting says, past the proxies
// that are trusted.
func TestTheClientIsLoggedBySetting(t *testing.T) {
	t.Parallel()
	for setting, want := range map[api.ClientLog]any{
		"": nil, api.LogNoClient: nil, api.LogAddress: "203.0.113.77", api.LogPrefix: "203.0.113.0/24",
	} {
		t.Run(string(setting), func(t *testing.T) {
			t.Parallel()
			e := newEnv(t, func(s *setup) {
				s.LogClient, s.TrustedProxies = setting, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
			})
			got := e.client("X-Forwarded-For", "203.0.113.77").get("/v3/whoami").ok(http.StatusUnauthorized)
			if entry := e.logged(got.Header.Get("X-Request-Id")); entry["client"] != want {
				t.Errorf("the client is logged as %v, want %v", entry["client"], want)
			}
		})
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

// The configuration for Loki reads members that lines of requests have.
func TestTheConfigurationForLokiReadsTheLog(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("../../deploy/loki/tenantry.alloy")
	testkit.Must(t, err)
	_, config, _ = bytes.Cut(config, []byte("expressions = {"))
	config, _, _ = bytes.Cut(config, []byte("}"))
	e := newEnv(t, func(s *setup) { s.Tracer = trace.New(sdktrace.NewTracerProvider()) })
	got := e.platform().self().with("X-Request-Id", "mine", "Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").get("/v3/customers/x")
	entry := e.logged(got.Header.Get("X-Request-Id"))
	names := regexp.MustCompile(`= "(\w+)"`).FindAllSubmatch(config, -1)
	if len(names) < 10 {
		t.Fatalf("it reads %d members", len(names))
	}
	for _, name := range names {
		// The program's own logger, which is not this one, adds the time.
		if _, there := entry[string(name[1])]; !there && string(name[1]) != "time" {
			t.Errorf("no line has %s: %v", name[1], entry)
		}
	}
}
