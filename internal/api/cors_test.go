package api_test

import (
	"net/http"
	"strings"
	"testing"
)

const dashboard = "https://dashboard.example.com"

func withOrigins(s *setup) { s.Origins = []string{dashboard, "http://localhost:3000"} }

// A page of a configured origin may ask, send what the API reads, and read what the API
// tells, refusals too; never with cookies. One of another origin, however alike, gets no
// leave.
func TestPagesOfConfiguredOriginsMayCall(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withOrigins)
	p := e.platform()
	for origin, allowed := range map[string]bool{
		dashboard: true, "http://localhost:3000": true,
		"https://dashboard.example.com.evil.example": false, "https://evil.example": false, "http://dashboard.example.com": false,
		"https://DASHBOARD.example.com": false, "https://dashboard.example.com:444": false, "http://localhost": false, "null": false, "": false,
	} {
		t.Run(origin, func(t *testing.T) {
			want := ""
			if allowed {
				want = origin
			}
			asked, _ := p.self().raw(http.MethodOptions, "/v3/customers/x", "Origin", origin, "Access-Control-Request-Method", "PATCH")
			read, _ := p.self().raw(http.MethodGet, p.path(), "Origin", origin)
			refused, _ := e.client().raw(http.MethodGet, p.path(), "Origin", origin)
			missing, _ := p.self().raw(http.MethodGet, "/v3/nowhere", "Origin", origin)
			for _, one := range []head{asked, read, refused, missing} {
				if got := one.Header.Get("Access-Control-Allow-Origin"); got != want || !strings.Contains(strings.Join(one.Header.Values("Vary"), ","), "Origin") {
					t.Errorf("%d allows %q and varies by %q", one.StatusCode, got, one.Header.Values("Vary"))
				}
				if got := one.Header.Get("Access-Control-Allow-Credentials"); got != "" {
					t.Errorf("credentials are allowed: %q", got)
				}
			}
			if read.StatusCode != http.StatusOK || refused.StatusCode != http.StatusUnauthorized || missing.StatusCode != http.StatusNotFound {
				t.Errorf("answered %d, %d, %d", read.StatusCode, refused.StatusCode, missing.StatusCode)
			}
			if !allowed {
				if got := asked.Header.Get("Access-Control-Allow-Headers"); got != "" {
					t.Errorf("a stranger may send %q", got)
				}
				return
			}
			sends := strings.ToLower(asked.Header.Get("Access-Control-Allow-Headers"))
			for _, name := range []string{"authorization", "x-customer-id", "idempotency-key", "if-match", "content-type"} {
				if !strings.Contains(sends, name) {
					t.Errorf("%s may not be sent: %s", name, sends)
				}
			}
			for _, name := range []string{"ETag", "Link", "Retry-After", "X-Request-Id", "X-Client-Request-Id"} {
				if !strings.Contains(read.Header.Get("Access-Control-Expose-Headers"), name) {
					t.Errorf("%s may not be read", name)
				}
			}
			if asked.StatusCode != http.StatusNoContent || asked.Header.Get("Access-Control-Max-Age") != "7200" || !strings.Contains(asked.Header.Get("Access-Control-Allow-Methods"), "PATCH") {
				t.Errorf("the question is answered %d with %v", asked.StatusCode, asked.Header)
			}
		})
	}
}

// The pages for people go by cookies, and none of them is shared with another origin; the
// routes of publishable keys stay open to every page, with origins and without.
func TestOriginsChangeNothingElse(t *testing.T) {
	t.Parallel()
	e := newEnv(t, withOrigins, func(s *setup) {
		s.Console = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
		s.Pages = []string{"/console"}
	})
	for _, method := range []string{http.MethodGet, http.MethodOptions} {
		t.Run(method, func(t *testing.T) {
			page, _ := e.client().raw(method, "/console", "Origin", dashboard, "Access-Control-Request-Method", "POST")
			if got := page.Header.Get("Access-Control-Allow-Origin"); got != "" {
				t.Errorf("a page for people allows %q", got)
			}
		})
	}
	open, _ := e.client().raw(http.MethodOptions, "/v3/tokens", "Origin", "https://shop.example", "Access-Control-Request-Method", "POST")
	if got := open.Header.Get("Access-Control-Allow-Origin"); got != "*" || open.StatusCode != http.StatusNoContent {
		t.Errorf("tokens: %d, %q", open.StatusCode, got)
	}
}
