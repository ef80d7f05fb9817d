package customers

import (
	"context"
	"errors"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// operatorPlan is the key of the operator's plan, which every catalogue has.
const operatorPlan = "operator"

// InitOperator makes the root customer on an empty store, with its first keys. It
// returns Conflict when there is one, and Invalid for a faulty name or e-mail.
func (s *Service) InitOperator(ctx context.Context, name, email string) (Created, error) {
	_, err := s.store.Root(ctx)
	if err == nil {
		return Created{}, fault.New(fault.Conflict, fault.CodeConflict, operatorExists)
	}
	if !errors.Is(err, ErrNotFound) {
		return Created{}, storeFault(err, "looking for the operator")
	}
	return s.Insert(ctx, tenancy.Caller{}, NewCustomer{Root: true, Keys: true}, func(d *draft) error {
		d.c.PlanKey = operatorPlan
		d.required(patch.Of(name), &d.c.Name, "name", 256)
		d.requiredEmail(patch.Of(email))
		return nil
	})
}
