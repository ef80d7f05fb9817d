package api_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	"tenantry/internal/api"
)

// A credential has its requests per minute; past them it learns when to come back, while
// others go on, its own publishable key among them.
func TestTheRateIsPerCredential(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.RatePerMinute = 6 })
	p, other := e.platform(), e.platform()
	for i := range 6 {
		got := p.self().get("/v3/whoami").ok(http.StatusOK)
		want := []string{"6", []string{"5", "4", "3", "2", "1", "0"}[i], []string{"10", "20", "30", "40", "50", "60"}[i]}
		for at, name := range []string{"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"} {
			if got.Header.Get(name) != want[at] {
				t.Errorf("request %d: %s is %s, want %s", i+1, name, got.Header.Get(name), want[at])
			}
		}
	}
	got := p.self().get(p.path()).refused(http.StatusTooManyRequests, "rateLimited", "").is("error.type", "rateLimitError")
	if got.Header.Get("Retry-After") != "10" || got.Header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("Retry-After %q, RateLimit-Remaining %q", got.Header.Get("Retry-After"), got.Header.Get("RateLimit-Remaining"))
	}
	other.self().get("/v3/whoami").ok(http.StatusOK)
	p.browser().post("/v3/tokens", object{"card": card()}).ok(http.StatusCreated)
	e.local("X-CUSTOMER-ID", p.id).get("/v3/whoami").ok(http.StatusOK)

	e.Clock.Advance(10 * time.Second)
	p.self().get("/v3/whoami").ok(http.StatusOK)
	p.self().get("/v3/whoami").ok(http.StatusTooManyRequests)
}

// A good credential pays for requests that are forbidden too: one that makes up subjects,
// that of a disabled customer, and a publishable key where it may do nothing. The log
// names it.
func TestForbiddenRequestsCount(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.RatePerMinute = 6 })
	p, other, guesser := e.platform(), e.platform(), e.platform()
	child := p.merchant()
	disabledKey := child.keyID(1)
	p.self().put(child.path(), object{"status": "disabled"}).ok(http.StatusOK)
	ids := []any{guesser.keyID(1), other.keyID(1), disabledKey}
	e.Clock.Advance(time.Minute) // asking for the ids took requests too
	for name, ask := range map[string]func() answer{
		"foreign subjects":    func() answer { return guesser.behalf(other.id).get("/v3/whoami") },
		"a disabled customer": func() answer { return child.self().get("/v3/whoami") },
		"a publishable key":   func() answer { return other.browser().get("/v3/whoami") },
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			for range 6 {
				refused := ask().ok(http.StatusForbidden)
				entry := e.logged(refused.Header.Get("X-Request-Id"))
				if !slices.Contains(ids, entry["credential"]) || entry["actor"] == nil || entry["subject"] != nil {
					t.Errorf("%s: the log says %v", name, entry)
				}
			}
			if got := ask().refused(http.StatusTooManyRequests, "rateLimited", ""); got.Header.Get("Retry-After") != "10" {
				t.Errorf("%s: Retry-After is %q", name, got.Header.Get("Retry-After"))
			}
		})
	}
	other.self().get("/v3/whoami").ok(http.StatusOK)
}

// Without a rate there is no limit and no header; the published default is 3000.
func TestNoRateIsNoLimit(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	if got := p.self().get("/v3/whoami").ok(http.StatusOK); got.Header.Get("RateLimit-Limit") != "" {
		t.Error("there is a limit")
	}
	if api.DefaultRatePerMinute != 3000 {
		t.Errorf("the default is %d", api.DefaultRatePerMinute)
	}
}
