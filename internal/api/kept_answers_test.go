package api_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// keptAnswers returns how many bytes the kept answers take, each with what it is.
func (e *env) keptAnswers() (sizes []int) {
	e.T.Helper()
	list, err := e.Store.ReservationsBehind(e.T.Context(), "idempotency:", "", 100)
	testkit.Must(e.T, err)
	for _, one := range list {
		sizes = append(sizes, len(one.Answer))
	}
	return sizes
}

// The kept answer to a create with everything takes less than 2 KB, and that to an update
// next to nothing: it names the record and the version.
func TestKeptAnswersAreSmall(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.self().with("Idempotency-Key", "create").post("/v3/customers", complete(), shows).ok(http.StatusCreated)
	created := e.keptAnswers()
	t.Logf("the answer to a create of %d bytes is kept in %v", len(made.Text), created)
	if len(created) != 1 || created[0] >= 2_000 || created[0] < 200 {
		t.Errorf("the answer to a create of %d bytes is kept in %v bytes", len(made.Text), created)
	}
	e = newEnv(t)
	m := e.platform().merchant()
	m.self().with("Idempotency-Key", "update").patch(m.path(), with(complete(), object{"planKey": absent, "username": absent, "password": absent, "name": "New"})).ok(http.StatusOK)
	updated := e.keptAnswers()
	t.Logf("the answer to an update is kept in %v", updated)
	if len(updated) != 1 || updated[0] >= 150 {
		t.Errorf("the answer to an update is kept in %v bytes", updated)
	}
}

// A repeated update is answered with the customer as it is by then, with its present tag,
// and changes nothing; a caller that may not read is told no more than at first.
func TestARepeatedUpdateIsAnsweredFromTheRecord(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m := p.merchant()
	key := []string{"Idempotency-Key", "rename"}
	first := m.self().with(key...).patch(m.path(), object{"name": "Renamed"}).ok(http.StatusOK)
	same := m.self().with(key...).patch(m.path(), object{"name": "Renamed"}).ok(http.StatusOK)
	if same.Text != first.Text || same.Header.Get("ETag") != first.Header.Get("ETag") || same.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the repeat is answered otherwise:\n%s\n%s", first.Text, same.Text)
	}
	p.self().patch(m.path(), object{"name": "Renamed again"}).ok(http.StatusOK)
	later := m.self().with(key...).patch(m.path(), object{"name": "Renamed"}).ok(http.StatusOK).is("name", "Renamed again")
	if later.Header.Get("ETag") != `"3"` || later.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("the repeat has the tag %s", later.Header.Get("ETag"))
	}
	m.self().get(m.path()).ok(http.StatusOK).is("name", "Renamed again")

	blind := m.restricted("customers:write")
	for range 2 {
		blind.with("Idempotency-Key", "blind").patch(m.path(), object{"name": "Unseen"}).ok(http.StatusOK).lacks("name").is("id", m.id)
	}
	p.self().with("Idempotency-Key", "gone").patch(m.path(), object{"name": "Gone"}).ok(http.StatusOK)
	p.self().delete(m.path()).ok(http.StatusNoContent)
	p.self().with("Idempotency-Key", "gone").patch(m.path(), object{"name": "Gone"}).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
}

// The write that ends an idempotent request keeps its answer, whatever it changes.
func TestEveryWriteKeepsItsAnswer(t *testing.T) {
	t.Parallel()
	for name, row := range retries {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			count := &atomic.Int64{}
			e := newEnv(t, func(s *setup) {
				s.wrap = func(store store.Store) store.Store { return apitest.Apart{Store: store, Count: count} }
			})
			at := row.made(e.platform(), 1)
			method, _, _ := strings.Cut(row.route, " ")
			c, before := at.sender.with("Idempotency-Key", name), count.Load()
			first := c.do(method, at.path, at.body, row.shown).ok(row.status)
			if wrote := count.Load() - before; (wrote > 0) != (row.apart != "") {
				t.Errorf("%d answers are kept apart; expected because: %q", wrote, row.apart)
			}
			if at.otherwise != nil {
				c = at.otherwise().with("Idempotency-Key", name)
			}
			again := c.do(method, at.path, at.body, row.shown).ok(row.status)
			if at.otherwise != nil && again.Header.Get("Idempotent-Replayed") == "true" {
				return // another credential is not shown everything
			}
			if again.Text != first.Text || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("the repeat is answered otherwise:\n%s\n%s", first.Text, again.Text)
			}
		})
	}
}

// commits counts the calls of a store that commit something of a request.
type commits struct {
	store.Store
	count *atomic.Int64
}

func (s commits) Reserve(ctx context.Context, c rows.Reservation) (rows.Reservation, bool, error) {
	s.count.Add(1)
	return s.Store.Reserve(ctx, c)
}

func (s commits) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (bool, error) {
	s.count.Add(1)
	return s.Store.CompareAndSwap(ctx, held, next)
}

func (s commits) Release(ctx context.Context, held rows.Reservation) error {
	s.count.Add(1)
	return s.Store.Release(ctx, held)
}

func (s commits) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	s.count.Add(1)
	return s.Store.Insert(ctx, c, with...)
}

func (s commits) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.count.Add(1)
	return s.Store.Replace(ctx, c, version, with...)
}

func (s commits) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.count.Add(1)
	return s.Store.Erase(ctx, c, version, with...)
}

// An idempotent create, change or deletion commits twice: it takes its key, and then it
// writes the record together with the answer that is kept.
func TestAnIdempotentRequestCommitsTwice(t *testing.T) {
	t.Parallel()
	count := &atomic.Int64{}
	e := newEnv(t, func(s *setup) {
		s.wrap = func(store store.Store) store.Store { return commits{Store: store, count: count} }
	})
	p := e.platform()
	m := p.merchant()
	for _, step := range []struct {
		method, path string
		body         any
		status       int
	}{
		{http.MethodPost, "/v3/customers", minimal("payer"), http.StatusCreated},
		{http.MethodPatch, m.path(), object{"name": "New"}, http.StatusOK},
		{http.MethodDelete, m.path(), nil, http.StatusNoContent},
	} {
		t.Run(step.method, func(t *testing.T) {
			p := p.in(t)
			before := count.Load()
			c := p.self().with("Idempotency-Key", step.method)
			c.do(step.method, step.path, step.body, shows).ok(step.status)
			if made := count.Load() - before; made != 2 {
				t.Errorf("%s commits %d times", step.method, made)
			}
			before = count.Load()
			c.do(step.method, step.path, step.body, shows).ok(step.status)
			if made := count.Load() - before; made != 1 { // which finds the key taken
				t.Errorf("a repeated %s commits %d times", step.method, made)
			}
		})
	}
}
