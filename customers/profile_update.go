package customers

import (
	"context"

	"tenantry/tenancy"
)

// UpdateProfile changes a customer by a flat input and attaches instruments to it, by
// one write: scalars first, then the choice of source and destination, then new
// instruments, which win. It returns what Update does, and what attaching an
// instrument does.
func (s *Service) UpdateProfile(ctx context.Context, caller tenancy.Caller, in UpdateProfileInput) (*Customer, error) {
	c, err := s.reach(ctx, caller, in.CustomerID, in.need())
	if err != nil {
		return nil, err
	}
	probe := &draft{s: s, caller: caller, now: s.clock(), c: c.Clone()}
	if probe.applyProfile(in.ProfileInput); probe.err() != nil && in.Attachments.empty() {
		return nil, probe.err()
	}
	taken, err := s.takeInstruments(ctx, caller, c, in.Attachments)
	if err != nil {
		return nil, orFaults(probe, err)
	}
	var held, needless []Claim
	asks := false
	changed, err := s.change(ctx, caller, c, 0, "customer.updated", func(d *draft) error {
		s.release(ctx, held) // of a lost race
		held = nil
		d.applyProfile(in.ProfileInput)
		d.choose(in.Attachments)
		d.attach(taken)
		d.review(TriggerUpdate)
		if err := d.err(); err != nil {
			return err
		}
		asks = d.asks
		held, needless, err = s.reserveChanged(ctx, d)
		return err
	})
	if err != nil {
		s.giveBack(ctx, held, err)
		return nil, s.returnInstruments(ctx, taken, err)
	}
	s.release(ctx, needless)
	if asks {
		changed = s.askNow(ctx, changed)
	}
	return changed, nil
}
