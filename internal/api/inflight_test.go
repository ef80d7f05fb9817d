package api_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/internal/api"
)

// slow is a request whose body does not come whole.
type slow struct{ net.Conn }

// halfSent sends the headers of a request and the given part of its body, and returns once
// the service reads the body.
func (e *env) halfSent(method, path, part string, announced int, headers ...string) slow {
	e.T.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(e.URL, "http://"))
	if err != nil {
		e.T.Fatal(err)
	}
	e.T.Cleanup(func() { _ = conn.Close() })
	_, _ = fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nExpect: 100-continue\r\n%s\r\n\r\n",
		method, path, announced, strings.Join(headers, "\r\n"))
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil || !strings.Contains(line, "100 Continue") {
		e.T.Fatalf("the body is not awaited: %q, %v", line, err)
	}
	_, _ = conn.Write([]byte(part))
	return slow{conn}
}

func (a actor) headers() []string {
	return []string{"Authorization: Bearer " + a.secret, "X-CUSTOMER-ID: " + a.id, "Content-Type: application/json"}
}

// eventually asks until the answer has the status: what a closed connection held is given
// back when the server notices.
func eventually(t *testing.T, status int, ask func() answer) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		if got := ask(); got.Status == status {
			return
		} else if time.Now().After(deadline) {
			t.Fatalf("%s is %d, not %d", got.What, got.Status, status)
		}
	}
}

// held waits until bodies hold that many bytes: what was sent is read a moment later, and a
// request that came before would take its room.
func (e *env) held(bytes float64) {
	e.T.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		_, after, _ := strings.Cut(e.metrics(), "\ntenantry_http_body_bytes_in_flight ")
		text, _, _ := strings.Cut(after, "\n")
		if now, err := strconv.ParseFloat(text, 64); err == nil && now == bytes {
			return
		} else if time.Now().After(deadline) {
			e.T.Fatalf("bodies hold %q bytes, not %g", text, bytes)
		}
	}
}

// A tenant has its share of the requests at work and no more; others and the operator go
// on, and what ends makes room.
func TestOneTenantTakesNotAllRequests(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.InFlight = api.Bounds{Requests: 8, TenantRequests: 2} })
	p, other := e.platform(), e.platform()
	first := e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	got := p.self().get("/v3/whoami").refused(http.StatusTooManyRequests, "tenantBusy", "")
	if got.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
	}
	other.self().get("/v3/whoami").ok(http.StatusOK)
	e.operator.self().get("/v3/whoami").ok(http.StatusOK)
	_ = first.Close()
	eventually(t, http.StatusOK, func() answer { return p.self().get("/v3/whoami") })
}

// Past the bound of all, requests are answered 503 with Retry-After; probes and the admin
// socket are served all the same.
func TestAllRequestsAreBounded(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.InFlight = api.Bounds{Requests: 2} })
	p := e.platform()
	e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	e.halfSent(http.MethodPut, p.path(), "{", 20, p.headers()...)
	got := p.self().get("/v3/whoami").refused(http.StatusServiceUnavailable, "serviceOverloaded", "")
	if got.Header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After is %q", got.Header.Get("Retry-After"))
	}
	e.client().get("/healthz").ok(http.StatusOK)
	e.client().get("/readyz").ok(http.StatusOK)
	e.local().get("/v3/whoami").ok(http.StatusOK)
}

// Strangers take half of the requests at work at most: whoever has a key goes on.
func TestStrangersLeaveRoom(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.InFlight = api.Bounds{Requests: 4} })
	p := e.platform()
	for range 2 {
		e.halfSent(http.MethodPost, "/v3/oauth/token", "{", 20, "Content-Type: application/json")
	}
	e.client().post("/v3/oauth/token", object{"grant_type": "x"}, wrong).refused(http.StatusServiceUnavailable, "serviceOverloaded", "")
	p.self().get("/v3/whoami").ok(http.StatusOK)
}

// Bodies take memory as they come, of one tenant and in all; a length that is announced
// takes none.
func TestBytesOfBodiesAreBounded(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.InFlight = api.Bounds{Bytes: 64 << 10, TenantBytes: 32 << 10} })
	// Each sends once: what a request held is given back a moment after its answer.
	p, other, third, fourth, fifth := e.platform(), e.platform(), e.platform(), e.platform(), e.platform()
	big := object{"name": strings.Repeat("x", 24<<10)}
	e.halfSent(http.MethodPut, fifth.path(), "", 1<<20, fifth.headers()...)
	fifth.self().put(fifth.path(), big, wrong).ok(http.StatusUnprocessableEntity)
	e.halfSent(http.MethodPut, p.path(), strings.Repeat(" ", 12<<10), 1<<20, p.headers()...)
	e.held(4<<10 + 16<<10)
	p.self().put(p.path(), big, wrong).refused(http.StatusTooManyRequests, "tenantBusy", "")
	other.self().put(other.path(), big, wrong).ok(http.StatusUnprocessableEntity)
	e.halfSent(http.MethodPut, fourth.path(), strings.Repeat(" ", 17<<10), 1<<20, fourth.headers()...)
	e.held(4<<10 + 16<<10 + 32<<10)
	third.self().put(third.path(), big, wrong).refused(http.StatusServiceUnavailable, "serviceOverloaded", "")
	if got := e.metrics(); !strings.Contains(got, `tenantry_http_refused_total{reason="tenant_bytes"}`) || !strings.Contains(got, `tenantry_http_refused_total{reason="bytes"}`) {
		t.Error("the metrics do not count what was refused")
	}
}

// All credentials of a tenant share its rate, whoever of its customers uses them; other
// tenants and the operator have their own.
func TestTheRateOfATenant(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.RatePerMinute, s.TenantRatePerMinute = 6, 8 })
	p, other := e.platform(), e.platform()
	child := p.merchant() // takes one
	for range 5 {
		p.self().get("/v3/whoami").ok(http.StatusOK)
	}
	got := child.self().get("/v3/whoami").ok(http.StatusOK)
	if got.Header.Get("RateLimit-Limit") != "8" || got.Header.Get("RateLimit-Remaining") != "1" {
		t.Errorf("of the tighter rate: %v", got.Header)
	}
	child.self().get("/v3/whoami").ok(http.StatusOK)
	refused := child.self().get("/v3/whoami").refused(http.StatusTooManyRequests, "rateLimited", "").explains("platform")
	if refused.Header.Get("Retry-After") != "8" {
		t.Errorf("Retry-After is %q", refused.Header.Get("Retry-After"))
	}
	other.self().get("/v3/whoami").ok(http.StatusOK)
	e.operator.self().get("/v3/whoami").ok(http.StatusOK)
	// What the tenant was refused cost its credential nothing.
	e.Clock.Advance(8 * time.Second)
	if got := child.self().get("/v3/whoami").ok(http.StatusOK); got.Header.Get("RateLimit-Remaining") != "0" {
		t.Errorf("left: %q", got.Header.Get("RateLimit-Remaining"))
	}
}

// Headers that are too long are refused in the envelope.
func TestLongHeadersAreRefusedInTheEnvelope(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	long := e.client("Authorization", "Bearer "+p.secret, "X-CUSTOMER-ID", p.id, "X-Long", strings.Repeat("x", api.MaxHeaderBytes))
	long.get("/v3/whoami").refused(http.StatusRequestHeaderFieldsTooLarge, "headersTooLarge", "")
	e.client("Authorization", "Bearer "+p.secret, "X-CUSTOMER-ID", p.id, "X-Long", strings.Repeat("x", api.MaxHeaderBytes-2000)).
		get("/v3/whoami").ok(http.StatusOK)
}
