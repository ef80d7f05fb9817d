package identity

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// RefreshIdentity runs a review again, under a new id, from above only. It
// returns NotFound, Forbidden (also for a customer that is not active), and Conflict
// invalidResourceState for one that was enrolled without a review.
func (s *Service) RefreshIdentity(ctx context.Context, caller tenancy.Caller, id string) (view.IdentityView, error) {
	return registry.Shown(ctx, identityTo(caller), func(ctx context.Context) (*customers.Customer, error) {
		return s.refresh(ctx, caller, id, false)
	})
}

// RefreshReview is RefreshIdentity for a caller that does not wait: the answer is
// pending, and the background work brings the result.
func (s *Service) RefreshReview(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	return s.refresh(ctx, caller, id, true)
}

// refresh starts another review of a customer; later leaves it to the background work.
func (s *Service) refresh(ctx context.Context, caller tenancy.Caller, id string, later bool) (*customers.Customer, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.IdentityDecide, FromAbove: true}}
	return registry.ChangeTo(ctx, s.registry, caller, at, "identity.refreshed", func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		if d.Customer.EnrollmentType != "" && !d.Customer.EnrollmentType.Reviewed() {
			return notReviewed(d.Customer)
		}
		s.Start(d, reviews.TriggerRefresh, later)
		return nil
	}, registry.Itself)
}

// notReviewed returns the refusal of a request that only customers of a reviewed type
// may make.
func notReviewed(c *customers.Customer) error {
	return fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(c.EnrollmentType)+" has no review to run again; enroll it as personal or business first")
}
