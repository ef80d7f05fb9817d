package api_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/plans"
)

// frugal is a catalog whose plans bound all that a plan can bound.
func frugal(s *setup) {
	s.plans = plans.Defaults()
	for i := range s.plans {
		switch s.plans[i].Key {
		case "platform":
			s.plans[i].Quotas = plans.Quotas{Customers: 3, Keys: 2, Webhooks: 1}
		case "merchant":
			s.plans[i].Quotas = plans.Quotas{DocumentBytes: int64(len(png(1))) + 1}
		}
	}
}

// counts ends the test unless that many refusals by a quota were counted.
func (e *env) counts(quota, count string) {
	e.T.Helper()
	if want := `tenantry_http_refused_total{reason="quota_` + quota + `"} ` + count + "\n"; !strings.Contains(e.metrics(), want) {
		e.T.Errorf("the metrics lack %s", want)
	}
}

// A plan bounds the customers below an account at any depth, whoever creates them; one
// that is deleted makes room again, and another account has room of its own.
func TestAPlanBoundsCustomers(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	p, other := e.platform(), e.platform()
	account, _ := p.child(minimal("platform"))
	account.child(minimal("payer"))
	last := p.merchant()
	for name, c := range map[string]*client{"the platform": p.self(), "an account below it": account.self(), "the operator": e.operator.behalf(p.id)} {
		t.Run(name, func(t *testing.T) {
			c := c.in(t)
			got := c.post("/v3/customers", minimal("payer")).refused(http.StatusForbidden, "quotaExceeded", "customers").detail("tooManyItems")
			if text := got.Str("error.details.explanation"); !strings.Contains(text, "the plan platform allows 3 customers below") {
				t.Errorf("the refusal says %q", text)
			}
		})
	}
	e.counts("customers", "3")
	other.merchant()
	p.self().delete(last.path()).ok(http.StatusNoContent)
	p.merchant()
	p.self().post("/v3/customers", minimal("payer")).refused(http.StatusForbidden, "quotaExceeded", "customers")
	p.self().get("/v3/customers?deep=true").ok(http.StatusOK).is("count", 3.0)
}

// However many create at once, an account gets no more customers than its plan allows.
func TestAPlanBoundsCustomersThatAreCreatedAtOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	p := e.platform()
	var made atomic.Int64
	for _, err := range testkit.Together(12, func(int) error {
		_, err := e.TryCreate(testkit.Party{ID: p.id, Keys: testkit.PairOf(secret.New(p.secret))}, `{"name":"Shop","email":"s@example.com","planKey":"payer"}`)
		if err == nil {
			made.Add(1)
		}
		return err
	}) {
		if err != nil && !strings.HasPrefix(err.Error(), "quotaExceeded customers: ") {
			t.Error(err)
		}
	}
	if made.Load() != 3 {
		t.Errorf("%d customers were made", made.Load())
	}
}

// An idempotent create that took the last place, and was not answered, is no refusal when
// it is tried again.
func TestTheLastPlaceStaysWithTheAttemptThatTookIt(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t, frugal)
	p := e.platform()
	p.merchant()
	p.merchant()
	tear()
	c := p.self().with("Idempotency-Key", "last")
	c.post("/v3/customers", minimal("payer")).ok(http.StatusServiceUnavailable)
	e.Clock.Advance(2 * time.Minute)
	c.post("/v3/customers", minimal("payer"), shows).ok(http.StatusCreated)
	p.self().post("/v3/customers", minimal("payer")).refused(http.StatusForbidden, "quotaExceeded", "customers")
}

// A plan bounds the live keys of a customer, whatever minted them; a revoked one makes
// room.
func TestAPlanBoundsKeys(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	p := e.platform()
	restricted := object{"name": "n", "scopes": []any{"read"}}
	key := p.self().post("/v3/keys", restricted, shows).ok(http.StatusCreated).Str("id")
	got := p.self().post("/v3/keys", restricted).refused(http.StatusForbidden, "quotaExceeded", "keys").detail("tooManyItems")
	if text := got.Str("error.details.explanation"); !strings.Contains(text, "the plan platform allows 2 live keys; revoke keys") {
		t.Errorf("the refusal says %q", text)
	}
	p.self().delete("/v3/keys/" + key).ok(http.StatusOK)
	p.self().post("/v3/keys", restricted, shows).ok(http.StatusCreated)
	e.counts("keys", "1")
}

// A plan bounds the webhooks of a customer, in a create and in a change; one customer's
// number does not bound what else it changes.
func TestAPlanBoundsWebhooks(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	two := object{"settings": object{"events": object{"enabled": true, "urls": object{"always": []any{"https://hooks.example/1", "https://hooks.example/2"}}}}}
	e.operator.self().post("/v3/customers", with(minimal("platform"), two)).refused(http.StatusForbidden, "quotaExceeded", "webhooks")
	p := e.platform()
	p.self().put(p.path(), two).refused(http.StatusForbidden, "quotaExceeded", "webhooks").detail("tooManyItems")
	p.self().put(p.path(), object{"settings": events(true, "https://hooks.example/1")}).ok(http.StatusOK)
	p.self().put(p.path(), object{"name": "Cove again"}).ok(http.StatusOK)
	e.counts("webhooks", "2")

	// What a customer had before its plan bounded it stays, and it may do anything else.
	m := p.merchant()
	m.self().put(m.path(), two).ok(http.StatusOK)
	e.operator.self().put(m.path(), object{"planKey": "platform"}).ok(http.StatusOK)
	m.self().put(m.path(), object{"name": "Grown"}).ok(http.StatusOK)
}

// A plan bounds the bytes of the documents that are kept of a customer.
func TestAPlanBoundsTheBytesOfDocuments(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	made := e.platform().waiting()
	made.self().post("/v3/documents", license(1)).ok(http.StatusCreated)
	got := made.self().post("/v3/documents", license(2)).refused(http.StatusForbidden, "quotaExceeded", "documentBytes")
	if text := got.Str("error.details.explanation"); !strings.Contains(text, "the plan merchant allows") {
		t.Errorf("the refusal says %q", text)
	}
	made.self().get("/v3/documents").ok(http.StatusOK).is("count", 1.0)
	e.counts("documentBytes", "1")
}

// The list of plans shows their quotas.
func TestPlansShowTheirQuotas(t *testing.T) {
	t.Parallel()
	e := newEnv(t, frugal)
	e.platform().self().get("/v3/plans").ok(http.StatusOK).
		is("results.0.quotas", object{"customers": 3.0, "keys": 2.0, "webhooks": 1.0}).lacks("results.2.quotas")
}
