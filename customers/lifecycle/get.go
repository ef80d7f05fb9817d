package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Get returns a customer; an empty id names the subject. It returns NotFound for a
// customer out of reach, and Forbidden insufficientScope.
func (s *Service) Get(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	return s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
}

// Shown is Get for callers that only show the customer, as show makes it.
func (s *Service) Shown(ctx context.Context, caller tenancy.Caller, id string, show rows.Show) (rows.Shown, error) {
	return s.registry.Shown(ctx, caller, id, tenancy.Need{Scope: tenancy.Read}, show)
}
