package customers

import (
	"context"

	"tenantry/tenancy"
)

// CreateProfile makes a child of the caller's subject from a flat input, of which
// nothing is required, with its first instruments, by one write. It has no keys until
// some are made for it. It returns what Create does, and what attaching an instrument
// does.
func (s *Service) CreateProfile(ctx context.Context, caller tenancy.Caller, in CreateProfileInput) (*Customer, error) {
	var taken []takenInstrument
	made, err := s.Insert(ctx, caller, NewCustomer{Need: in.need(), PlanKey: in.PlanKey}, func(d *draft) error {
		d.applyProfile(in.ProfileInput)
		d.inherit()
		d.c.Identity.Basic = true
		var err error
		if taken, err = s.takeInstruments(ctx, caller, d.c, in.Attachments); err != nil {
			return orFaults(d, err)
		}
		d.attach(taken)
		s.review(d, TriggerCreate)
		return nil
	})
	if err != nil {
		return nil, s.returnInstruments(ctx, taken, err)
	}
	return made.Customer, nil
}

// orFaults gives the failing fields of a draft together with the refusal that came
// while they were collected.
func orFaults(d *draft, err error) error {
	if found := d.err(); found != nil {
		return found
	}
	return err
}
