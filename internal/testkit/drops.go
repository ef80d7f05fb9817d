package testkit

import "tenantry/customers/view"

func (h *Env) StartDrops(by Party, id, bank string) (view.BankView, error) {
	h.T.Helper()
	return h.Svc.Instruments.StartDrops(h.T.Context(), h.As(by), id, bank)
}
