package customers_test

import (
	"testing"

	"tenantry/internal/fault"
)

// A restricted key ends no pair, and no restricted key that may do what it may not;
// its peers and itself it does.
func TestNobodyRevokesAStrongerKey(t *testing.T) {
	t.Parallel()
	h := open(t)
	keeper := h.mint(h.cove, 0, "keys:write")           // key_2
	peer := h.mint(h.cove, 0, "keys:write")             // key_3
	stronger := h.mint(h.cove, 0, "read", "keys:write") // key_4
	all := []string{"read", "customers:write", "banks:write", "keys:write", "unmask", "identity:decide"}
	full := h.mint(h.cove, 0, all...) // key_5
	for _, id := range []string{"key_1", "key_4", "key_5"} {
		_, err := h.svc.RevokeKey(t.Context(), h.as(keeper), "", id)
		refused(t, err, fault.Forbidden, fault.CodeScope)
	}
	h.alive("the pair", h.cove)
	h.alive("the stronger key", stronger)
	for _, id := range []string{"key_3", "key_2"} {
		_, err := h.svc.RevokeKey(t.Context(), h.as(keeper), "", id)
		must(t, err)
	}
	h.dead("the peer", peer)
	h.dead("the key that ended itself", keeper)
	_, err := h.svc.RevokeKey(t.Context(), h.as(full), "", "key_1")
	must(t, err)
	h.dead("the pair", h.cove)
}
