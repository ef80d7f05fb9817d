package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// Update changes a customer by a flat input and attaches instruments to it, by
// one write: scalars first, then the choice of source and destination, then new
// instruments, which win. It returns what Update does, and what attaching an
// instrument does.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in UpdateInput) (*customers.Customer, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, in.need())
	if err != nil {
		return nil, err
	}
	probe := s.registry.Probe(caller, c.Clone())
	changes, err := in.against(c)
	if err != nil {
		return nil, err
	}
	if applyCustomer(probe, changes); probe.Err() != nil && in.empty() {
		return nil, probe.Err()
	}
	taken, err := s.takeInstruments(ctx, caller, c, in.Attachments)
	if err != nil {
		return nil, orFaults(probe, err)
	}
	changed, err := s.registry.Change(ctx, caller, registry.At{Customer: c, Need: in.need()}, customers.EventUpdated, func(d *registry.Draft) error {
		changes, err := in.against(d.Before)
		if err != nil {
			return err
		}
		applyCustomer(d, changes)
		choose(d, in.Attachments)
		attach(d, taken)
		s.identity.Review(d, reviews.TriggerUpdate)
		return nil
	})
	if err != nil {
		return nil, s.returnInstruments(ctx, taken, err)
	}
	return changed, nil
}
