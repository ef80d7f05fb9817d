package customers

import (
	"context"

	"tenantry/internal/fault"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Create makes a child of the caller's subject, with everything nested in it and
// a first pair of keys, by one write: it happens in whole or not at all. It
// returns
//
//   - Forbidden: insufficientScope, insufficientPlan (the subject's plan cannot
//     have children), customerDisabled and the like;
//   - Invalid validationError with every failing field, also when the tree would
//     grow deeper than the installation allows;
//   - Conflict duplicateValue for a username, merchant key, vanity name or (where
//     the account demands it) e-mail that is taken.
func (s *Service) Create(ctx context.Context, caller tenancy.Caller, in CreateInput) (Created, error) {
	return s.Insert(ctx, caller, NewCustomer{ID: in.ID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, Keys: true}, func(d *draft) error {
		s.fill(d, in.Input)
		return nil
	})
}

// fill applies the input of a new customer.
func (s *Service) fill(d *draft, in Input) {
	d.unsetStatus(in)
	d.apply(in, d.parent, Rules{})
	if in.Settings.Null {
		d.c.Settings = &settings.Settings{}
	}
	d.inherit()
	d.defaults(in)
	s.firstUser(d, in)
	s.review(d, TriggerCreate)
}

// unsetStatus refuses a status that was sent for a new customer.
func (d *draft) unsetStatus(in Input) {
	if in.Status.Set {
		d.faults.Add("status", fault.Immutable, "a new customer is active; leave it out and change it later")
	}
}
