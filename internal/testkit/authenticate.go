package testkit

import "tenantry/keys"

// Forged gives a well-formed key of a customer with a random part of its own, as a
// stranger can make one who knows how keys are written.
func (h *Env) Forged(p Party) keys.Pair {
	h.T.Helper()
	_, pair, err := keys.Minter{Mode: keys.Test}.Pair(h.Record(p.ID).Ref(), 1, h.Clock.Now())
	Must(h.T, err)
	return pair
}
