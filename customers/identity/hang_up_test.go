package identity_test

import (
	"context"
	"testing"

	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/testkit"
)

// A client that hangs up while the provider thinks takes no answer away: the question
// goes on, is asked once, and its answer is noted.
func TestAClientThatHangsUp(t *testing.T) {
	t.Parallel()
	h, d := testkit.Remotely(t)
	shop := h.Create(h.Cove, testkit.Quay)
	client, hangUp := context.WithCancel(t.Context())
	d.Asked = nil
	d.Answer = func(ctx context.Context, _ identity.Subject) (identity.Result, error) {
		hangUp()
		return identity.Result{Status: reviews.IdentityReview, Reason: "told so"}, ctx.Err()
	}
	_, err := h.Svc.Identity.RefreshIdentity(client, h.As(h.Cove), shop.ID)
	testkit.Must(t, err)
	if now := h.Record(shop.ID).Identity; now.Status != reviews.IdentityReview || len(d.Asked) != 1 {
		t.Errorf("after %d questions it is %+v", len(d.Asked), now)
	}
}
