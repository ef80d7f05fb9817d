package lifecycle

import (
	"context"

	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/internal/fault"
	"tenantry/settings"
	"tenantry/tenancy"
)

// CreateInput is the input of Create.
type CreateInput struct {
	fields.Input
	// ID, when not zero, is the id that was reserved for the new customer by an
	// idempotent attempt: a retry of that attempt meets its own earlier write.
	ID tenancy.ID `json:"-"`
	// Keep returns the answer that the write keeps, nil for none. It is of CreateAll alone,
	// whose writes have an answer each; Create keeps what its context says.
	Keep registry.Keep `json:"-"`
}

// Create makes a child of the caller's subject, with everything nested in it and a first
// pair of keys, by one write: it happens in whole or not at all. It returns Forbidden
// (insufficientScope, insufficientPlan for a subject whose plan cannot have children or
// at the deepest level of the tree, customerDisabled and the like), Invalid
// validationError with every failing field, and Conflict duplicateValue for a username,
// merchant key, vanity name or (where the account demands it) e-mail that is taken.
func (s *Service) Create(ctx context.Context, caller tenancy.Caller, in CreateInput) (registry.Created, error) {
	made := registry.NewCustomer{
		ID: in.ID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, Keys: true,
		Keep: registry.Keeps(ctx, func(created registry.Created) (registry.Created, error) { return created, nil }),
	}
	return s.registry.Insert(ctx, caller, made, func(d *registry.Draft) error {
		s.fill(d, in.Input)
		return nil
	})
}

// CreateAll is Create for many customers, written together: with first keys if they are
// asked for. It returns the outcomes of the first of them, one at least, and with stop none
// behind the first that was refused; see registry.InsertAll.
func (s *Service) CreateAll(ctx context.Context, caller tenancy.Caller, list []CreateInput, keys, stop bool) []registry.Outcome {
	wanted := make([]registry.Wanted, len(list))
	for i, in := range list {
		wanted[i] = registry.Wanted{
			NewCustomer: registry.NewCustomer{ID: in.ID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, Keys: keys, Keep: in.Keep},
			Fill: func(d *registry.Draft) error {
				s.fill(d, in.Input)
				return nil
			},
		}
	}
	return registry.InsertAll(ctx, s.registry, caller, wanted, stop)
}

// fill applies the input of a new customer.
func (s *Service) fill(d *registry.Draft, in fields.Input) {
	unsetStatus(d, in)
	fields.Apply(d, in, d.Parent, fields.Rules{})
	if in.Settings.Null {
		d.Customer.Settings = &settings.Settings{}
	}
	d.Inherit()
	fields.Defaults(d, in)
	s.access.FirstUser(d, in)
	s.identity.Review(d, reviews.TriggerCreate)
}

// unsetStatus adds a fault when a status was sent for a new customer.
func unsetStatus(d *registry.Draft, in fields.Input) {
	if in.Status.Set {
		d.Faults.Add("status", fault.Immutable, "a new customer is active; leave it out and change it later")
	}
}
