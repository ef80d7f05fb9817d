package rules_test

import (
	"testing"

	"tenantry/customers/reviews"
	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// The inline review of a customer that a flat dialect makes, or completes by a change, is
// in the answer too.
func TestRemoteInlineReviewOfProfiles(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	whole := rules.CustomerInput{
		Name: patch.Of("Ada Byron"), DateOfBirth: patch.Of(secret.New("1980-01")),
		Address: patch.Of(map[string]string{"postal_code": "94103"}),
	}
	made, err := h.Svc.Balanced.Create(t.Context(), h.As(h.Cove), rules.CreateInput{PlanKey: "payer", CustomerInput: whole})
	if testkit.Must(t, err); made.Identity.Status != reviews.IdentityVerified || len(d.Asked) != 1 {
		t.Errorf("it is %+v after %d questions", made.Identity, len(d.Asked))
	}
	bare, err := h.Svc.Balanced.Create(t.Context(), h.As(h.Cove), rules.CreateInput{PlanKey: "payer"})
	testkit.Must(t, err)
	changed, err := h.Svc.Balanced.Update(t.Context(), h.As(h.Cove), rules.UpdateInput{CustomerID: bare.ID.String(), CustomerInput: whole})
	if testkit.Must(t, err); changed.Identity.Status != reviews.IdentityVerified || len(d.Asked) != 2 {
		t.Errorf("it is %+v after %d questions", changed.Identity, len(d.Asked))
	}
}
