package kyc_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/internal/kyc"
)

// The sandbox returns the state that a magic name asks for, in any case, and
// verifies everyone else; the manual provider leaves everyone to a person.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	rows := []struct {
		provider     identity.Provider
		first, legal string
		want         customers.IdentityStatus
	}{
		{kyc.Sandbox{}, "Mira", "Harbor Lane LLC", customers.IdentityVerified},
		{kyc.Sandbox{}, "Verified", "", customers.IdentityVerified},
		{kyc.Sandbox{}, "Retry", "", customers.IdentityRetry},
		{kyc.Sandbox{}, "review", "", customers.IdentityReview},
		{kyc.Sandbox{}, "Mira", "DOCUMENT", customers.IdentityDocument},
		{kyc.Sandbox{}, "suspended", "", customers.IdentityRejected},
		{kyc.Sandbox{}, "Mira", "rejected", customers.IdentityRejected},
		{kyc.Sandbox{}, "retry", "document", customers.IdentityRetry},
		{kyc.Sandbox{}, "kba", "", customers.IdentityKBA},
		{kyc.Sandbox{}, "kba", "Harbor Lane", customers.IdentityKBA},
		{kyc.Manual{}, "Mira", "Harbor Lane LLC", customers.IdentityReview},
		{kyc.Manual{}, "verified", "", customers.IdentityReview},
	}
	for _, row := range rows {
		subject := identity.Subject{FirstName: row.first, BusinessName: row.legal}
		for range 2 { // the same input, the same judgement
			verdict, err := row.provider.Verify(t.Context(), subject)
			if err != nil || verdict.Status != row.want || verdict.Reason == "" {
				t.Errorf("%s judges %q, %q as %+v, %v; want %s", row.provider.Name(), row.first, row.legal, verdict, err, row.want)
			}
		}
	}
}
