package sandbox_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/internal/sandbox"
	"tenantry/internal/testkit"
)

// served is a sandbox behind a server.
type served struct {
	*sandbox.Sandbox
	t   testing.TB
	url string
}

func serve(t testing.TB, seed *sandbox.Seed) served {
	t.Helper()
	s := open(t, seed)
	server := httptest.NewServer(s)
	t.Cleanup(func() {
		s.Drain()
		server.Close()
	})
	return served{s, t, server.URL}
}

func (s served) named(name string) sandbox.Named {
	for _, n := range s.Named() {
		if n.Name == name {
			return n
		}
	}
	s.t.Fatalf("there is no %s", name)
	return sandbox.Named{}
}

// ask sends a request as the platform cove and returns the status and the members of the answer.
func (s served) ask(method, path, body string) (int, map[string]any) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(context.Background(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	cove := s.named("cove")
	request.Header.Set("Authorization", "Bearer "+cove.Secret)
	request.Header.Set("X-Customer-Id", cove.ID)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	members := map[string]any{}
	if len(text) > 0 {
		if err := json.Unmarshal(text, &members); err != nil {
			s.t.Fatalf("%s %s answers %s", method, path, text)
		}
	}
	return response.StatusCode, members
}

// The clock is moved by a duration and shown, and a key ends when it says; what is no duration
// is refused and moves nothing.
func TestTheClockIsMoved(t *testing.T) {
	t.Parallel()
	s := serve(t, sample(t))
	before := s.Now()
	for _, wrong := range []string{``, `{}`, `{"advance":"soon"}`, `{"advance":"-1h"}`, `{"advance":"99999999h"}`, `{"advance":"1h","by":1}`} {
		t.Run(wrong, func(t *testing.T) {
			status, refused := s.ask(http.MethodPost, "/v3/test/clock", wrong)
			if field, _ := testkit.LookUp(refused, "error.details.parameter"); status != http.StatusUnprocessableEntity || field != "advance" {
				t.Errorf("it is answered %d, about %v", status, field)
			}
		})
	}
	status, key := s.ask(http.MethodPost, "/v3/keys", `{"name":"short","scopes":["read"],"expiresInSeconds":3600}`)
	if status != http.StatusCreated {
		t.Fatalf("%d: %v", status, key)
	}
	if status, _ := s.ask(http.MethodPost, "/v3/test/clock", `{"advance":"72h"}`); status != http.StatusOK {
		t.Errorf("moving the clock answers %d", status)
	}
	status, shown := s.ask(http.MethodGet, "/v3/test/clock", "")
	if now, err := time.Parse(time.RFC3339, fmt.Sprint(shown["now"])); status != http.StatusOK || err != nil || now.Sub(before) < 72*time.Hour || now.Sub(before) > 73*time.Hour {
		t.Errorf("the clock shows %v instead of three days behind %s", shown, before)
	}
	_, list := s.ask(http.MethodGet, "/v3/keys", "")
	if !strings.Contains(fmt.Sprint(list), "status:expired") {
		t.Errorf("no key ended: %v", list)
	}
	if status, _ := s.ask(http.MethodDelete, "/v3/test/clock", ""); status != http.StatusMethodNotAllowed {
		t.Errorf("DELETE answers %d", status)
	}
}

// A reset under load ends the requests and streams under way cleanly, and what was made
// before it is gone.
func TestAResetIsClean(t *testing.T) {
	t.Parallel()
	s := serve(t, sample(t))
	cove := s.named("cove")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+"/v3/events/stream", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+cove.Secret)
	request.Header.Set("X-Customer-Id", cove.ID)
	stream, err := http.DefaultClient.Do(request)
	if err != nil || stream.StatusCode != http.StatusOK {
		t.Fatal(stream, err)
	}
	defer stream.Body.Close()
	var work sync.WaitGroup
	for i := range 4 {
		work.Go(func() {
			for n := range 10 {
				body := fmt.Sprintf(`{"name":"Made %d %d","email":"made-%d-%d@example.com","planKey":"merchant"}`, i, n, i, n)
				if status, answer := s.ask(http.MethodPost, "/v3/customers", body); status != http.StatusCreated {
					t.Errorf("a request beside a reset answers %d: %v", status, answer)
				}
			}
		})
	}
	for range 3 {
		if status, answer := s.ask(http.MethodPost, "/v3/test/reset", ""); status != http.StatusOK {
			t.Errorf("a reset answers %d: %v", status, answer)
		}
	}
	work.Wait()
	for lines := bufio.NewScanner(stream.Body); lines.Scan(); { // it ends
		if strings.HasPrefix(lines.Text(), "event: end") {
			t.Error("the stream ends with a refusal")
		}
	}
	if status, _ := s.ask(http.MethodPost, "/v3/test/reset", ""); status != http.StatusOK {
		t.Fatalf("a reset answers %d", status)
	}
	if _, list := s.ask(http.MethodGet, "/v3/customers?name=Made", ""); list["count"] != 0.0 {
		t.Errorf("%v customers outlived the reset", list["count"])
	}
}

// A seed of twenty customers is ready in half a second, or in little more on a machine that
// is busy.
func TestASandboxIsReadySoon(t *testing.T) {
	var text strings.Builder
	text.WriteString("platforms:\n  cove:\n    name: Cove\n    email: ops@cove.example\n    merchants:\n")
	for i := range 20 {
		fmt.Fprintf(&text, "      m%d: {name: Merchant %d, email: m%d@example.com}\n", i, i, i)
	}
	seed, err := sandbox.Parse([]byte(text.String()))
	if err != nil {
		t.Fatal(err)
	}
	best := time.Hour
	for range 3 {
		began := time.Now()
		open(t, seed)
		best = min(best, time.Since(began))
	}
	t.Log("ready after", best)
	if best > 2*time.Second {
		t.Errorf("it takes %s", best)
	}
}

// What is wrong with a seed is told with its line and its path.
func TestABadSeedIsRefused(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"platform: {}": "line 1: platform is not a member",
		"time: soon":   "line 1: time must be a time",
		"platforms: 7": "line 1: platforms must be a mapping",
		"platforms:\n  a: {name: A, email: a@a.example}\n  a: {name: B}":                                                         "line 3: platforms.a is there twice",
		"platforms:\n  a:\n    merchants:\n      a: {}":                                                                          "line 4: platforms.a.merchants.a has a name that is taken (line 2)",
		"platforms:\n  a:\n    customers:\n      b: {api: stripe}":                                                               "line 4: platforms.a.customers.b.api must be",
		"platforms:\n  a:\n    name: A\n    email: nobody":                                                                       "line 4: platforms.a.email",
		"platforms:\n  a:\n    name: A\n    email: a@a.example\n    keys:\n      k: {scopes: [everything]}":                      "line 6: platforms.a.keys.k.scopes",
		"platforms:\n  a:\n    name: A\n    email: a@a.example\n    users:\n      u:\n        username: u":                       "platforms.a.users.u.password",
		"platforms:\n  a:\n    name: A\n    email: a@a.example\n    payers:\n      p: {name: P, email: p@p.example, planKey: x}": "line 6: platforms.a.payers.p.planKey",
	} {
		seed, err := sandbox.Parse([]byte(text))
		if err == nil {
			var s *sandbox.Sandbox
			if s, err = sandbox.Open(t.Context(), sandbox.Options{Seed: seed}); err == nil {
				_ = s.Close(t.Context())
			}
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is refused with %v instead of %q", text, err, want)
		}
	}
}
