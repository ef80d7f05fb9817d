package customers

import (
	"context"
	"errors"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/settings"
	"tenantry/tenancy"
)

// CreateProfile makes a child of the caller's subject from a flat input, of which
// nothing is required, with its first instruments, by one write. It has no keys until
// some are made for it. It returns what Create does, and what attaching an instrument
// does.
func (s *Service) CreateProfile(ctx context.Context, caller tenancy.Caller, in CreateProfileInput) (*Customer, error) {
	parent := stored(caller.Subject)
	if err := tenancy.Authorize(caller, in.need(), parent); err != nil {
		return nil, err
	}
	if err := s.mayHaveChildren(parent); err != nil {
		return nil, err
	}
	d := s.begin(caller, parent, tenancy.ID{})
	d.fillProfile(in, parent)
	taken, err := s.takeInstruments(ctx, d.caller, d.c, in.Attachments)
	if err != nil {
		return nil, orFaults(d, err)
	}
	d.attach(taken)
	d.reviewBasic(TriggerCreate)
	if err = d.err(); err == nil {
		err = d.record()
	}
	if err == nil {
		err = s.writeProfile(ctx, d.c, parent)
	}
	if err != nil {
		return nil, s.returnInstruments(ctx, taken, err)
	}
	if d.asks {
		return s.askNow(ctx, d.c), nil
	}
	return d.c, nil
}

// writeProfile reserves what must be unique of a new customer and writes it.
func (s *Service) writeProfile(ctx context.Context, c, parent *Customer) error {
	held, err := s.reserveAll(ctx, nil, c, parent)
	if err != nil {
		return err
	}
	err = s.store.Insert(ctx, c)
	if errors.Is(err, ErrParentGone) {
		s.release(ctx, held)
		return fault.New(fault.Conflict, fault.CodeConflict, "the customer above was deleted meanwhile")
	}
	// After any other fault it may have been written: the claims stay, and end by
	// themselves when they turn out to be orphans.
	return storeFault(err, "writing the new customer "+c.Ref().String())
}

// fillProfile applies the input of a new customer.
func (d *draft) fillProfile(in CreateProfileInput, parent *Customer) {
	d.plan(Input{PlanKey: patch.Of(in.PlanKey)}, parent)
	d.applyProfile(in.ProfileInput)
	d.c.Settings = settings.Inherit(nil, parent.DefaultSettings)
	withhold(d.c.Settings, parent)
	d.c.Identity.Basic = true
}

// orFaults gives the failing fields of a draft together with the refusal that came
// while they were collected.
func orFaults(d *draft, err error) error {
	if found := d.err(); found != nil {
		return found
	}
	return err
}
