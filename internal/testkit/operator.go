package testkit

import "tenantry/tenancy"

// Everybody counts the customers in the store.
func (h *Env) Everybody() int {
	h.T.Helper()
	list, err := h.Store.Scan(h.T.Context(), tenancy.ID{}, 100)
	Must(h.T, err)
	return len(list)
}
