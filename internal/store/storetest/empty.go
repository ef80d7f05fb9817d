package storetest

import (
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// emptiness tests that a new store holds nothing and reports it as the contract says, so
// that the first start can tell it from a fault.
func emptiness(e *env) {
	ref := tenancy.Ref{Tenant: e.missing(), ID: e.missing()}
	e.must(e.store.Ping(e.Context()), "pinging")
	_, err := e.store.Root(e.Context())
	e.refused(err, rows.ErrNotFound, "getting the root")
	_, err = e.store.Get(e.Context(), ref)
	e.refused(err, rows.ErrNotFound, "getting")
	e.nowhere(ref.ID)

	page, err := e.store.List(e.Context(), rows.Query{
		Under: ref.ID, Deep: true, Limit: 100, Count: true, Order: rows.Order{By: rows.ByCreated},
	})
	e.must(err, "listing")
	if len(page.Customers) > 0 || page.More || page.Total != 0 {
		e.Errorf("the list is %+v", page)
	}
	records, err := e.store.Scan(e.Context(), tenancy.ID{}, 100)
	e.must(err, "walking")
	if len(records) > 0 {
		e.Errorf("the walk meets %s", labels(records))
	}
	batches, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 100)
	e.must(err, "reading outboxes")
	events, eventsErr := e.store.Events(e.Context(), rows.EventQuery{Customer: ref, Limit: 100})
	e.must(eventsErr, "reading events")
	if len(batches) > 0 || len(events) > 0 {
		e.Errorf("there are batches %v and events %v", batches, events)
	}
	swept, err := e.store.SweepReservations(e.Context(), opened)
	e.must(err, "sweeping claims")
	if swept != 0 {
		e.Errorf("%d claims were swept", swept)
	}

	orphan := Child(Operator(opened))
	e.refused(e.store.Insert(e.Context(), orphan), rows.ErrParentGone, "inserting a child of nobody")
	e.nowhere(orphan.ID)
}
