package testkit

func (h *Env) Reseal() {
	h.T.Helper()
	Must(h.T, h.Svc.Lifecycle.Reseal(h.T.Context(), func(int) {}))
}

// FullView shows everything of a customer to the operator.
func (h *Env) FullView(id string) map[string]any {
	h.T.Helper()
	view, err := h.Unmask(h.As(h.Operator), id, "comparing")
	Must(h.T, err)
	m := AsMap(h.T, view)
	delete(m, "lastUpdated")
	return m
}
