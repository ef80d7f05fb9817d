package api_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// keptAnswers returns how many bytes the kept answers take, each with what it is.
func (e *env) keptAnswers() (sizes []int) {
	e.T.Helper()
	for _, one := range e.kept() {
		sizes = append(sizes, len(one.Answer))
	}
	return sizes
}

// kept returns the reservations of idempotency keys.
func (e *env) kept() []rows.Reservation {
	e.T.Helper()
	list, err := e.Store.ReservationsBehind(e.T.Context(), "idempotency:", "", 100)
	testkit.Must(e.T, err)
	return list
}

// The kept answer to a create with everything takes less than 1,100 bytes, and less than 2,000
// in the store with its key and all ids by which an erasure finds it; that to an update takes
// next to nothing: it names the record and the version.
func TestKeptAnswersAreSmall(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.self().with("Idempotency-Key", "create").post("/v3/customers", complete(), shows).ok(http.StatusCreated)
	created := e.keptAnswers()
	t.Logf("the answer to a create of %d bytes is kept in %v", len(made.Text), created)
	if len(created) != 1 || created[0] >= 1_100 || created[0] < 200 {
		t.Errorf("the answer to a create of %d bytes is kept in %v bytes", len(made.Text), created)
	}
	stored, err := codec.EncodeClaim(&e.kept()[0])
	testkit.Must(t, err)
	if len(stored) >= 2_000 {
		t.Errorf("what is kept of a create takes %d bytes in the store", len(stored))
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

// Even the answer to a create with all owners that a business may have, each of them another
// person, is kept in less than 2,000 bytes.
func TestTheLargestKeptAnswerIsSmall(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	first := []string{"Mira", "Jonas", "Adaeze", "Tomasz", "Priya", "Lucia", "Henrik", "Noor", "Mateo", "Yuki"}
	last := []string{"Okafor", "Brandt", "Lindqvist", "Kowalczyk", "Raman", "Ferreira", "Aaltonen", "Haddad", "Quintana", "Tanabe"}
	street := []string{"Quay Street", "Pier Road", "Mill Lane", "Foundry Row", "Chandlery Walk", "Ropewalk", "Customs Yard", "Salt Cellar Steps", "Beacon Hill", "Ferry Approach"}
	var owners []object
	for i := range first {
		email := strings.ToLower(first[i]+"."+last[i]) + "@harborlane.example"
		owners = append(owners, object{
			"stakePercent": "5", "title": "Partner " + street[len(street)-1-i], "personalTaxId": fmt.Sprintf("0000%05d", 12345+i*7919),
			"contact": object{"firstName": first[i], "lastName": last[i], "email": email, "phone": fmt.Sprintf("207555%04d", 100+i*977%9900), "dateOfBirth": fmt.Sprintf("19%02d-%02d-%02d", 50+i*4, 1+i, 3+i*2)},
			"address": object{"street1": fmt.Sprint(11+i*37, " ", street[i]), "city": "Portland", "state": "ME", "postalCode": fmt.Sprintf("041%02d", i*3), "country": "USA"},
		})
	}
	entity := with(legalEntity(), object{"stakePercent": "50", "additionalOwners": owners})
	made := p.self().with("Idempotency-Key", "create").post("/v3/customers", with(complete(), object{"legalEntity": entity, "settings": events(true, "https://a.example/in")}), shows).ok(http.StatusCreated)
	list := e.kept()
	if len(list) != 1 {
		t.Fatalf("%d answers are kept", len(list))
	}
	t.Logf("the answer of %d bytes is kept in %d", len(made.Text), len(list[0].Answer))
	if len(made.Text) < 13_000 || len(list[0].Answer) >= 2_000 {
		t.Errorf("the answer of %d bytes is kept in %d", len(made.Text), len(list[0].Answer))
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
