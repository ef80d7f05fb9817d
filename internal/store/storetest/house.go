package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// opened is when the installation of every test started.
var opened = time.Date(2025, time.March, 1, 12, 0, 0, 123_000_000, time.UTC)

// house is a store with an operator and two tenants, a and b, in it.
type house struct {
	*testing.T
	store          customers.Store
	operator, a, b *customers.Customer
	seeds          uint64
}

func newHouse(t *testing.T, open func(t *testing.T) customers.Store) *house {
	t.Helper()
	h := emptyHouse(t, open)
	h.operator = h.insert(Operator(opened))
	h.a = h.child(h.operator, Bare())
	h.b = h.child(h.operator, Bare())
	return h
}

func emptyHouse(t *testing.T, open func(t *testing.T) customers.Store) *house {
	t.Helper()
	h := &house{T: t, store: open(t)}
	t.Cleanup(func() {
		if err := h.store.Close(context.Background()); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return h
}

// must ends the test on an error.
func (h *house) must(err error, doing string) {
	h.Helper()
	if err != nil {
		h.Fatalf("%s: %v", doing, err)
	}
}

// refused ends the test unless err is the refusal.
func (h *house) refused(err, refusal error, doing string) {
	h.Helper()
	if !errors.Is(err, refusal) {
		h.Fatalf("%s gives %v instead of %q", doing, err, refusal)
	}
}

// insert adds c and gives it back, for reading only.
func (h *house) insert(c *customers.Customer) *customers.Customer {
	h.Helper()
	h.must(h.store.Insert(h.Context(), c), "inserting")
	return c
}

// child makes a customer that differs from all earlier ones, and adds it.
func (h *house) child(parent *customers.Customer, options ...Option) *customers.Customer {
	h.Helper()
	return h.insert(h.build(parent, options...))
}

// build makes a customer that differs from all earlier ones.
func (h *house) build(parent *customers.Customer, options ...Option) *customers.Customer {
	h.seeds++
	return Child(parent, append([]Option{Seed(h.seeds)}, options...)...)
}

func (h *house) get(ref tenancy.Ref) *customers.Customer {
	h.Helper()
	c, err := h.store.Get(h.Context(), ref)
	h.must(err, "getting")
	return c
}

// stands ends the test unless the store has exactly want.
func (h *house) stands(want *customers.Customer) {
	h.Helper()
	if diff := Diff(want, h.get(want.Ref())); diff != "" {
		h.Fatalf("the stored customer differs (-want +got):\n%s", diff)
	}
}

// nowhere ends the test unless no living customer has the id.
func (h *house) nowhere(id tenancy.ID) {
	h.Helper()
	_, err := h.store.GetAnywhere(h.Context(), id)
	h.refused(err, customers.ErrNotFound, "getting it anywhere")
}

// strangers names the same id under tenants that are not c's.
func (h *house) strangers(c *customers.Customer) []tenancy.Ref {
	var refs []tenancy.Ref
	for _, tenant := range []tenancy.ID{h.a.ID, h.b.ID, h.operator.ID, c.ID, {}, h.missing()} {
		if tenant != c.Tenant {
			refs = append(refs, tenancy.Ref{Tenant: tenant, ID: c.ID})
		}
	}
	return refs
}

// missing is an id that no test gives to a customer.
func (h *house) missing() tenancy.ID { return newMaker(tenancy.ID{1}, 1<<40, opened).id() }

// erase writes the tombstone over c and gives it back.
func (h *house) erase(c *customers.Customer) *customers.Customer {
	h.Helper()
	tombstone := Tombstone(c)
	h.must(h.store.Erase(h.Context(), tombstone, c.Version), "erasing")
	return tombstone
}

// next is the successor of c after one change. It shares with c what it does not change.
func next(c *customers.Customer, change func(*customers.Customer)) *customers.Customer {
	n := *c
	n.Version++
	n.LastUpdated = c.LastUpdated.Add(time.Second)
	change(&n)
	return &n
}

// rename is the successor of c under another name.
func rename(c *customers.Customer) *customers.Customer {
	return next(c, func(n *customers.Customer) { n.Name = "Renamed " + n.ID.String() })
}

// under gives c as a record of another reference: what a mixed-up caller would hand in.
func under(ref tenancy.Ref, c *customers.Customer) *customers.Customer {
	n := *c
	n.Tenant, n.ID = ref.Tenant, ref.ID
	return &n
}
