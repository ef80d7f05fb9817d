package identity_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/identity"
)

// The sandbox gives the state that a magic name asks for, in any case, and
// verifies everyone else; the manual provider leaves everyone to a person.
func TestVerdicts(t *testing.T) {
	t.Parallel()
	rows := []struct {
		provider     customers.Provider
		first, legal string
		want         customers.IdentityStatus
	}{
		{identity.Sandbox{}, "Mira", "Harbor Lane LLC", customers.IdentityVerified},
		{identity.Sandbox{}, "Verified", "", customers.IdentityVerified},
		{identity.Sandbox{}, "Retry", "", customers.IdentityRetry},
		{identity.Sandbox{}, "review", "", customers.IdentityReview},
		{identity.Sandbox{}, "Mira", "DOCUMENT", customers.IdentityDocument},
		{identity.Sandbox{}, "suspended", "", customers.IdentityRejected},
		{identity.Sandbox{}, "Mira", "rejected", customers.IdentityRejected},
		{identity.Sandbox{}, "retry", "document", customers.IdentityRetry},
		{identity.Sandbox{}, "kba", "", customers.IdentityKBA},
		{identity.Sandbox{}, "kba", "Harbor Lane", customers.IdentityKBA},
		{identity.Manual{}, "Mira", "Harbor Lane LLC", customers.IdentityReview},
		{identity.Manual{}, "verified", "", customers.IdentityReview},
	}
	for _, row := range rows {
		subject := customers.IdentitySubject{FirstName: row.first, BusinessName: row.legal}
		for range 2 { // the same input, the same judgement
			verdict, err := row.provider.Verify(t.Context(), subject)
			if err != nil || verdict.Status != row.want || verdict.Reason == "" {
				t.Errorf("%s judges %q, %q as %+v, %v; want %s", row.provider.Name(), row.first, row.legal, verdict, err, row.want)
			}
		}
	}
}
