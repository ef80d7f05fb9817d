package access_test

import (
	"testing"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A restricted key ends no pair, and no restricted key that may do what it may not;
// its peers and itself it does.
func TestNobodyRevokesAStrongerKey(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	keeper := h.Mint(h.Cove, 0, "keys:write")           // key_2
	peer := h.Mint(h.Cove, 0, "keys:write")             // key_3
	stronger := h.Mint(h.Cove, 0, "read", "keys:write") // key_4
	all := tenancy.Full.Names()
	full := h.Mint(h.Cove, 0, all...) // key_5
	for _, id := range []int32{1, 4, 5} {
		_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(keeper), access.RevokeInput{CustomerID: "", KeyID: h.KeyID(h.Cove.ID, id)})
		testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
	}
	h.Alive("the pair", h.Cove)
	h.Alive("the stronger key", stronger)
	for _, id := range []int32{3, 2} {
		_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(keeper), access.RevokeInput{CustomerID: "", KeyID: h.KeyID(h.Cove.ID, id)})
		testkit.Must(t, err)
	}
	dead(h, "the peer", peer)
	dead(h, "the key that ended itself", keeper)
	_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(full), access.RevokeInput{CustomerID: "", KeyID: h.KeyID(h.Cove.ID, 1)})
	testkit.Must(t, err)
	dead(h, "the pair", h.Cove)
}
