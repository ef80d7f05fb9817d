package testkit

import (
	"slices"

	"tenantry/customers"
)

// Logged gives the events that were relayed, oldest first.
func (h *Env) Logged(id string) []customers.Event {
	h.T.Helper()
	list, err := h.Store.Events(h.T.Context(), customers.EventQuery{Customer: h.Record(id).Ref(), Limit: 100})
	Must(h.T, err)
	var events []customers.Event
	for _, event := range slices.Backward(list) {
		events = append(events, event.Event)
	}
	return events
}
