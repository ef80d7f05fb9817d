package testkit

// Taken demands that a merchant key is held under the platform.
func (h *Env) Taken(key string) {
	h.T.Helper()
	_, err := h.TryCreate(h.Cove, One(`,"merchantKey":"`+key+`"`))
	Duplicate(h.T, err, "merchantKey")
}
