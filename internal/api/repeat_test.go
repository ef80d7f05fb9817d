package api_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
)

// tornStore carries out the next write of a customer and then reports that the outcome is
// unknown.
type tornStore struct {
	store.Store
	torn *atomic.Bool
}

func (s tornStore) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	return s.tear(s.Store.Insert(ctx, c, with...))
}

func (s tornStore) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	return s.tear(s.Store.Replace(ctx, c, version, s.alone(with)...))
}

// alone returns what a change that ends unknown takes along: not the answer to keep, which
// an engine without transactions writes after the record.
func (s tornStore) alone(with []rows.Companion) []rows.Companion {
	if !s.torn.Load() {
		return with
	}
	return slices.DeleteFunc(slices.Clone(with), func(c rows.Companion) bool {
		return strings.HasPrefix(c.Held.Key, "idempotency:")
	})
}

func (s tornStore) tear(err error) error {
	if err == nil && s.torn.Swap(false) {
		return fmt.Errorf("the connection broke: %w", rows.ErrUnavailable)
	}
	return err
}

// newTornEnv starts an installation, and returns a function that makes its next write end
// unknown.
func newTornEnv(t *testing.T, change ...func(*setup)) (e *env, tear func()) {
	t.Helper()
	torn := &atomic.Bool{}
	e = newEnv(t, append(change, func(s *setup) {
		s.wrap = func(store store.Store) store.Store { return tornStore{Store: store, torn: torn} }
	})...)
	return e, func() { torn.Store(true) }
}

// If it is unknown whether something was added, repeating the request with the same key
// adds no second one, and its answer is kept like any other.
func TestARepeatAfterALostAnswerAddsOne(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t)
	for name, row := range map[string]struct {
		path string
		body func(p actor) object
	}{
		"a bank":              {"/v3/banks", func(actor) object { return bank() }},
		"a bank from a token": {"/v3/banks", func(p actor) object { return object{"token": p.token(object{"bank": bank()})} }},
		"a card":              {"/v3/cards", func(p actor) object { return object{"token": p.token(object{"card": card()})} }},
		"a user":              {"/v3/users", func(actor) object { return user("ada") }},
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			p := e.platform().merchant()
			c, body := p.self().with("Idempotency-Key", name), row.body(p)
			tear()
			c.post(row.path, body).ok(http.StatusServiceUnavailable)
			c.post(row.path, body).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
			e.Clock.Advance(2 * time.Minute)
			made := c.post(row.path, body).ok(http.StatusCreated)
			list := p.self().get(row.path).ok(http.StatusOK)
			if diff := cmp.Diff([]any{made.Body}, list.List("results")); diff != "" {
				t.Errorf("%s: the answer and the list differ:\n%s", name, diff)
			}
			if again := c.post(row.path, body).ok(http.StatusCreated); again.Text != made.Text || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("%s: the third answer differs: %s", name, again.Text)
			}
		})
	}
}

// A key whose answer was lost is revoked by the repeat and replaced by another; the pair
// before it keeps the end that the first try gave it.
func TestARepeatAfterALostAnswerReplacesUnseenKeys(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t)
	for name, row := range map[string]struct {
		path, secret string
		body         object
		statuses     []any
	}{
		"minting":  {"/v3/keys", "secret", object{"name": "n", "scopes": []any{"read"}}, []any{"active", "revoked", "active"}},
		"rotating": {"/v3/keys/rotate", "keys.secret", object{"graceSeconds": 3600}, []any{"active", "revoked", "active"}},
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			p := e.platform().merchant()
			c := p.self().with("Idempotency-Key", name)
			end := e.Clock.Now().Add(time.Hour).Format("2006-01-02T15:04:05.000Z")
			tear()
			c.post(row.path, row.body).ok(http.StatusServiceUnavailable)
			e.Clock.Advance(2 * time.Minute)
			made := c.post(row.path, row.body, shows).ok(http.StatusCreated).is("id", p.keyID(3))
			var statuses []any
			list := p.self().get("/v3/keys").ok(http.StatusOK)
			for i := range list.List("results") {
				statuses = append(statuses, list.At(fmt.Sprintf("results.%d.status", i)))
			}
			if diff := cmp.Diff(row.statuses, statuses); diff != "" {
				t.Errorf("%s: the keys are (-want +got):\n%s", name, diff)
			}
			if name == "rotating" {
				list.is("results.0.expires", end)
				made.is("previous.0.id", p.keyID(1)).is("previous.0.expires", end)
				if previous := made.List("previous"); len(previous) != 1 {
					t.Errorf("the rotation names %d older pairs", len(previous))
				}
			}
			fresh := actor{env: e, id: p.id, secret: made.Str(row.secret)}
			fresh.self().get(p.path()).ok(http.StatusOK)
		})
	}
}

// started returns the path of deposits that wait for confirmation.
func (a actor) started() string {
	a.env.T.Helper()
	drops := "/v3/banks/" + a.self().post("/v3/banks", bank()).ok(http.StatusCreated).Str("id") + "/drops"
	a.self().post(drops, nil).ok(http.StatusOK)
	return drops
}

// A wrong confirmation that is repeated with its key counts once and is answered the same
// every time, even if its first answer was lost.
func TestARepeatedWrongConfirmationCountsOnce(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t)
	guess := object{"amounts": []any{"1", "2"}}
	for name, lost := range map[string]bool{"answered": false, "lost": true} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			p := e.platform().merchant()
			drops := p.started()
			c := p.self().with("Idempotency-Key", name)
			if lost {
				tear()
				c.put(drops, guess).ok(http.StatusServiceUnavailable)
				e.Clock.Advance(2 * time.Minute)
			}
			first := c.put(drops, guess).refused(http.StatusPaymentRequired, "bankFailure", "").explains("2 attempts are left")
			for range 4 {
				again := c.put(drops, guess).ok(http.StatusPaymentRequired)
				if again.Text != first.Text || again.Header.Get("Idempotent-Replayed") != "true" {
					t.Errorf("%s: the repeat is answered %s", name, again.Text)
				}
			}
			c.put(drops, object{"amounts": []any{"32", "45"}}).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
			p.self().put(drops, guess).refused(http.StatusPaymentRequired, "bankFailure", "").explains("1 attempt is left")
			p.self().put(drops, object{"amounts": []any{"32", "45"}}).ok(http.StatusOK).is("verified", true)
		})
	}
}

// A right confirmation whose answer was lost is answered by its repeat, and not refused
// because the bank is verified by now.
func TestARepeatedRightConfirmationSucceeds(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t)
	p := e.platform().merchant()
	drops := p.started()
	c, amounts := p.self().with("Idempotency-Key", "k"), object{"amounts": []any{"32", "45"}}
	tear()
	c.put(drops, amounts).ok(http.StatusServiceUnavailable)
	e.Clock.Advance(2 * time.Minute)
	c.put(drops, amounts).ok(http.StatusOK).is("verified", true)
	p.self().put(drops, amounts).refused(http.StatusPaymentRequired, "bankFailure", "").explains("already")
}
