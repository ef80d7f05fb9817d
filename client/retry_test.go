package client_test

import (
	"context"
	"errors"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"tenantry/client"
)

// What may be tried again is, and what must not be is not; a write has one key over all
// its tries.
func TestTries(t *testing.T) {
	t.Parallel()
	ok := answer(http.StatusOK, `{}`)
	busy := refuse(http.StatusTooManyRequests, "rateLimited")
	for name, row := range map[string]struct {
		method, path string
		steps        []http.HandlerFunc
		tries        int
		fails        error
	}{
		"a read after 429":                        {"GET", "/v3/customers", []http.HandlerFunc{busy, ok}, 2, nil},
		"a read after 502, 503 and 504":           {"GET", "/v3/customers", []http.HandlerFunc{answer(502, "proxy"), answer(503, ""), answer(504, ""), ok}, 4, nil},
		"a read after a connection cut":           {"GET", "/v3/customers", []http.HandlerFunc{cut, ok}, 2, nil},
		"a read after half an answer":             {"GET", "/v3/customers", []http.HandlerFunc{half, ok}, 2, nil},
		"a write after a connection cut":          {"POST", "/v3/customers", []http.HandlerFunc{cut, ok}, 2, nil},
		"a write after half an answer":            {"DELETE", "/v3/customers/1", []http.HandlerFunc{half, ok}, 2, nil},
		"a write whose first try still runs":      {"POST", "/v3/customers", []http.HandlerFunc{cut, refuse(409, "idempotencyConflict"), ok}, 3, nil},
		"a write whose key another request has":   {"POST", "/v3/customers", []http.HandlerFunc{refuse(409, "idempotencyConflict")}, 1, client.ErrIdempotencyConflict},
		"a key of another request, after 429":     {"POST", "/v3/customers", []http.HandlerFunc{busy, refuse(409, "idempotencyConflict")}, 2, client.ErrIdempotencyConflict},
		"a write without key, after a cut":        {"POST", "/v3/tokens", []http.HandlerFunc{cut}, 1, client.ErrUnreachable},
		"a write without key, after 503":          {"POST", "/v3/invitations/accept", []http.HandlerFunc{refuse(503, "serviceUnavailable")}, 1, client.ErrServiceUnavailable},
		"a write without key, after 429":          {"POST", "/v3/tokens", []http.HandlerFunc{busy, ok}, 2, nil},
		"a write outside the API, after a cut":    {"POST", "/local/backup", []http.HandlerFunc{cut}, 1, client.ErrUnreachable},
		"a refusal":                               {"POST", "/v3/customers", []http.HandlerFunc{refuse(422, "validationError")}, 1, client.ErrValidationError},
		"an internal error":                       {"POST", "/v3/customers", []http.HandlerFunc{refuse(500, "internalError")}, 1, client.ErrInternalError},
		"a redirect, which would take the key":    {"GET", "/v3/customers", []http.HandlerFunc{answer(307, "", "Location", "https://example.com/")}, 1, client.Code("Temporary Redirect")},
		"a service that never gets better":        {"GET", "/v3/customers", []http.HandlerFunc{busy}, 5, client.ErrRateLimited},
		"a service that asks for more than 2 min": {"GET", "/v3/customers", []http.HandlerFunc{refuse(429, "rateLimited", "Retry-After", "121")}, 1, client.ErrRateLimited},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := serve(t, row.steps...)
			_, fast := quick()
			_, err := s.client(t, fast).Do(t.Context(), client.Request{Method: row.method, Path: row.path})
			if !errors.Is(err, row.fails) {
				t.Errorf("it ended with %v, want %v", err, row.fails)
			}
			keys := s.header("Idempotency-Key")
			if len(keys) != row.tries {
				t.Errorf("there were %d tries, want %d", len(keys), row.tries)
			}
			if len(slices.Compact(slices.Clone(keys))) != 1 {
				t.Errorf("the tries had the keys %q, want the same for all", keys)
			}
		})
	}
}

