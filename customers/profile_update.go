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
	probe := s.Probe(caller, c.Clone())
	if probe.applyProfile(in.ProfileInput); probe.err() != nil && in.Attachments.empty() {
		return nil, probe.err()
	}
	taken, err := s.takeInstruments(ctx, caller, c, in.Attachments)
	if err != nil {
		return nil, orFaults(probe, err)
	}
	changed, err := s.Change(ctx, caller, At{Customer: c, Need: in.need()}, eventUpdated, func(d *draft) error {
		d.applyProfile(in.ProfileInput)
		d.choose(in.Attachments)
		d.attach(taken)
		s.review(d, TriggerUpdate)
		return nil
	})
	if err != nil {
		return nil, s.returnInstruments(ctx, taken, err)
	}
	return changed, nil
}
