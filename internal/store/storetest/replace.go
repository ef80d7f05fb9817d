package storetest

import (
	"errors"

	"tenantry/customers"
	"tenantry/tenancy"
)

func replacing() []guarantee {
	return []guarantee{
		{"a write of the right version replaces the whole document", func(h *house) {
			c := h.child(h.a)
			second := h.build(h.a, With(func(n *customers.Customer) { n.ID, n.Version = c.ID, 2 }))
			h.must(h.store.Replace(h.Context(), second, 1), "replacing")
			h.stands(second)
			third := h.build(h.a, Bare(), With(func(n *customers.Customer) { n.ID, n.Version = c.ID, 3 }))
			h.must(h.store.Replace(h.Context(), third, 2), "replacing by less")
			h.stands(third)
		}},
		{"a write of another version is stale and changes nothing", func(h *house) {
			c := h.child(h.a)
			current := next(c, func(n *customers.Customer) { n.Name = "Current" })
			h.must(h.store.Replace(h.Context(), current, 1), "replacing")
			for _, version := range []int64{0, 1, 3, -1} {
				late := next(current, func(n *customers.Customer) { n.Name, n.Version = "Late", version+1 })
				h.refused(h.store.Replace(h.Context(), late, version), customers.ErrStale, "replacing by version")
				h.stands(current)
			}
		}},
		{"a missing customer or a tombstone is not found and not made", func(h *house) {
			missing := h.build(h.a)
			h.refused(h.store.Replace(h.Context(), rename(missing), 1), customers.ErrNotFound, "replacing a missing one")
			h.nowhere(missing.ID)
			c := h.child(h.a)
			tombstone := h.erase(c)
			revived := next(tombstone, func(n *customers.Customer) { n.Deleted = nil })
			h.refused(h.store.Replace(h.Context(), revived, tombstone.Version), customers.ErrNotFound, "replacing a tombstone")
			h.refused(h.store.Replace(h.Context(), rename(c), c.Version), customers.ErrNotFound, "replacing by the version before the tombstone")
			h.nowhere(c.ID)
		}},
		{"a write under another tenant is not found and changes nothing", func(h *house) {
			c := h.child(h.a)
			for _, stranger := range h.strangers(c) {
				intruder := next(under(stranger, c), func(n *customers.Customer) { n.Name = "Intruder" })
				h.refused(h.store.Replace(h.Context(), intruder, c.Version), customers.ErrNotFound, "replacing under another tenant")
				h.stands(c)
			}
		}},
		{"16 writers that read, replace and retry lose no write", func(h *house) {
			c := h.child(h.a)
			const rivals, each = 16, 2
			together(rivals, func(int) {
				for range each {
					h.retry(c.Ref(), func(n *customers.Customer) { n.KeyCount++ })
				}
			})
			got := h.get(c.Ref())
			if got.KeyCount != c.KeyCount+rivals*each || got.Version != 1+rivals*each {
				h.Errorf("%d writes were counted, the version is %d", got.KeyCount-c.KeyCount, got.Version)
			}
		}},
		{"a list shows what was written last and forgets what stood before", func(h *house) {
			c := h.child(h.a, Bare())
			changed := next(c, func(n *customers.Customer) {
				n.Name, n.Email, n.MerchantKey, n.ExternalID = "Second", "second@example.com", "mk2", "x2"
				n.Status, n.PlanKey = customers.StatusDisabled, "payer"
			})
			h.must(h.store.Replace(h.Context(), changed, 1), "replacing")
			for _, filter := range filtersFor(c) {
				h.lists(h.a, filter)
			}
			for _, filter := range filtersFor(changed) {
				h.lists(h.a, filter, changed)
			}
		}},
	}
}

// retry changes a customer as services do: read, change, replace, again when stale.
// It may be called from any goroutine.
func (h *house) retry(ref tenancy.Ref, change func(*customers.Customer)) {
	for {
		c, err := h.store.Get(h.Context(), ref)
		if err == nil {
			n := next(c, change)
			err = h.store.Replace(h.Context(), n, c.Version)
		}
		if err == nil {
			return
		}
		if !errors.Is(err, customers.ErrStale) {
			h.Errorf("changing: %v", err)
			return
		}
	}
}

// lost notes an error unless err is the refusal; for any goroutine.
func (h *house) lost(err, refusal error) {
	h.Helper()
	if !errors.Is(err, refusal) {
		h.Errorf("the refusal is %v instead of %q", err, refusal)
	}
}

// filtersFor gives one filter per field of c that can be filtered by equality.
func filtersFor(c *customers.Customer) []customers.Filter {
	return []customers.Filter{
		{Name: c.Name},
		{Email: c.Email},
		{MerchantKey: c.MerchantKey},
		{ExternalID: c.ExternalID},
		{Status: c.Status},
		{PlanKey: c.PlanKey},
		{UpdatedFrom: c.LastUpdated, Name: c.Name},
	}
}