// Waits double from a quarter of a second, and lie anywhere below that; the service is
// asked no sooner than it says, by seconds or by date.
func TestWaits(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, row := range map[string]struct {
		header string
		want   []time.Duration
	}{
		"backing off":     {"", []time.Duration{125 * ms, 250 * ms, 500 * ms, 1000 * ms}},
		"seconds":         {"3", []time.Duration{3125 * ms, 3250 * ms, 3250 * ms, 3250 * ms}},
		"a date":          {"Wed, 04 Mar 2026 10:00:30 GMT", []time.Duration{30125 * ms, 250 * ms, 500 * ms, 1000 * ms}},
		"a date gone by":  {"Wed, 04 Mar 2026 09:00:30 GMT", []time.Duration{125 * ms, 250 * ms, 500 * ms, 1000 * ms}},
		"neither of them": {"soon", []time.Duration{125 * ms, 250 * ms, 500 * ms, 1000 * ms}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			header := []string{"Retry-After", row.header}
			if row.header == "" {
				header = nil
			}
			w, fast := quick()
			_, err := serve(t, refuse(http.StatusServiceUnavailable, "serviceUnavailable", header...)).client(t, fast).
				Do(t.Context(), client.Request{Method: "GET", Path: "/v3/plans"})
			if !errors.Is(err, client.ErrServiceUnavailable) {
				t.Errorf("it ended with %v", err)
			}
			if !slices.Equal(w.noted(), row.want) {
				t.Errorf("it waited %v, want %v", w.noted(), row.want)
			}
		})
	}
}

// A context that ends before the wait is over is not waited for: the reason to wait is
// returned at once. One that has ended is named itself.
func TestTheContextBoundsTheTries(t *testing.T) {
	t.Parallel()
	w, fast := quick()
	s := serve(t, refuse(http.StatusTooManyRequests, "rateLimited", "Retry-After", "20"))
	ctx, cancel := context.WithDeadline(t.Context(), time.Now().Add(time.Hour))
	defer cancel()
	c := s.client(t, fast, client.WithTime(func() time.Time { return time.Now().Add(time.Hour - 10*time.Second) }, w.sleep, func() float64 { return 0 }))
	if _, err := c.Do(ctx, client.Request{Method: "GET", Path: "/v3/plans"}); !errors.Is(err, client.ErrRateLimited) || len(w.noted()) > 0 {
		t.Errorf("it ended with %v after waits of %v, want the refusal at once", err, w.noted())
	}
	ended, end := context.WithCancel(t.Context())
	end()
	if _, err := c.Do(ended, client.Request{Method: "GET", Path: "/v3/plans"}); !errors.Is(err, context.Canceled) || errors.Is(err, client.ErrUnreachable) {
		t.Errorf("under a context that has ended it ended with %v", err)
	}
}

// A try that hangs is given up after its own time, and the call goes on.
func TestATryThatHangsIsTriedAgain(t *testing.T) {
	t.Parallel()
	hang := func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }
	_, fast := quick()
	s := serve(t, hang, answer(http.StatusOK, `{}`))
	if _, err := s.client(t, fast, client.WithTimeout(50*time.Millisecond)).Do(t.Context(), client.Request{Method: "PUT", Path: "/v3/customers/1"}); err != nil {
		t.Errorf("it ended with %v", err)
	}
}

// Without a connection nothing was sent, so even what takes no key is tried again.
func TestNothingWasSentWithoutAConnection(t *testing.T) {
	t.Parallel()
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	w, fast := quick()
	c, err := client.New(gone.URL, fast)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), client.Request{Method: "POST", Path: "/v3/tokens"}); !errors.Is(err, client.ErrUnreachable) {
		t.Errorf("it ended with %v", err)
	}
	if len(w.noted()) != 4 {
		t.Errorf("it was tried again %d times, want 4", len(w.noted()))
	}
}

// A certificate that is not trusted is not asked for again.
func TestAnUntrustedCertificateIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	untrusted := httptest.NewUnstartedServer(http.NotFoundHandler())
	untrusted.Config.ErrorLog = log.New(io.Discard, "", 0) // it complains about the handshake
	untrusted.StartTLS()
	defer untrusted.Close()
	w, fast := quick()
	c, err := client.New(untrusted.URL, fast)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Do(t.Context(), client.Request{Method: "GET", Path: "/v3/plans"}); !errors.Is(err, client.ErrUnreachable) || len(w.noted()) > 0 {
		t.Errorf("it ended with %v after %d waits", err, len(w.noted()))
	}
}
