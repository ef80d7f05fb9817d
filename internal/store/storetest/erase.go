package storetest

import (
	"time"

	"tenantry/customers"
)

func erasing() []guarantee {
	return []guarantee{
		{"a tombstone is seen by no read and no list", func(h *house) {
			stays, c := h.child(h.a, Bare()), h.child(h.a)
			h.erase(c)
			_, err := h.store.Get(h.Context(), c.Ref())
			h.refused(err, customers.ErrNotFound, "getting the tombstone")
			h.nowhere(c.ID)
			h.lists(h.a, customers.Filter{}, stays)
			h.lists(h.a, customers.Filter{Name: c.Name})
			h.lists(h.a, customers.Filter{Email: c.Email})
			reach := h.page(customers.Query{Under: h.operator.ID, Deep: true, Limit: 100, Count: true})
			if h.sameRows(reach, h.a, h.b, stays); reach.Total != 3 {
				h.Errorf("the operator counts %d customers instead of 3", reach.Total)
			}
		}},
		{"a tombstone cannot be erased again, noted or given children", func(h *house) {
			c := h.child(h.a)
			tombstone := h.erase(c)
			h.refused(h.store.Erase(h.Context(), Tombstone(tombstone), tombstone.Version), customers.ErrNotFound, "erasing it again")
			h.refused(h.store.Erase(h.Context(), tombstone, c.Version), customers.ErrNotFound, "repeating the erase")
			h.must(h.store.NoteKeyUse(h.Context(), c.Ref(), map[string]time.Time{"1": opened}), "noting key use")
			child := h.build(c)
			h.refused(h.store.Insert(h.Context(), child), customers.ErrParentGone, "inserting a child")
			h.nowhere(child.ID)
			h.nowhere(c.ID)
		}},
		{"a customer with living children stays, and goes when they are gone", func(h *house) {
			c := h.child(h.a)
			child, erased := h.child(c), h.child(c)
			h.erase(erased)
			h.refused(h.store.Erase(h.Context(), Tombstone(c), c.Version), customers.ErrHasChildren, "erasing")
			h.stands(c)
			h.stands(child)
			h.stands(h.child(c)) // a refused erase does not close the door
			changed := rename(c)
			h.must(h.store.Replace(h.Context(), changed, c.Version), "replacing after the refusal")
			for _, row := range h.page(customers.Query{Tenant: h.a.ID, Under: c.ID, Limit: 100}).Customers {
				h.erase(row)
			}
			h.erase(changed)
			h.nowhere(c.ID)
		}},
		{"a tenant with children stays", func(h *house) {
			child := h.child(h.a)
			h.refused(h.store.Erase(h.Context(), Tombstone(h.a), h.a.Version), customers.ErrHasChildren, "erasing the tenant")
			h.refused(h.store.Erase(h.Context(), Tombstone(h.operator), h.operator.Version), customers.ErrHasChildren, "erasing the operator")
			h.stands(h.a)
			h.stands(h.operator)
			h.erase(child)
			h.erase(h.a)
			h.nowhere(h.a.ID)
			h.stands(h.b)
		}},
		{"an erase of another version is stale and changes nothing", func(h *house) {
			c := h.child(h.a)
			current := rename(c)
			h.must(h.store.Replace(h.Context(), current, 1), "replacing")
			h.refused(h.store.Erase(h.Context(), Tombstone(c), 1), customers.ErrStale, "erasing the version before")
			h.refused(h.store.Erase(h.Context(), Tombstone(rename(current)), 3), customers.ErrStale, "erasing the version after")
			h.stands(current)
			h.stands(h.child(current)) // neither does a stale one
		}},
		{"a missing customer or one of another tenant is not found and nothing changes", func(h *house) {
			missing := h.build(h.a)
			h.refused(h.store.Erase(h.Context(), Tombstone(missing), 1), customers.ErrNotFound, "erasing a missing one")
			c := h.child(h.a)
			for _, stranger := range h.strangers(c) {
				h.refused(h.store.Erase(h.Context(), Tombstone(under(stranger, c)), c.Version), customers.ErrNotFound, "erasing under another tenant")
				h.stands(c)
			}
			h.child(c)
			for _, stranger := range h.strangers(c) {
				h.refused(h.store.Erase(h.Context(), Tombstone(under(stranger, c)), c.Version), customers.ErrNotFound, "erasing a parent under another tenant")
			}
		}},
		{"an erased customer does not change its siblings", func(h *house) {
			c, sibling, namesake := h.child(h.a), h.child(h.a), h.child(h.b)
			h.erase(c)
			for _, other := range []*customers.Customer{sibling, namesake, h.a, h.b, h.operator} {
				h.stands(other)
			}
		}},
	}
}

func erasingAgainstInserting() []guarantee {
	return []guarantee{
		{"of an erase and an insert of a child exactly one succeeds", func(h *house) {
			for range 25 {
				h.eraseAgainst(h.child(h.a, Bare()), 1)
			}
		}},
		{"of an erase and three inserts the erase or all inserts succeed", func(h *house) {
			for range 10 {
				h.eraseAgainst(h.child(h.a, Bare()), 3)
			}
		}},
		{"the same holds for a tenant below the operator", func(h *house) {
			for range 10 {
				h.eraseAgainst(h.child(h.operator, Bare()), 1)
			}
		}},
	}
}

// eraseAgainst erases c while children are inserted below it.
func (h *house) eraseAgainst(c *customers.Customer, inserts int) {
	h.Helper()
	children := make([]*customers.Customer, inserts)
	for i := range children {
		children[i] = h.build(c, Bare())
	}
	results := make([]error, inserts+1)
	together(len(results), func(i int) {
		if i == inserts {
			results[i] = h.store.Erase(h.Context(), Tombstone(c), c.Version)
			return
		}
		results[i] = h.store.Insert(h.Context(), children[i])
	})
	erased := results[inserts] == nil
	if !erased {
		h.refused(results[inserts], customers.ErrHasChildren, "erasing against inserts")
		h.stands(c)
	} else {
		h.nowhere(c.ID)
	}
	for i, child := range children {
		if !erased {
			h.must(results[i], "inserting though the erase was refused")
			h.stands(child)
			continue
		}
		h.refused(results[i], customers.ErrParentGone, "inserting below a tombstone")
		h.nowhere(child.ID)
	}
	if rows := h.page(customers.Query{Tenant: c.Tenant, Under: c.ID, Limit: 100}).Customers; erased && len(rows) > 0 {
		h.Errorf("%d children of the tombstone are listed", len(rows))
	}
}
