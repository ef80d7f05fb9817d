package storetest

import (
	"errors"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func replacing() []guarantee {
	return []guarantee{
		{"a write of the right version replaces the whole document", func(e *env) {
			c := e.child(e.a)
			second := e.build(e.a, With(func(n *customers.Customer) { n.ID, n.Version = c.ID, 2 }))
			e.must(e.store.Replace(e.Context(), second, 1), "replacing")
			e.stands(second)
			third := e.build(e.a, Bare(), With(func(n *customers.Customer) { n.ID, n.Version, n.AuditCount = c.ID, 3, c.AuditCount }))
			e.must(e.store.Replace(e.Context(), third, 2), "replacing by less")
			e.stands(third)
		}},
		{"a write of another version is stale and changes nothing", func(e *env) {
			c := e.child(e.a)
			current := next(c, func(n *customers.Customer) { n.Name = "Current" })
			e.must(e.store.Replace(e.Context(), current, 1), "replacing")
			for _, version := range []int64{0, 1, 3, -1} {
				late := next(current, func(n *customers.Customer) { n.Name, n.Version = "Late", version+1 })
				e.refused(e.store.Replace(e.Context(), late, version), rows.ErrStale, "replacing by version")
				e.stands(current)
			}
		}},
		{"a missing customer or a tombstone is not found and not made", func(e *env) {
			missing := e.build(e.a)
			e.refused(e.store.Replace(e.Context(), rename(missing), 1), rows.ErrNotFound, "replacing a missing one")
			e.nowhere(missing.ID)
			c := e.child(e.a)
			tombstone := e.erase(c)
			revived := next(tombstone, func(n *customers.Customer) { n.Deleted = nil })
			e.refused(e.store.Replace(e.Context(), revived, tombstone.Version), rows.ErrNotFound, "replacing a tombstone")
			e.refused(e.store.Replace(e.Context(), rename(c), c.Version), rows.ErrNotFound, "replacing by the version before the tombstone")
			e.nowhere(c.ID)
		}},
		{"a write under another tenant is not found and changes nothing", func(e *env) {
			c := e.child(e.a)
			for _, stranger := range e.strangers(c) {
				intruder := next(under(stranger, c), func(n *customers.Customer) { n.Name = "Intruder" })
				e.refused(e.store.Replace(e.Context(), intruder, c.Version), rows.ErrNotFound, "replacing under another tenant")
				e.stands(c)
			}
		}},
		{"16 writers that read, replace and retry lose no write", func(e *env) {
			c := e.child(e.a)
			const rivals, each = 16, 2
			together(rivals, func(int) {
				for range each {
					e.retry(c.Ref(), func(n *customers.Customer) { n.KeyCount++ })
				}
			})
			got := e.get(c.Ref())
			if got.KeyCount != c.KeyCount+rivals*each || got.Version != 1+rivals*each {
				e.Errorf("%d writes were counted, the version is %d", got.KeyCount-c.KeyCount, got.Version)
			}
		}},
		{"a list shows what was written last and forgets what stood before", func(e *env) {
			c := e.child(e.a, Bare())
			changed := next(c, func(n *customers.Customer) {
				n.Name, n.Email, n.MerchantKey, n.ExternalID = "Second", "second@example.com", "mk2", "x2"
				n.Status, n.PlanKey = customers.StatusDisabled, "payer"
			})
			e.must(e.store.Replace(e.Context(), changed, 1), "replacing")
			for _, filter := range filtersFor(c) {
				e.lists(e.a, filter)
			}
			for _, filter := range filtersFor(changed) {
				e.lists(e.a, filter, changed)
			}
		}},
	}
}

// retry changes a customer as services do: read, change, replace, again if stale. It may
// be called from any goroutine.
func (e *env) retry(ref tenancy.Ref, change func(*customers.Customer)) {
	for {
		c, err := e.store.Get(e.Context(), ref)
		if err == nil {
			n := next(c, change)
			err = e.store.Replace(e.Context(), n, c.Version)
		}
		if err == nil {
			return
		}
		if !errors.Is(err, rows.ErrStale) {
			e.Errorf("changing: %v", err)
			return
		}
	}
}

// lost reports an error unless err is the refusal; for any goroutine.
func (e *env) lost(err, refusal error) {
	e.Helper()
	if !errors.Is(err, refusal) {
		e.Errorf("the refusal is %v instead of %q", err, refusal)
	}
}

// filtersFor returns one filter per field of c that can be filtered by equality.
func filtersFor(c *customers.Customer) []rows.Filter {
	return []rows.Filter{
		{Name: c.Name},
		{Email: c.Email},
		{MerchantKey: c.MerchantKey},
		{ExternalID: c.ExternalID},
		{Status: c.Status},
		{PlanKey: c.PlanKey},
		{UpdatedFrom: c.LastUpdated, Name: c.Name},
	}
}
