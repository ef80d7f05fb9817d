package kyc_test

import (
	"fmt"
	"testing"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/kyc"
)

// The sandbox returns the state that a magic name asks for, in any case, and
// verifies everyone else; the manual provider leaves everyone to a person.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	rows := []struct {
		provider     identity.Provider
		first, legal string
		want         reviews.IdentityStatus
	}{
		{kyc.Sandbox{}, "Mira", "Harbor Lane LLC", reviews.IdentityVerified},
		{kyc.Sandbox{}, "Verified", "", reviews.IdentityVerified},
		{kyc.Sandbox{}, "Retry", "", reviews.IdentityRetry},
		{kyc.Sandbox{}, "review", "", reviews.IdentityReview},
		{kyc.Sandbox{}, "Mira", "DOCUMENT", reviews.IdentityDocument},
		{kyc.Sandbox{}, "suspended", "", reviews.IdentityRejected},
		{kyc.Sandbox{}, "Mira", "rejected", reviews.IdentityRejected},
		{kyc.Sandbox{}, "retry", "document", reviews.IdentityRetry},
		{kyc.Sandbox{}, "kba", "", reviews.IdentityKBA},
		{kyc.Sandbox{}, "kba", "Harbor Lane", reviews.IdentityKBA},
		{kyc.Manual{}, "Mira", "Harbor Lane LLC", reviews.IdentityReview},
		{kyc.Manual{}, "verified", "", reviews.IdentityReview},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.provider, " ", row.first, " ", row.legal), func(t *testing.T) {
			subject := identity.Subject{FirstName: row.first, BusinessName: row.legal}
			for range 2 { // the same input, the same judgment
				verdict, err := row.provider.Verify(t.Context(), subject)
				if err != nil || verdict.Status != row.want || verdict.Reason == "" {
					t.Errorf("%s judges %q, %q as %+v, %v; want %s", row.provider.Name(), row.first, row.legal, verdict, err, row.want)
				}
			}
		})
	}
}
