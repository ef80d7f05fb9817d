package testkit

import (
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/events"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
)

// logbook reads what was written of a customer.
type logbook struct{ *installation }

// Events returns the events of a customer, relayed and waiting, oldest first: all but those
// that only tell of planStatus, which follow from the others.
func (h logbook) Events(id string) []customers.Event {
	h.T.Helper()
	return slices.DeleteFunc(h.EveryEvent(id), tellsOfPlan)
}

func tellsOfPlan(e customers.Event) bool { return e.Type == registry.EventPlanStatusChanged }

// EveryEvent returns all events of a customer, relayed and waiting, oldest first.
func (h logbook) EveryEvent(id string) []customers.Event {
	h.T.Helper()
	record := h.Record(id)
	logged, err := h.Store.Events(h.T.Context(), rows.EventQuery{Customer: record.Ref(), Limit: 100})
	Must(h.T, err)
	var list []customers.Event
	for _, event := range slices.Backward(logged) {
		if !slices.ContainsFunc(record.Outbox, func(e customers.Event) bool { return e.ID == event.ID }) {
			list = append(list, event.Event)
		}
	}
	return append(list, record.Outbox...)
}

// Trail returns the types of all events of a customer, relayed and waiting, oldest
// first.
func (h logbook) Trail(id string) []string {
	h.T.Helper()
	var types []string
	for _, event := range h.Events(id) {
		types = append(types, event.Type)
	}
	return types
}

// Last returns the newest event of a customer, relayed or waiting.
func (h logbook) Last(id string) customers.Event {
	h.T.Helper()
	list := h.Events(id)
	return list[len(list)-1]
}

// Newest returns the newest event of a customer that waits in its outbox, but for those of
// planStatus.
func (h logbook) Newest(id string) customers.Event {
	h.T.Helper()
	outbox := slices.DeleteFunc(slices.Clone(h.Record(id).Outbox), tellsOfPlan)
	if len(outbox) == 0 {
		h.T.Fatal("there is no event")
	}
	return outbox[len(outbox)-1]
}

// LogOf relays what waits and returns the logged events of a customer, newest first.
func (h logbook) LogOf(c *customers.Customer) []rows.LoggedEvent {
	h.T.Helper()
	_, err := h.Svc.Relay.RelayEvents(h.T.Context())
	Must(h.T, err)
	events, err := h.Store.Events(h.T.Context(), rows.EventQuery{Customer: c.Ref(), Limit: 100})
	Must(h.T, err)
	return events
}

// AuditOf returns the types of the logged events of a customer, newest first, separated
// by spaces; kind is the filter of types.
func (h logbook) AuditOf(p Party, kind string) string {
	h.T.Helper()
	page, err := h.Svc.Events.Events(h.T.Context(), h.As(h.Operator), events.Query{CustomerID: p.ID, Type: kind, Limit: 100})
	Must(h.T, err)
	types := []string{}
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return strings.Join(types, " ")
}
