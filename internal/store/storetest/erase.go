package storetest

import (
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

func erasing() []guarantee {
	return []guarantee{
		{"a tombstone is seen by no read and no list", func(e *env) {
			stays, c := e.child(e.a, Bare()), e.child(e.a)
			e.erase(c)
			_, err := e.store.Get(e.Context(), c.Ref())
			e.refused(err, rows.ErrNotFound, "getting the tombstone")
			e.nowhere(c.ID)
			e.lists(e.a, rows.Filter{}, stays)
			e.lists(e.a, rows.Filter{Name: c.Name})
			e.lists(e.a, rows.Filter{Email: c.Email})
			reach := e.page(rows.Query{Under: e.operator.ID, Deep: true, Limit: 100, Count: true})
			if e.sameRows(reach, e.a, e.b, stays); reach.Total != 3 {
				e.Errorf("the operator counts %d customers instead of 3", reach.Total)
			}
		}},
		{"a tombstone cannot be erased again, noted or given children", func(e *env) {
			c := e.child(e.a)
			tombstone := e.erase(c)
			e.refused(e.store.Erase(e.Context(), Tombstone(tombstone), tombstone.Version), rows.ErrNotFound, "erasing it again")
			e.refused(e.store.Erase(e.Context(), tombstone, c.Version), rows.ErrNotFound, "repeating the erase")
			e.must(e.store.NoteKeyUse(e.Context(), customers.KeyUse{Customer: c.Ref(), At: map[string]time.Time{"1": opened}}), "noting key use")
			child := e.build(c)
			e.refused(e.store.Insert(e.Context(), child), rows.ErrParentGone, "inserting a child")
			e.nowhere(child.ID)
			e.nowhere(c.ID)
		}},
		{"a customer with living children stays, and goes when they are gone", func(e *env) {
			c := e.child(e.a)
			child, erased := e.child(c), e.child(c)
			e.erase(erased)
			e.refused(e.store.Erase(e.Context(), Tombstone(c), c.Version), rows.ErrHasChildren, "erasing")
			e.stands(c)
			e.stands(child)
			e.stands(e.child(c)) // a refused erase does not close the door
			changed := rename(c)
			e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing after the refusal")
			for _, row := range e.page(rows.Query{Tenant: e.a.ID, Under: c.ID, Limit: 100}).Customers {
				e.erase(row)
			}
			e.erase(changed)
			e.nowhere(c.ID)
		}},
		{"a tenant with children stays", func(e *env) {
			child := e.child(e.a)
			e.refused(e.store.Erase(e.Context(), Tombstone(e.a), e.a.Version), rows.ErrHasChildren, "erasing the tenant")
			e.refused(e.store.Erase(e.Context(), Tombstone(e.operator), e.operator.Version), rows.ErrHasChildren, "erasing the operator")
			e.stands(e.a)
			e.stands(e.operator)
			e.erase(child)
			e.erase(e.a)
			e.nowhere(e.a.ID)
			e.stands(e.b)
		}},
		{"an erase of another version is stale and changes nothing", func(e *env) {
			c := e.child(e.a)
			current := rename(c)
			e.must(e.store.Replace(e.Context(), current, 1), "replacing")
			e.refused(e.store.Erase(e.Context(), Tombstone(c), 1), rows.ErrStale, "erasing the version before")
			e.refused(e.store.Erase(e.Context(), Tombstone(rename(current)), 3), rows.ErrStale, "erasing the version after")
			e.stands(current)
			e.stands(e.child(current)) // neither does a stale one
		}},
		{"a missing customer or one of another tenant is not found and nothing changes", func(e *env) {
			missing := e.build(e.a)
			e.refused(e.store.Erase(e.Context(), Tombstone(missing), 1), rows.ErrNotFound, "erasing a missing one")
			c := e.child(e.a)
			for _, stranger := range e.strangers(c) {
				e.refused(e.store.Erase(e.Context(), Tombstone(under(stranger, c)), c.Version), rows.ErrNotFound, "erasing under another tenant")
				e.stands(c)
			}
			e.child(c)
			for _, stranger := range e.strangers(c) {
				e.refused(e.store.Erase(e.Context(), Tombstone(under(stranger, c)), c.Version), rows.ErrNotFound, "erasing a parent under another tenant")
			}
		}},
		{"an erased customer does not change its siblings", func(e *env) {
			c, sibling, namesake := e.child(e.a), e.child(e.a), e.child(e.b)
			e.erase(c)
			for _, other := range []*customers.Customer{sibling, namesake, e.a, e.b, e.operator} {
				e.stands(other)
			}
		}},
	}
}

func erasingAgainstInserting() []guarantee {
	return []guarantee{
		{"of an erase and an insert of a child exactly one succeeds", func(e *env) {
			for range 25 {
				e.eraseAgainst(e.child(e.a, Bare()), 1)
			}
		}},
		{"of an erase and three inserts the erase or all inserts succeed", func(e *env) {
			for range 10 {
				e.eraseAgainst(e.child(e.a, Bare()), 3)
			}
		}},
		{"the same holds for a tenant below the operator", func(e *env) {
			for range 10 {
				e.eraseAgainst(e.child(e.operator, Bare()), 1)
			}
		}},
	}
}

// eraseAgainst erases c while children are inserted below it.
func (e *env) eraseAgainst(c *customers.Customer, inserts int) {
	e.Helper()
	children := make([]*customers.Customer, inserts)
	for i := range children {
		children[i] = e.build(c, Bare())
	}
	results := make([]error, inserts+1)
	together(len(results), func(i int) {
		if i == inserts {
			results[i] = e.store.Erase(e.Context(), Tombstone(c), c.Version)
			return
		}
		results[i] = e.store.Insert(e.Context(), children[i])
	})
	erased := results[inserts] == nil
	if !erased {
		e.refused(results[inserts], rows.ErrHasChildren, "erasing against inserts")
		e.stands(c)
	} else {
		e.nowhere(c.ID)
	}
	for i, child := range children {
		if !erased {
			e.must(results[i], "inserting though the erase was refused")
			e.stands(child)
			continue
		}
		e.refused(results[i], rows.ErrParentGone, "inserting below a tombstone")
		e.nowhere(child.ID)
	}
	if rows := e.page(rows.Query{Tenant: c.Tenant, Under: c.ID, Limit: 100}).Customers; erased && len(rows) > 0 {
		e.Errorf("%d children of the tombstone are listed", len(rows))
	}
}
