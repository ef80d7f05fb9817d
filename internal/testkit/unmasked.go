package testkit

import (
	"tenantry/customers/lifecycle"
	"tenantry/customers/view"
	"tenantry/tenancy"
)

// UnmaskedValues are the values of harbor that only an unmasked answer shows.
var UnmaskedValues = []string{"000123456789", "000765432", "000001234", "000005678"}

func (h *Env) AllowUnmask(by Party, id string, allowed string) {
	h.T.Helper()
	_, err := h.Update(by, id, `{"settings":{"customers":{"allowDataUnmask":`+allowed+`}}}`)
	Must(h.T, err)
}

func (h *Env) Unmask(by tenancy.Caller, id, reason string) (view.View, error) {
	h.T.Helper()
	return h.Svc.Lifecycle.Unmasked(h.T.Context(), by, lifecycle.UnmaskInput{CustomerID: id, Reason: reason})
}
