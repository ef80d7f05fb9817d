package testkit

import (
	"context"

	"tenantry/customers"
)

// Relay lets a test step into the spy's relaying.
func (s *Spy) Relay(ctx context.Context, batch customers.Batch) error {
	return s.through("Relay", func() error { return s.Store.Relay(ctx, batch) })
}

// LogOf relays what waits and gives the logged events of a customer, newest first.
func (h *Env) LogOf(c *customers.Customer) []customers.LoggedEvent {
	h.T.Helper()
	_, err := h.Svc.Webhooks.RelayEvents(h.T.Context())
	Must(h.T, err)
	events, err := h.Store.Events(h.T.Context(), customers.EventQuery{Customer: c.Ref(), Limit: 100})
	Must(h.T, err)
	return events
}
