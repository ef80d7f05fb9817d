package registry

import (
	"context"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Preview returns what a registry would make, and writes nothing.
type Preview struct{ registry *Registry }

// Preview returns the registry as one that writes nothing.
func (s *Registry) Preview() Preview { return Preview{s} }

// Insert returns the customer that Insert of the registry would make, without keys. It
// returns the errors of that, but for values that are taken.
func (p Preview) Insert(ctx context.Context, caller tenancy.Caller, in NewCustomer, fill func(*Draft) error) (*customers.Customer, error) {
	d, err := p.registry.draft(ctx, caller, in, fill)
	if err != nil {
		return nil, err
	}
	return d.Customer, nil
}

// Change returns a customer as it is and as Change of the registry would make it at this
// moment. It returns the errors of that, but for values that are taken.
func (p Preview) Change(ctx context.Context, caller tenancy.Caller, at At, act func(*Draft) error) (before, after *customers.Customer, err error) {
	before, _, err = p.registry.at(ctx, caller, at)
	if err != nil {
		return nil, nil, err
	}
	d, err := p.registry.edit(ctx, caller, before, "", act)
	if err != nil {
		return nil, nil, err
	}
	return before, d.Customer, nil
}
