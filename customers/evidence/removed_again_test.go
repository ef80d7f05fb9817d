package evidence_test

import (
	"testing"

	"tenantry/customers/evidence"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// The removal of an owner that is named by its id alone succeeds again for another try of
// the same attempt, and for nobody else: to them the owner is gone.
func TestARemovedOwnerIsFoundByItsAttempt(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	owner, err := h.Own(shop, testkit.Partner)
	testkit.Must(t, err)
	part := evidence.SubresourceRef{ID: owner.ID}
	first := h.As(shop)
	first.Attempt = tenancy.Attempt{ID: tenancy.ID{1, 2, 3}}
	_, err = h.Svc.Evidence.RemoveOwner(t.Context(), first, part)
	testkit.Must(t, err)

	again := first
	again.Attempt.Resumed = true
	removed, err := h.Svc.Evidence.RemoveOwner(t.Context(), again, part)
	testkit.Must(t, err)
	if removed.ID != owner.ID || removed.CustomerID != shop.ID {
		t.Errorf("the removed owner is %+v", removed)
	}
	other, stranger := again, h.As(h.Rival)
	other.Attempt.ID, stranger.Attempt = tenancy.ID{4}, again.Attempt
	for name, caller := range map[string]tenancy.Caller{"another attempt": other, "no attempt": h.As(shop), "another tenant": stranger} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Evidence.RemoveOwner(t.Context(), caller, part)
			testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
		})
	}
	_, err = h.Svc.Evidence.Owner(t.Context(), h.As(shop), part)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, err = h.Svc.Evidence.AddOwnerDocument(t.Context(), h.As(shop), part, evidence.DocumentInput{Kind: "other", Content: testkit.Picture(t, 1)})
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}
