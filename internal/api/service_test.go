package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// whoami shows a caller how the service sees it.
func TestWhoAmI(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	got := p.self().get("/v3/whoami").ok(http.StatusOK).is("mode", "sandbox").is("version", "test").
		is("actor.id", p.id).is("subject.id", p.id).is("credential.id", p.keyID(1)).is("credential.kind", "secret").
		is("plan.key", "platform").is("plan.features.createCustomers", true)
	if len(got.List("credential.scopes")) != 11 {
		t.Errorf("the scopes are %v", got.List("credential.scopes"))
	}
	// So can a credential that may read nothing.
	p.restricted("banks:write").get("/v3/whoami").ok(http.StatusOK).is("credential.scopes", []any{"banks:write"})
}

// A visitor who comes by browser learns where to go.
func TestThePageForPeople(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	got := e.client("Accept", "text/html").get("/").ok(http.StatusOK)
	if !strings.HasPrefix(got.Header.Get("Content-Type"), "text/html") || !strings.Contains(got.Text, "/openapi.yaml") {
		t.Errorf("the page is %q", got.Text)
	}
}

// No answer is kept by caches, sniffed or framed, except that the two public pages may be
// kept.
func TestHardeningHeaders(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, got := range []answer{
		p.self().get(p.path()), p.self().get("/v3/customers"), p.self().get("/v3/customers/x"), e.client().get("/nowhere", wrong),
		e.client().post("/v3/oauth/token", credentialsGrant(p), shows), p.self().do("LINK", "/v3/customers", nil, wrong),
	} {
		if got.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: Cache-Control is %q", got.What, got.Header.Get("Cache-Control"))
		}
	}
	for _, path := range []string{"/", "/openapi.yaml", "/healthz", "/v3/whoami"} {
		t.Run(path, func(t *testing.T) {
			e := e.in(t)
			got := e.client().get(path)
			if got.Header.Get("X-Content-Type-Options") != "nosniff" || got.Header.Get("Content-Security-Policy") == "" || got.Header.Get("X-Request-Id") == "" {
				t.Errorf("%s: the headers are %v", path, got.Header)
			}
		})
	}
	if kept := e.client().get("/openapi.yaml").Header.Get("Cache-Control"); !strings.Contains(kept, "public") {
		t.Errorf("the document's Cache-Control is %q", kept)
	}
}

// Whoever was answered over https asks over nothing else from then on; over http nothing is
// promised.
func TestAnswersOverHTTPSDemandHTTPS(t *testing.T) {
	t.Parallel()
	here, behind := newEnv(t), newEnv(t, func(s *setup) { s.HTTPSInFront = true })
	for _, path := range []string{"/", "/healthz", "/v3/whoami", "/nowhere", "/customers", "/v1/customers"} {
		for _, row := range []struct {
			name, scheme, want string
			on                 *env
		}{
			{"https here ", "https", "max-age=31536000", here},
			{"https in front ", "http", "max-age=31536000", behind},
			{"http ", "http", "", here},
		} {
			t.Run(row.name+path, func(t *testing.T) {
				recorder := httptest.NewRecorder()
				row.on.API.Handler().ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, row.scheme+"://api.example"+path, http.NoBody))
				if got := recorder.Header().Get("Strict-Transport-Security"); got != row.want {
					t.Errorf("the header is %q, want %q", got, row.want)
				}
			})
		}
	}
}
