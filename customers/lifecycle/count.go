package lifecycle

import (
	"context"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// CountByStatus returns the number of children of the caller's subject by status. It
// returns Forbidden insufficientScope.
func (s *Service) CountByStatus(ctx context.Context, caller tenancy.Caller) (rows.StatusCounts, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.Read}, subject); err != nil {
		return nil, err
	}
	counts, err := s.store.CountByStatus(ctx, rows.TenantScope(subject), subject.ID)
	return counts, rows.StoreFault(err, "counting the children of "+subject.Ref().String())
}
