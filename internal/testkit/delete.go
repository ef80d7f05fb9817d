package testkit

import "tenantry/customers/lifecycle"

// Remove deletes a customer.
func (h *Env) Remove(by Party, id string) error {
	h.T.Helper()
	return h.Svc.Lifecycle.Delete(h.T.Context(), h.As(by), lifecycle.DeleteInput{CustomerID: id})
}
