package storetest

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// opened is when the installation of every test started.
var opened = time.Date(2025, time.March, 1, 12, 0, 0, 123_000_000, time.UTC)

// env is a store with an operator and two tenants, a and b, in it.
type env struct {
	*testing.T
	store          store.Store
	operator, a, b *customers.Customer
	seeds          uint64
}

func newEnv(t *testing.T, open func(t *testing.T) store.Store) *env {
	t.Helper()
	e := newEmptyEnv(t, open)
	e.operator = e.insert(Operator(opened))
	e.a = e.child(e.operator, Bare())
	e.b = e.child(e.operator, Bare())
	return e
}

func newEmptyEnv(t *testing.T, open func(t *testing.T) store.Store) *env {
	t.Helper()
	e := &env{T: t, store: open(t)}
	t.Cleanup(func() {
		if err := e.store.Close(context.Background()); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return e
}

// must ends the test on an error.
func (e *env) must(err error, doing string) {
	e.Helper()
	if err != nil {
		e.Fatalf("%s: %v", doing, err)
	}
}

// refused ends the test unless err is the refusal.
func (e *env) refused(err, refusal error, doing string) {
	e.Helper()
	if !errors.Is(err, refusal) {
		e.Fatalf("%s gives %v instead of %q", doing, err, refusal)
	}
}

// insert adds c and returns it, for reading only.
func (e *env) insert(c *customers.Customer) *customers.Customer {
	e.Helper()
	e.must(e.store.Insert(e.Context(), c), "inserting")
	return c
}

// child makes a customer that differs from all earlier ones, and adds it.
func (e *env) child(parent *customers.Customer, options ...Option) *customers.Customer {
	e.Helper()
	return e.insert(e.build(parent, options...))
}

// build makes a customer that differs from all earlier ones.
func (e *env) build(parent *customers.Customer, options ...Option) *customers.Customer {
	e.seeds++
	return Child(parent, append([]Option{Seed(e.seeds)}, options...)...)
}

func (e *env) get(ref tenancy.Ref) *customers.Customer {
	e.Helper()
	c, err := e.store.Get(e.Context(), ref)
	e.must(err, "getting")
	return c
}

// stands ends the test unless the store has exactly want.
func (e *env) stands(want *customers.Customer) {
	e.Helper()
	if diff := Diff(want, e.get(want.Ref())); diff != "" {
		e.Fatalf("the stored customer differs (-want +got):\n%s", diff)
	}
}

// nowhere ends the test unless no living customer has the id.
func (e *env) nowhere(id tenancy.ID) {
	e.Helper()
	_, err := e.store.GetAnywhere(e.Context(), id)
	e.refused(err, rows.ErrNotFound, "getting it anywhere")
}

// strangers returns references with the same id under tenants that are not c's.
func (e *env) strangers(c *customers.Customer) []tenancy.Ref {
	var refs []tenancy.Ref
	for _, tenant := range []tenancy.ID{e.a.ID, e.b.ID, e.operator.ID, c.ID, {}, e.missing()} {
		if tenant != c.Tenant {
			refs = append(refs, tenancy.Ref{Tenant: tenant, ID: c.ID})
		}
	}
	return refs
}

// missing returns an id that no test gives to a customer.
func (e *env) missing() tenancy.ID { return newMaker(tenancy.ID{1}, 1<<40, opened).id() }

// erase writes the tombstone over c and returns it.
func (e *env) erase(c *customers.Customer) *customers.Customer {
	e.Helper()
	tombstone := Tombstone(c)
	e.must(e.store.Erase(e.Context(), tombstone, c.Version), "erasing")
	return tombstone
}

// next returns the successor of c after one change. It shares with c what it does not
// change.
func next(c *customers.Customer, change func(*customers.Customer)) *customers.Customer {
	n := *c
	n.Version++
	n.LastUpdated = c.LastUpdated.Add(time.Second)
	change(&n)
	return &n
}

// rename returns the successor of c under another name.
func rename(c *customers.Customer) *customers.Customer {
	return next(c, func(n *customers.Customer) { n.Name = "Renamed " + n.ID.String() })
}

// under returns c as a record of another reference: what a mixed-up caller would pass.
func under(ref tenancy.Ref, c *customers.Customer) *customers.Customer {
	n := *c
	n.Tenant, n.ID = ref.Tenant, ref.ID
	return &n
}

// together runs f(0) to f(n-1) at once, as nearly as the machine can, and waits for all
// of them.
func together(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}
