package customers_test

import (
	"testing"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// The inline review of a customer that a flat face makes, or completes by a change, is
// in the answer too.
func TestRemoteInlineReviewOfProfiles(t *testing.T) {
	t.Parallel()
	h, d := remotely(t)
	whole := customers.ProfileInput{
		Name: patch.Of("Ada Byron"), DateOfBirth: patch.Of(secret.New("1980-01")),
		Address: patch.Of(map[string]string{"postal_code": "94103"}),
	}
	made, err := h.svc.CreateProfile(t.Context(), h.as(h.cove), customers.CreateProfileInput{PlanKey: "payer", ProfileInput: whole})
	if must(t, err); made.Identity.Status != customers.IdentityVerified || len(d.asked) != 1 {
		t.Errorf("it is %+v after %d questions", made.Identity, len(d.asked))
	}
	bare, err := h.svc.CreateProfile(t.Context(), h.as(h.cove), customers.CreateProfileInput{PlanKey: "payer"})
	must(t, err)
	changed, err := h.svc.UpdateProfile(t.Context(), h.as(h.cove), customers.UpdateProfileInput{CustomerID: bare.ID.String(), ProfileInput: whole})
	if must(t, err); changed.Identity.Status != customers.IdentityVerified || len(d.asked) != 2 {
		t.Errorf("it is %+v after %d questions", changed.Identity, len(d.asked))
	}
}
