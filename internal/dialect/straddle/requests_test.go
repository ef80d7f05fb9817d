package straddle_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/customers/identity"
	"tenantry/customers/rows"
	"tenantry/internal/kyc"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// A repeated request with its key is replayed whole; the key for another request is
// a conflict that will never end.
func TestReplay(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform, "Idempotency-Key", "0123456789")
	first := c.create(person(1))
	second := c.create(person(1))
	if first.Text != second.Text || second.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("the replay differs:\n%s\n%s", first.Text, second.Text)
	}
	for _, again := range []answer{
		c.do(http.MethodPost, "/customers", person(2)),
		c.do(http.MethodDelete, "/customers/"+first.Str("data.id"), nil),
	} {
		if again.refused(http.StatusConflict, "/conflict").Header.Get("x-should-retry") != "false" {
			t.Errorf("%s: the client is not told to give up: %v", again.What, again.Header)
		}
	}
	c.with("Straddle-Account-Id", uuidOf(w.account)).create(person(1)) // keys belong to an account
}

// While the first request runs, the same key is a conflict that will end.
func TestKeyInFlight(t *testing.T) {
	t.Parallel()
	gate := &gated{entered: make(chan struct{}), leave: make(chan struct{})}
	w := install(t, func(s *apitest.Setup) { s.Tunings = []testkit.Tuning{reviewedBy(gate)} })
	c := w.as(w.platform, "Idempotency-Key", "0123456789")
	var work sync.WaitGroup
	work.Go(func() {
		if a, err := c.try(http.MethodPost, "/customers", person(1)); err != nil || a.Status != http.StatusCreated {
			t.Errorf("the first request: %d, %v", a.Status, err)
		}
	})
	<-gate.entered
	a := c.do(http.MethodPost, "/customers", person(1)).refused(http.StatusConflict, "/conflict")
	if a.Header.Get("x-should-retry") != "" || a.Header.Get("Retry-After") != "1" {
		t.Errorf("the client is not told to come back: %v", a.Header)
	}
	close(gate.leave)
	work.Wait()
	if c.create(person(1)).Header.Get("Idempotent-Replayed") != "true" {
		t.Error("it is not replayed afterwards")
	}
}

// Keys have 10 to 40 characters; a request without one is no retry of
// another; one that was refused has used its key up.
func TestKeys(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	for _, key := range []string{"", "123456789", strings.Repeat("x", 41), "0123456789é"} {
		c.with("Idempotency-Key", key).do(http.MethodPost, "/customers", person(1)).refused(http.StatusBadRequest, "/bad_request", "Idempotency-Key")
	}
	c.create(person(1))
	c.do(http.MethodPost, "/customers", person(1)).ok(http.StatusUnprocessableEntity)
	for key, wrong := range map[string]any{"refused-422": person(2, object{"phone": "1"}), "refused-400": `{"name":`} {
		t.Run(key, func(t *testing.T) {
			c := c.in(t)
			k := c.with("Idempotency-Key", key)
			refused := k.do(http.MethodPost, "/customers", wrong)
			again := k.do(http.MethodPost, "/customers", wrong)
			if refused.Status >= 500 || again.Status != refused.Status || again.Text != refused.Text || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("%s is not replayed: %d %s\n%s", key, again.Status, refused.Text, again.Text)
			}
			k.do(http.MethodPost, "/customers", person(2)).refused(http.StatusConflict, "/conflict")
		})
	}
}

// Without a valid key every operation is refused and discloses nothing.
func TestCredentials(t *testing.T) {
	t.Parallel()
	w := install(t)
	for _, value := range []string{"", "Bearer", "Bearer x", "Bearer " + w.platform.Secret() + "x", "Basic eDp5"} {
		t.Run("credential "+strings.TrimSuffix(value, w.platform.Secret()+"x"), func(t *testing.T) {
			w := w.in(t)
			c := &client{w.Client().In(t)}
			if value != "" {
				c = c.with("Authorization", value)
			}
			if got := c.get("/customers").refused(http.StatusUnauthorized, "/unauthorized").Header.Get("WWW-Authenticate"); got == "" {
				t.Errorf("%q: there is no challenge", value)
			}
		})
	}
}

// Every operation answers for what is not a customer of the account with one and the same
// 404.
func TestNotFound(t *testing.T) {
	t.Parallel()
	w := install(t)
	mine := w.as(w.platform).create(person(1)).Str("data.id")
	below := w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)).create(person(1)).Str("data.id")
	theirs := w.as(w.other).create(person(1)).Str("data.id")
	missing := mine[:35] + map[bool]string{true: "1", false: "0"}[mine[35] == '0']
	before := w.as(w.other).get("/customers/" + theirs).Text[:200]
	operations := []struct {
		method, path string
		body         any
	}{
		{http.MethodGet, "", nil},
		{http.MethodPut, "", changed(person(9))},
		{http.MethodDelete, "", nil},
		{http.MethodGet, "/unmasked", nil},
		{http.MethodGet, "/review", nil},
		{http.MethodPatch, "/review", object{"status": "verified"}},
		{http.MethodPut, "/refresh_review", nil},
	}
	w.as(w.platform).get("/customers/"+mine).ok(http.StatusOK).is("data.id", mine)
	for _, o := range operations {
		t.Run(o.method, func(t *testing.T) {
			w := w.in(t)
			want := ""
			for _, id := range []string{missing, theirs, "01890a5d-ac96-774b-bcce-b302099a8057", "a%20b%2Fc%3Fd%23e", "x", "%00", uuidOf(w.platform), uuidOf(w.other)} {
				a := w.as(w.platform).do(o.method, "/customers/"+id+o.path, o.body).refused(http.StatusNotFound, "/not_found")
				if text := a.Str("error.detail"); want != "" && text != want {
					t.Errorf("%s: other words: %s", a.What, text)
				} else {
					want = text
				}
			}
			w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)).do(o.method, "/customers/"+mine+o.path, o.body).refused(http.StatusNotFound, "/not_found")
		})
	}
	for _, path := range []string{"/customers/", "/customers//review", "/nothing", "/customers/" + mine + "/decision"} {
		w.as(w.platform).get(path).refused(http.StatusNotFound, "/not_found")
	}
	w.as(w.platform).do(http.MethodPatch, "/customers", object{}).refused(http.StatusMethodNotAllowed, "/method_not_allowed")
	if after := w.as(w.other).get("/customers/" + theirs).Text[:200]; after != before {
		t.Errorf("something was done:\n%s\n%s", before, after)
	}
	w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account)).get("/customers/" + below).ok(http.StatusOK)
}

