package rules

import (
	"context"

	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// SignUp makes a tenant of its own for whoever asks, with its first keys: in a
// sandbox only, for trying clients out. Whoever serves it must limit how often. It
// returns NotFound in live mode.
func (s *Service) SignUp(ctx context.Context, planKey string) (registry.Created, error) {
	if s.mode != keys.Test {
		return registry.Created{}, fault.NotFoundError()
	}
	caller, err := s.registry.System(ctx, "sign-up")
	if err != nil {
		return registry.Created{}, err
	}
	made := registry.NewCustomer{Need: tenancy.Need{Scope: tenancy.CustomersWrite}, PlanKey: planKey, Keys: true}
	return s.registry.Insert(ctx, caller, made, func(d *registry.Draft) error {
		applyCustomer(d, CustomerInput{Name: patch.Of(marketplaceName)})
		return nil
	})
}
