package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// Create makes a child of the caller's subject from a flat input, of which
// nothing is required, with its first instruments, by one write. It has no keys until
// some are made for it. It returns what Create does, and what attaching an instrument
// does.
func (s *Service) Create(ctx context.Context, caller tenancy.Caller, in CreateInput) (*customers.Customer, error) {
	var taken []takenInstrument
	made, err := s.registry.Insert(ctx, caller, registry.NewCustomer{Need: in.need(), PlanKey: in.PlanKey}, func(d *registry.Draft) error {
		applyCustomer(d, in.CustomerInput)
		d.Inherit()
		d.Customer.Identity.Basic = true
		var err error
		if taken, err = s.takeInstruments(ctx, caller, d.Customer, in.Attachments); err != nil {
			return orFaults(d, err)
		}
		attach(d, taken)
		s.identity.Review(d, reviews.TriggerCreate)
		return nil
	})
	if err != nil {
		return nil, s.returnInstruments(ctx, taken, err)
	}
	return made.Customer, nil
}

// orFaults returns the failing fields of a draft together with the refusal that came
// while they were collected.
func orFaults(d *registry.Draft, err error) error {
	if found := d.Err(); found != nil {
		return found
	}
	return err
}
