package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/tenancy"
)

// CountByStatus returns the number of children of the caller's subject by standing. It
// returns Forbidden insufficientScope.
func (s *Service) CountByStatus(ctx context.Context, caller tenancy.Caller) (customers.StatusCounts, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return nil, err
	}
	counts, err := s.store.CountByStatus(ctx, customers.TenantScope(subject), subject.ID)
	return counts, customers.StoreFault(err, "counting the children of "+subject.Ref().String())
}
