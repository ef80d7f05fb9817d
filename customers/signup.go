package customers

import (
	"context"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// SignUp makes a tenant of its own for whoever asks, with its first keys: in a
// sandbox only, for trying clients out. Whoever serves it must limit how often. It
// returns NotFound in live mode.
func (s *Service) SignUp(ctx context.Context, planKey string) (Created, error) {
	if s.mode != keys.Test {
		return Created{}, fault.NotFoundError()
	}
	caller, err := s.System(ctx, "sign-up")
	if err != nil {
		return Created{}, err
	}
	made := NewCustomer{Need: tenancy.Need{Scope: tenancy.CustomersWrite}, PlanKey: planKey, Keys: true}
	return s.Insert(ctx, caller, made, func(d *draft) error {
		d.applyProfile(ProfileInput{Name: patch.Of(marketplaceName)})
		return nil
	})
}
