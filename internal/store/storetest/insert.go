package storetest

import (
	"slices"
	"sync/atomic"

	"tenantry/customers"
	"tenantry/tenancy"
)

func inserting() []guarantee {
	return []guarantee{
		{"an id that exists is refused under every tenant and stays as it is", func(h *house) {
			c := h.child(h.a)
			same := next(c, func(c *customers.Customer) { c.Version, c.Name = 1, "Usurper" })
			h.refused(h.store.Insert(h.Context(), same), customers.ErrExists, "inserting it again")
			twin := h.build(h.b, With(func(t *customers.Customer) { t.ID = c.ID }))
			h.refused(h.store.Insert(h.Context(), twin), customers.ErrExists, "inserting it under another tenant")
			h.stands(c)
			_, err := h.store.Get(h.Context(), twin.Ref())
			h.refused(err, customers.ErrNotFound, "getting the refused twin")
		}},
		{"the id of a tombstone is refused", func(h *house) {
			c := h.child(h.a)
			h.erase(c)
			h.refused(h.store.Insert(h.Context(), c), customers.ErrExists, "inserting it again")
			h.nowhere(c.ID)
		}},
		{"a child of nobody, of a tombstone or of another tenant's customer is refused and leaves nothing", func(h *house) {
			erased, foreign := h.child(h.a), h.child(h.b)
			h.erase(erased)
			nobody := next(erased, func(c *customers.Customer) { c.ID = h.missing() })
			for _, c := range []*customers.Customer{
				h.build(nobody), h.build(erased),
				h.build(foreign, With(func(c *customers.Customer) { c.Tenant = h.a.ID })),
				h.build(h.a, With(func(c *customers.Customer) { c.Tenant = h.b.ID })),
			} {
				h.refused(h.store.Insert(h.Context(), c), customers.ErrParentGone, "inserting")
				h.nowhere(c.ID)
				h.silent(c.Ref())
			}
		}},
		{"a child of the operator starts a tenant", func(h *house) {
			c := h.child(h.operator)
			if c.Tenant != c.ID {
				h.Fatal("the child does not start a tenant")
			}
			h.stands(c)
			below := h.child(c)
			h.stands(below)
			if want := []tenancy.ID{h.operator.ID, c.ID}; below.Tenant != c.ID || !slices.Equal(h.get(below.Ref()).Path, want) {
				h.Errorf("the grandchild has tenant %s and path %s", below.Tenant, below.Path)
			}
		}},
		{"a new child leaves its parent untouched", func(h *house) {
			h.child(h.a)
			h.stands(h.a)
			h.stands(h.operator)
		}},
		{"of many inserts of one id one succeeds", func(h *house) {
			rivals := make([]*customers.Customer, 8)
			for i := range rivals {
				rivals[i] = Child(h.a, Seed(1<<20), With(func(c *customers.Customer) { c.KeyCount = int32(i) }))
			}
			var winner atomic.Pointer[customers.Customer]
			together(len(rivals), func(i int) {
				err := h.store.Insert(h.Context(), rivals[i])
				if err == nil && winner.Swap(rivals[i]) != nil {
					h.Error("two inserts succeeded")
				}
				if err != nil {
					h.lost(err, customers.ErrExists)
				}
			})
			if winner.Load() == nil {
				h.Fatal("no insert succeeded")
			}
			h.stands(winner.Load())
		}},
	}
}
