package mongo_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
)

// exactlyOne fails the test unless either the parent was erased and every insert refused,
// or no erase succeeded and all inserts did; and unless nothing is left behind.
func (e *env) exactlyOne(parent *customers.Customer, erases []error, children []*customers.Customer, inserts []error) {
	e.Helper()
	erased := 0
	for _, err := range erases {
		switch {
		case err == nil:
			erased++
		case !errors.Is(err, rows.ErrHasChildren) && !errors.Is(err, rows.ErrNotFound):
			e.Fatalf("erasing: %v", err)
		}
	}
	living, traces := e.found()
	if _, lives := living[parent.ID]; erased > 1 || lives == (erased == 1) || traces > 0 {
		e.Fatalf("%d erasures succeeded, the parent lives: %t, %d traces are left", erased, lives, traces)
	}
	for i, err := range inserts {
		_, lives := living[children[i].ID]
		if (err == nil) == (erased == 1) || lives != (err == nil) {
			e.Fatalf("%d erasures succeeded, an insert gave %v, the child lives: %t", erased, err, lives)
		}
		if err != nil && !errors.Is(err, rows.ErrParentGone) {
			e.Fatalf("inserting: %v", err)
		}
	}
}

// In every order in which the requests of an insert of a child and an erase of its
// parent can reach the server, with up to four changes of whose turn it is, exactly
// one of the two succeeds.
func TestInsertAgainstEraseInEveryOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 2)
	wins := map[bool]int{}
	orders := everyOrder(4, func(choose func([]int) int) {
		parent := e.child(e.tenant)
		child := e.build(parent)
		var inserted, erased error
		order.run([]func(){
			func() { inserted = stores[0].Insert(t.Context(), child) },
			func() { erased = stores[1].Erase(t.Context(), storetest.Tombstone(parent), parent.Version) },
		}, choose)
		e.exactlyOne(parent, []error{erased}, []*customers.Customer{child}, []error{inserted})
		wins[erased == nil]++
		e.forget()
	})
	if orders < 56 || wins[true] == 0 || wins[false] == 0 {
		t.Errorf("%d orders, wins of the erase: %v", orders, wins)
	}
}

// The same holds with two erasures and two inserts at once, in orders by chance.
func TestInsertsAgainstErasesInManyOrders(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 4)
	for seed := range uint64(60) {
		chance := rand.New(rand.NewPCG(seed, 1))
		parent := e.child(e.tenant)
		children := []*customers.Customer{e.build(parent), e.build(parent)}
		inserted, erased := make([]error, 2), make([]error, 2)
		order.run([]func(){
			func() { inserted[0] = stores[0].Insert(t.Context(), children[0]) },
			func() { inserted[1] = stores[1].Insert(t.Context(), children[1]) },
			func() { erased[0] = stores[2].Erase(t.Context(), storetest.Tombstone(parent), parent.Version) },
			func() { erased[1] = stores[3].Erase(t.Context(), storetest.Tombstone(parent), parent.Version) },
		}, func(waiting []int) int { return waiting[chance.IntN(len(waiting))] })
		e.exactlyOne(parent, erased, children, inserted)
		e.forget()
		if t.Failed() {
			t.Fatalf("with seed %d", seed)
		}
	}
}

// The mark of a second erasure does not help a first one that lost its own mark to an
// insert: what the first one saw is out of date.
func TestEraseEndsOnItsOwnMarkOnly(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 3)
	parent := e.child(e.tenant)
	child := e.build(parent)
	erased := make([]error, 2)
	var inserted error
	const first, second, insert = 0, 1, 2
	erase := func(i int) func() {
		return func() { erased[i] = stores[i].Erase(t.Context(), storetest.Tombstone(parent), parent.Version) }
	}
	script := []int{
		second,                     // looks for children
		first, first, first, first, // does all but write the tombstone
		insert, insert, insert, // takes the mark off and is decided
		second, // sets a mark
		first,  // would write the tombstone
	}
	order.run([]func(){erase(first), erase(second), func() { inserted = stores[insert].Insert(t.Context(), child) }}, func(waiting []int) int {
		next := waiting[0]
		if len(script) > 0 {
			if next, script = script[0], script[1:]; !slices.Contains(waiting, next) {
				t.Errorf("it is not the turn of %d, with %d to come", next, len(script))
				next = waiting[0]
			}
		}
		return next
	})
	if inserted != nil || !errors.Is(erased[first], rows.ErrHasChildren) || !errors.Is(erased[second], rows.ErrHasChildren) {
		t.Errorf("the insert gives %v, the erasures %v", inserted, erased)
	}
	e.exactlyOne(parent, erased, []*customers.Customer{child}, []error{inserted})
}

