package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Get returns a customer; an empty id names the subject. It returns NotFound for a
// customer out of reach, and Forbidden insufficientScope.
func (s *Service) Get(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	return s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
}
