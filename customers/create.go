package customers

import (
	"context"
	"errors"
	"fmt"

	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/plans"
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
	parent := stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.CustomersWrite}, parent); err != nil {
		return Created{}, err
	}
	if err := s.mayHaveChildren(parent); err != nil {
		return Created{}, err
	}
	d := s.begin(caller, parent, in.ID)
	d.fill(in.Input, parent)
	if err := d.err(); err != nil {
		return Created{}, err
	}
	return s.insert(ctx, d, in, parent)
}

func (s *Service) mayHaveChildren(parent *Customer) error {
	if err := activeStatus(parent.Status); err != nil {
		return err
	}
	if !s.PlanStatus(parent).Features[string(plans.CreateCustomers)] {
		return fault.New(fault.Forbidden, fault.CodePlan, "the plan of this customer does not allow creating customers")
	}
	if len(parent.Path)+2 > s.maxDepth {
		return fault.New(fault.Forbidden, fault.CodePlan,
			fmt.Sprintf("customers can be nested %d deep at most, and this one is at the last level", s.maxDepth))
	}
	return nil
}

// begin starts the draft of a new child with its place in the tree.
func (s *Service) begin(caller tenancy.Caller, parent *Customer, id tenancy.ID) *draft {
	d := &draft{s: s, caller: caller, now: s.clock(), event: "customer.created"}
	if id.IsZero() {
		id = d.newID()
	}
	ref, path := tenancy.Under(parent, id)
	d.c = &Customer{
		ID: id, Tenant: ref.Tenant, Parent: parent.ID, Path: path, Version: 1,
		Created: d.now, LastUpdated: d.now, Status: StatusActive,
		Identity: Identity{Status: IdentityNone},
	}
	return d
}

// fill applies the input of a new customer.
func (d *draft) fill(in Input, parent *Customer) {
	if in.Status.Set {
		d.faults.Add("status", fault.Immutable, "a new customer is active; leave it out and change it later")
	}
	if in.Screening != nil && parent.Settings.KeepsToAccounts() {
		d.faults.Add("account", fault.Missing, "customers of this platform belong to an account below it; name the account")
	}
	d.apply(in, parent)
	if in.Settings.Null {
		d.c.Settings = &settings.Settings{}
	}
	d.inherit(parent)
	d.defaults(in)
	d.firstUser(in)
	d.review(TriggerCreate)
}

// inherit gives a new customer the settings that its parent hands down.
func (d *draft) inherit(parent *Customer) {
	d.c.Settings = settings.Inherit(d.c.Settings, parent.DefaultSettings)
	withhold(d.c.Settings, parent)
}

// withhold takes from inherited settings the policies that the parent does not
// hold: its defaults may be older than the loss of one.
func withhold(inherited *settings.Settings, parent *Customer) {
	if tenancy.IsOperator(parent) {
		return
	}
	if inherited.MayUnmask() && !parent.Settings.MayUnmask() {
		inherited.Customers.AllowDataUnmask = nil
	}
	if inherited.MaySkipIdentity() && !parent.Settings.MaySkipIdentity() {
		inherited.Customers.AllowIdentitySkip = nil
	}
}

// insert reserves what must be unique, makes the credentials and writes the customer.
func (s *Service) insert(ctx context.Context, d *draft, in CreateInput, parent *Customer) (Created, error) {
	if err := d.record(); err != nil {
		return Created{}, err
	}
	held, err := s.reserveAll(ctx, nil, d.c, parent)
	if err != nil {
		return Created{}, err
	}
	// Only now: a value that is taken must not cost a slow hash.
	pair, err := d.firstCredentials(ctx, in.Input)
	if err != nil {
		s.release(ctx, held)
		return Created{}, err
	}
	err = s.store.Insert(ctx, d.c)
	switch {
	case err == nil && d.asks:
		return Created{Customer: s.askNow(ctx, d.c), Keys: pair}, nil
	case err == nil:
		return Created{Customer: d.c, Keys: pair}, nil
	case errors.Is(err, ErrExists) && !in.ID.IsZero():
		return s.resume(ctx, d)
	case errors.Is(err, ErrParentGone):
		s.release(ctx, held)
		return Created{}, fault.New(fault.Conflict, fault.CodeConflict, "the customer above was deleted meanwhile")
	}
	// It may have been written: the claims stay, and end by themselves when they
	// turn out to be orphans.
	return Created{}, storeFault(err, "writing the new customer "+d.c.Ref().String())
}

// firstCredentials mints the first keys of a new customer, and hashes the password
// of its first user.
func (d *draft) firstCredentials(ctx context.Context, in Input) (keys.Pair, error) {
	entry, pair, err := d.s.minter.Pair(d.c.Ref(), 1, d.now)
	if err != nil {
		return keys.Pair{}, fmt.Errorf("minting the first keys: %w", err)
	}
	d.c.Keys, d.c.KeyCount = []keys.Entry{entry}, 1
	return pair, d.hashPassword(ctx, in)
}

// resume finishes an idempotent creation whose first try was written but never
// answered. Its keys were never seen by anyone, so a new pair takes their place.
func (s *Service) resume(ctx context.Context, d *draft) (Created, error) {
	written, err := s.store.Get(ctx, d.c.Ref())
	if err != nil {
		return Created{}, storeFault(err, "reading the customer that an earlier try wrote")
	}
	rotated, err := s.rotate(ctx, d.caller, written, 0, tenancy.ID{})
	if err != nil {
		return Created{}, err
	}
	return Created{Customer: rotated.Customer, Keys: rotated.Pair}, nil
}
