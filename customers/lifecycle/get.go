package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// Get returns a customer; an empty id names the subject. It returns NotFound for a
// customer out of reach, and Forbidden insufficientScope.
func (s *Service) Get(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	return s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
}

// Show is Get for callers that only show the customer, as show makes it.
func Show(ctx context.Context, s *Service, caller tenancy.Caller, id string, show shown.Show) (shown.Answer, error) {
	return registry.Show(ctx, s.registry, caller, id, tenancy.Need{Scope: tenancy.Read}, show)
}