// Accounts below the platform are named by UUID; a platform that keeps its customers in
// accounts must always name one.
func TestAccounts(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.platform)
	c.with("Straddle-Account-Id", "acct_1").get("/customers").refused(http.StatusBadRequest, "/bad_request", "Straddle-Account-Id")
	want := ""
	for _, id := range []string{uuidOf(w.other), "01890a5d-ac96-774b-bcce-b302099a8057", uuidOf(w.Operator)} {
		t.Run(id, func(t *testing.T) {
			c := c.in(t)
			a := c.with("Straddle-Account-Id", id).get("/customers").refused(http.StatusForbidden, "/forbidden")
			if text := a.Str("error.detail"); want != "" && text != want {
				t.Errorf("one is told from another: %s", text)
			} else {
				want = text
			}
		})
	}
	w.allow(w.platform, `{"accountsOnly":true}`)
	c.do(http.MethodPost, "/customers", person(1)).refused(http.StatusUnprocessableEntity, "/validation_error", "Straddle-Account-Id")
	c.with("Straddle-Account-Id", uuidOf(w.account)).create(person(1))
	c.with("Straddle-Account-Id", strings.ToUpper(uuidOf(w.account))).get("/customers").ok(http.StatusOK).is("meta.total_items", float64(1))
}

// A rate-limited client learns when to try again from both headers.
func TestTooFast(t *testing.T) {
	t.Parallel()
	w := install(t, func(s *apitest.Setup) { s.RatePerMinute = 2 })
	c := w.as(w.platform)
	c.get("/customers").ok(http.StatusOK)
	c.get("/customers").ok(http.StatusOK)
	a := c.get("/customers").refused(http.StatusTooManyRequests, "/too_many_requests")
	if a.Header.Get("Retry-After") != "30" || a.Header.Get("Retry-After-Ms") != "30000" {
		t.Errorf("the headers are %v", a.Header)
	}
	w.Clock.Advance(30 * time.Second)
	c.get("/customers").ok(http.StatusOK)
}

// A store that fails once is a 503 in the envelope, and the next try succeeds, with the
// same idempotency key too.
func TestUnavailable(t *testing.T) {
	t.Parallel()
	failing := memory.New() // the one engine that fails when it is told to
	w := install(t, func(s *apitest.Setup) { s.Store = failing })
	c := w.as(w.platform)
	failing.FailNext(2, rows.ErrUnavailable)
	c.get("/customers").refused(http.StatusServiceUnavailable, "/service_unavailable")
	c.get("/customers").ok(http.StatusOK)
}

// A search that is refused because too many wait is a 503 in the envelope, and says when
// to come back.
func TestTooManySearches(t *testing.T) {
	t.Parallel()
	failing := memory.New()
	w := install(t, func(s *apitest.Setup) { s.Store = failing })
	for _, cause := range []error{rows.ErrBusy, rows.ErrTooMuchWork} {
		failing.FailNext(2, cause)
		a := w.as(w.platform).get("/customers").refused(http.StatusServiceUnavailable, "/service_unavailable")
		if a.Header.Get("Retry-After") != "2" {
			t.Errorf("%v: the headers are %v", cause, a.Header)
		}
	}
}

// Answers are JSON whatever the client accepts and carry its trace ids, and the whole
// dialect lies under its prefix.
func TestHeaders(t *testing.T) {
	t.Parallel()
	w := install(t)
	made := w.as(w.platform).create(person(1)).Str("data.id")
	a := w.as(w.platform, "Accept", "text/plain", "Request-Id", "rq 1", "Correlation-Id", "co-1", "X-Stainless-Retry-Count", "0").get("/customers/" + made).ok(http.StatusOK)
	if a.Header.Get("Request-Id") != "rq 1" || a.Header.Get("Correlation-Id") != "co-1" {
		t.Errorf("the headers are %v", a.Header)
	}
	a = w.as(w.platform, "Request-Id", strings.Repeat("x", 129)).get("/nothing").ok(http.StatusNotFound)
	if a.Header.Get("Request-Id") != "" {
		t.Error("any length is echoed")
	}
	response, err := http.Get(w.URL + "/v1/paykeys") // no other dialect has it
	testkit.Must(t, err)
	response.Body.Close()
	if response.StatusCode != http.StatusNotFound {
		t.Errorf("without the prefix it is %d", response.StatusCode)
	}
}

// gated is a provider of this process that waits at the gate once.
type gated struct {
	kyc.Sandbox
	once           sync.Once
	entered, leave chan struct{}
}

func (g *gated) Verify(ctx ctx, subject identity.Subject) (identity.Result, error) {
	g.once.Do(func() {
		close(g.entered)
		<-g.leave
	})
	return g.Sandbox.Verify(ctx, subject)
}
