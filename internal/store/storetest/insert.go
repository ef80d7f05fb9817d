package storetest

import (
	"errors"
	"slices"
	"sync/atomic"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func inserting() []guarantee {
	return []guarantee{
		{"an id that exists is refused under every tenant and stays as it is", func(e *env) {
			c := e.child(e.a)
			same := next(c, func(c *customers.Customer) { c.Version, c.Name = 1, "Usurper" })
			e.refused(e.store.Insert(e.Context(), same), rows.ErrExists, "inserting it again")
			twin := e.build(e.b, With(func(t *customers.Customer) { t.ID = c.ID }))
			e.refused(e.store.Insert(e.Context(), twin), rows.ErrExists, "inserting it under another tenant")
			e.stands(c)
			_, err := e.store.Get(e.Context(), twin.Ref())
			e.refused(err, rows.ErrNotFound, "getting the refused twin")
		}},
		{"of many customers each has the outcome that it has alone, and one that is refused takes no other with it", func(e *env) {
			erased, there := e.child(e.a), e.child(e.a)
			e.erase(erased)
			good, other := e.build(e.a), e.build(e.b)
			list := []rows.Insertion{{Customer: good}, {Customer: next(there, func(c *customers.Customer) { c.Version = 1 })}, {Customer: e.build(erased)}, {Customer: other}}
			outcomes := e.store.InsertAll(e.Context(), list, false)
			for i, want := range []error{nil, rows.ErrExists, rows.ErrParentGone, nil} {
				if len(outcomes) != len(list) || !errors.Is(outcomes[i], want) {
					e.Fatalf("the outcomes are %v", outcomes)
				}
			}
			e.stands(good)
			e.stands(there)
			e.stands(other)
			e.nowhere(list[2].Customer.ID)
		}},
		{"of many customers none behind the first that is refused is inserted where that is asked", func(e *env) {
			there := e.child(e.b)
			first, behind := e.build(e.a), e.build(e.b)
			room := rows.Companion{Room: &rows.Room{Of: e.a.ID, Most: 1}}
			list := []rows.Insertion{{Customer: first, With: []rows.Companion{room}}, {Customer: e.build(e.a), With: []rows.Companion{room}}, {Customer: behind}}
			outcomes := e.store.InsertAll(e.Context(), list, true)
			if full, ok := errors.AsType[rows.Full](outcomes[len(outcomes)-1]); len(outcomes) != 2 || outcomes[0] != nil || !ok || full.Of != e.a.ID {
				e.Fatalf("the outcomes are %v", outcomes)
			}
			e.stands(first)
			e.stands(there)
			e.nowhere(list[1].Customer.ID)
			e.nowhere(behind.ID)
		}},
		{"the id of a tombstone is refused", func(e *env) {
			c := e.child(e.a)
			e.erase(c)
			e.refused(e.store.Insert(e.Context(), c), rows.ErrExists, "inserting it again")
			e.nowhere(c.ID)
		}},
		{"a child of nobody, of a tombstone or of another tenant's customer is refused and leaves nothing", func(e *env) {
			erased, foreign := e.child(e.a), e.child(e.b)
			e.erase(erased)
			nobody := next(erased, func(c *customers.Customer) { c.ID = e.missing() })
			for _, c := range []*customers.Customer{
				e.build(nobody), e.build(erased),
				e.build(foreign, With(func(c *customers.Customer) { c.Tenant = e.a.ID })),
				e.build(e.a, With(func(c *customers.Customer) { c.Tenant = e.b.ID })),
			} {
				e.refused(e.store.Insert(e.Context(), c), rows.ErrParentGone, "inserting")
				e.nowhere(c.ID)
				e.silent(c.Ref())
			}
		}},
		{"a child of the operator starts a tenant", func(e *env) {
			c := e.child(e.operator)
			if c.Tenant != c.ID {
				e.Fatal("the child does not start a tenant")
			}
			e.stands(c)
			below := e.child(c)
			e.stands(below)
			if want := []tenancy.ID{e.operator.ID, c.ID}; below.Tenant != c.ID || !slices.Equal(e.get(below.Ref()).Path, want) {
				e.Errorf("the grandchild has tenant %s and path %s", below.Tenant, below.Path)
			}
		}},
		{"a new child leaves its parent untouched", func(e *env) {
			e.child(e.a)
			e.stands(e.a)
			e.stands(e.operator)
		}},
		{"of many inserts of one id one succeeds", func(e *env) {
			rivals := make([]*customers.Customer, 8)
			for i := range rivals {
				rivals[i] = Child(e.a, Seed(1<<20), With(func(c *customers.Customer) { c.KeyCount = int32(i) }))
			}
			var winner atomic.Pointer[customers.Customer]
			together(len(rivals), func(i int) {
				err := e.store.Insert(e.Context(), rivals[i])
				if err == nil && winner.Swap(rivals[i]) != nil {
					e.Error("two inserts succeeded")
				}
				if err != nil {
					e.lost(err, rows.ErrExists)
				}
			})
			if winner.Load() == nil {
				e.Fatal("no insert succeeded")
			}
			e.stands(winner.Load())
		}},
	}
}
