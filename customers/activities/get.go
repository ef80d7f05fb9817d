package activities

import (
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Activity reads one activity by its id, of any customer within the caller's reach. It
// returns NotFound, in the same words for an activity out of reach as for a missing one,
// and Forbidden insufficientScope.
func (s *Service) Activity(ctx context.Context, caller tenancy.Caller, id string) (customers.Activity, error) {
	wanted, err := tenancy.ParseID(id)
	if err != nil {
		return customers.Activity{}, s.noActivity(ctx, caller)
	}
	tenant := tenancy.ID{} // of anyone, for the operator
	if viewer := registry.Stored(caller.Subject); !tenancy.IsOperator(viewer) {
		tenant = viewer.Tenant
	}
	found, err := s.store.Activity(ctx, tenant, wanted)
	if errors.Is(err, rows.ErrNotFound) {
		return customers.Activity{}, s.noActivity(ctx, caller)
	}
	if err != nil {
		return customers.Activity{}, rows.StoreFault(err, "reading activity "+id)
	}
	if _, err := s.registry.Read(ctx, caller, found.Customer.ID.String(), tenancy.Need{Scope: tenancy.Read}); err != nil {
		return customers.Activity{}, err
	}
	return found, nil
}

// noActivity returns NotFound, or the refusal of a credential that may read nothing.
func (s *Service) noActivity(ctx context.Context, caller tenancy.Caller) error {
	if _, err := s.registry.Read(ctx, caller, "", tenancy.Need{Scope: tenancy.Read}); err != nil {
		return err
	}
	return fault.NotFoundError()
}
