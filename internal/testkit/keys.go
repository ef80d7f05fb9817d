package testkit

import (
	"tenantry/customers/access"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

func (h *Env) KeyList(p Party) []view.KeyView {
	h.T.Helper()
	list, err := h.Svc.Access.Keys(h.T.Context(), h.As(p), "")
	Must(h.T, err)
	return list
}

func (h *Env) TryMint(p Party, scopes ...string) (access.MintedKey, error) {
	h.T.Helper()
	return h.Svc.Access.MintKey(h.T.Context(), h.As(p), "", access.RestrictedKeyInput{Name: patch.Of("key"), Scopes: patch.Of(scopes)})
}

// Dead demands that a credential is refused as any wrong one.
func (h *Env) Dead(name string, p Party) {
	h.T.Helper()
	if err := h.Present(p); fault.KindOf(err) != fault.Unauthenticated || fault.CodeOf(err) != fault.CodeCredentials {
		h.T.Errorf("%s: got %v, want it dead", name, err)
	}
}

func (h *Env) Alive(name string, p Party) {
	h.T.Helper()
	if err := h.Present(p); err != nil {
		h.T.Errorf("%s: got %v, want it alive", name, err)
	}
}
