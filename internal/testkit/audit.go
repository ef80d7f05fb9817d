package testkit

import (
	"strings"

	"tenantry/customers/events"
)

// AuditOf gives the types of a customer's events, newest first, as one text.
func (h *Env) AuditOf(p Party, kind string) string {
	h.T.Helper()
	page, err := h.Svc.Events.Events(h.T.Context(), h.As(h.Operator), events.EventsInput{CustomerID: p.ID, Type: kind, Limit: 100})
	Must(h.T, err)
	types := []string{}
	for _, e := range page.Events {
		types = append(types, e.Type)
	}
	return strings.Join(types, " ")
}
