package testkit

import "tenantry/customers"

// Newest gives the last event of a customer that was not relayed yet.
func (h *Env) Newest(id string) customers.Event {
	h.T.Helper()
	outbox := h.Record(id).Outbox
	if len(outbox) == 0 {
		h.T.Fatal("there is no event")
	}
	return outbox[len(outbox)-1]
}
