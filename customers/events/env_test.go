package events_test

import (
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/testkit"
)

// logged returns the events that were relayed, oldest first.
func logged(h *testkit.Env, id string) []customers.Event {
	h.T.Helper()
	list, err := h.Store.Events(h.T.Context(), rows.EventQuery{Customer: h.Record(id).Ref(), Limit: 100})
	testkit.Must(h.T, err)
	var events []customers.Event
	for _, event := range slices.Backward(list) {
		events = append(events, event.Event)
	}
	return events
}
