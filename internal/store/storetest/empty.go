package storetest

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

// emptiness tests that a new store holds nothing and says so in the words of the
// contract, so that the first start can tell it from a fault.
func emptiness(h *house) {
	ref := tenancy.Ref{Tenant: h.missing(), ID: h.missing()}
	h.must(h.store.Ping(h.Context()), "pinging")
	_, err := h.store.Root(h.Context())
	h.refused(err, customers.ErrNotFound, "getting the root")
	_, err = h.store.Get(h.Context(), ref)
	h.refused(err, customers.ErrNotFound, "getting")
	h.nowhere(ref.ID)

	page, err := h.store.List(h.Context(), customers.Query{
		Under: ref.ID, Deep: true, Limit: 100, Count: true, Order: customers.Order{By: customers.ByCreated},
	})
	h.must(err, "listing")
	if len(page.Customers) > 0 || page.More || page.Total != 0 {
		h.Errorf("the list is %+v", page)
	}
	rows, err := h.store.Walk(h.Context(), tenancy.ID{}, 100)
	h.must(err, "walking")
	if len(rows) > 0 {
		h.Errorf("the walk meets %s", labels(rows))
	}
	batches, err := h.store.Outboxes(h.Context(), 100)
	h.must(err, "reading outboxes")
	events, eventsErr := h.store.Events(h.Context(), customers.EventQuery{Customer: ref, Limit: 100})
	h.must(eventsErr, "reading events")
	if len(batches) > 0 || len(events) > 0 {
		h.Errorf("there are batches %v and events %v", batches, events)
	}
	swept, err := h.store.SweepClaims(h.Context(), opened)
	h.must(err, "sweeping claims")
	if swept != 0 {
		h.Errorf("%d claims were swept", swept)
	}

	orphan := Child(Operator(opened))
	h.refused(h.store.Insert(h.Context(), orphan), customers.ErrParentGone, "inserting a child of nobody")
	h.nowhere(orphan.ID)
}