// In every order of their requests, of an erase and a write of the same version one
// succeeds, and a refused erase leaves no mark.
func TestReplaceAgainstEraseInEveryOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 2)
	everyOrder(6, func(choose func([]int) int) {
		c := e.child(e.tenant)
		changed := *c
		changed.Version, changed.Name = 2, "Changed"
		var replaced, erased error
		order.run([]func(){
			func() { replaced = stores[0].Replace(t.Context(), &changed, 1) },
			func() { erased = stores[1].Erase(t.Context(), storetest.Tombstone(c), 1) },
		}, choose)
		living, traces := e.found()
		_, lives := living[c.ID]
		switch {
		case erased == nil && errors.Is(replaced, rows.ErrNotFound) && !lives:
		case replaced == nil && errors.Is(erased, rows.ErrStale) && lives && traces == 0:
		default:
			t.Fatalf("the write gave %v, the erase %v", replaced, erased)
		}
		e.forget()
	})
}

// In every order of their requests, of two inserts of the same id one succeeds, and
// its record is the one that stands.
func TestInsertAgainstInsertInEveryOrder(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	order, stores := newTurns(t, testServer(t), e.raw.Name(), 2)
	everyOrder(6, func(choose func([]int) int) {
		first := e.build(e.tenant)
		second := *first
		second.Name = "Second"
		results := make([]error, 2)
		order.run([]func(){
			func() { results[0] = stores[0].Insert(t.Context(), first) },
			func() { results[1] = stores[1].Insert(t.Context(), &second) },
		}, choose)
		living, _ := e.found()
		for i, name := range []string{first.Name, second.Name} {
			if err := results[i]; (err == nil) != (living[first.ID] == name) || err != nil && !errors.Is(err, rows.ErrExists) {
				t.Fatalf("insert %d gave %v, %q stands", i, err, living[first.ID])
			}
		}
		e.forget()
	})
}

// In every order of their requests, at most one of two operators is created, and the
// loser leaves nothing.
func TestOneOperatorInEveryOrder(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	e := &env{TB: t, store: openAt(t, uri, database), raw: connect(t, uri).Database(database)}
	t.Cleanup(func() { closeStore(t, e.store) })
	e.operator, e.tenant = &customers.Customer{}, &customers.Customer{} // forget keeps no customer
	order, stores := newTurns(t, uri, database, 2)
	rivals := []*customers.Customer{storetest.Operator(opened), storetest.Operator(opened)}
	rivals[1].ID[0] ^= 1
	rivals[1].Tenant = rivals[1].ID
	outcomes := map[int]int{}
	everyOrder(6, func(choose func([]int) int) {
		results := make([]error, 2)
		order.run([]func(){
			func() { results[0] = stores[0].Insert(t.Context(), rivals[0]) },
			func() { results[1] = stores[1].Insert(t.Context(), rivals[1]) },
		}, choose)
		living, traces := e.found()
		for i, err := range results {
			if _, lives := living[rivals[i].ID]; lives != (err == nil) || err != nil && !errors.Is(err, rows.ErrExists) {
				t.Fatalf("rival %d got %v, it lives: %t", i, err, lives)
			}
		}
		if len(living) > 1 || traces > 0 {
			t.Fatalf("%d operators came to be, %d traces are left", len(living), traces)
		}
		outcomes[len(living)]++
		e.forget()
	})
	if outcomes[1] == 0 {
		t.Error("no operator ever came to be")
	}
}
