package testkit

import (
	"time"

	"tenantry/customers/access"
	"tenantry/internal/patch"
)

// Rotate gives the party with its new pair.
func (h *Env) Rotate(p Party, grace time.Duration) Party {
	h.T.Helper()
	rotated, err := h.Svc.Access.RotateKeys(h.T.Context(), h.As(p), "", access.RotateInput{GraceSeconds: patch.Of(int(grace / time.Second))})
	Must(h.T, err)
	return Party{ID: p.ID, Keys: rotated.Pair}
}
