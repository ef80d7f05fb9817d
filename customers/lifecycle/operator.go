package lifecycle

import (
	"context"
	"errors"

	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// operatorPlan is the key of the operator's plan, which every catalog has.
const operatorPlan = "operator"

// InitOperator makes the root customer on an empty store, with its first keys. It
// returns Conflict when the store has one, and Invalid for a faulty name or e-mail.
func (s *Service) InitOperator(ctx context.Context, name, email string) (registry.Created, error) {
	_, err := s.store.Root(ctx)
	if err == nil {
		return registry.Created{}, fault.New(fault.Conflict, fault.CodeConflict, registry.OperatorExists)
	}
	if !errors.Is(err, rows.ErrNotFound) {
		return registry.Created{}, rows.StoreFault(err, "looking for the operator")
	}
	return s.registry.Insert(ctx, tenancy.Caller{}, registry.NewCustomer{Root: true, Keys: true}, func(d *registry.Draft) error {
		d.Customer.PlanKey = operatorPlan
		fields.Required(d, patch.Of(name), &d.Customer.Name, "name", 256)
		fields.RequiredEmail(d, patch.Of(email))
		return nil
	})
}
