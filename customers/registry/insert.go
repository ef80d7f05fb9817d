package registry

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// NewCustomer says which customer Insert makes.
type NewCustomer struct {
	// ID, when not zero, was reserved for the customer by an idempotent attempt: a
	// retry of that attempt meets its own earlier write.
	ID tenancy.ID
	// Need is what the caller must be allowed to do to the customer above. The zero
	// value is a mistake of the program, but for the operator.
	Need tenancy.Need
	// PlanKey, when not empty, is the plan; else fill sets one.
	PlanKey string
	// Keys asks for a first pair of keys, if the caller may do everything itself. A
	// customer without gets its keys when they are minted.
	Keys bool
	// Root makes the operator, which has no parent and no caller.
	Root bool
	// Keep, unless nil, returns the answer that the write keeps.
	Keep Keep
}

// Created is a new customer with its first keys, which are shown only now.
type Created struct {
	Customer *customers.Customer
	Keys     keys.Pair
}

// Insert is the one way to make a customer: a child of the caller's subject, filled by
// fill, with its unique values, its first keys and its event, in one write. It returns
// Forbidden (insufficientScope, insufficientPlan, quotaExceeded, customerDisabled and the like), the
// error of fill, Invalid with every fault of the draft, and Conflict duplicateValue.
func (s *Registry) Insert(ctx context.Context, caller tenancy.Caller, in NewCustomer, fill func(*Draft) error) (Created, error) {
	ctx, span := trace.Start(ctx, "registry.Insert")
	defer span.End()
	i, err := s.ready(ctx, caller, in, fill)
	if err != nil {
		return Created{}, err
	}
	span.Set(trace.Customer, i.draft.Customer.ID.String())
	return s.insert(ctx, i)
}

// ready returns a new customer that may be written as far as is known.
func (s *Registry) ready(ctx context.Context, caller tenancy.Caller, in NewCustomer, fill func(*Draft) error) (*insertion, error) {
	d, err := s.draft(ctx, caller, in, fill)
	if err != nil {
		return nil, err
	}
	// A pair may do everything: whoever may not makes a customer without one.
	in.Keys = in.Keys && (in.Root || caller.Credential.Scopes.Has(tenancy.Full))
	return s.insertion(ctx, d, in)
}

// draft returns the draft of a new customer, authorized, filled and sound.
func (s *Registry) draft(ctx context.Context, caller tenancy.Caller, in NewCustomer, fill func(*Draft) error) (*Draft, error) {
	var parent *customers.Customer
	if !in.Root {
		if in.Need == (tenancy.Need{}) {
			return nil, errors.New("a new customer must say what it needs of its caller")
		}
		parent = Stored(caller.Subject)
		if err := tenancy.Authorize(caller, in.Need, parent); err != nil {
			return nil, err
		}
		if err := s.mayHaveChildren(ctx, caller, parent); err != nil {
			return nil, err
		}
	}
	d := s.begin(caller, parent, in.ID)
	if in.PlanKey != "" {
		d.SetPlan("planKey", in.PlanKey, parent)
		s.keepToAccounts(d)
	}
	if err := fill(d); err != nil {
		return nil, err
	}
	d.Inherit()
	if in.PlanKey == "" {
		s.keepToAccounts(d)
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	if !in.Root {
		if err := d.authorizeEffects(); err != nil {
			return nil, err
		}
	}
	return d, nil
}

func (s *Registry) mayHaveChildren(ctx context.Context, caller tenancy.Caller, parent *customers.Customer) error {
	if err := s.mayAct(ctx, parent, caller.Actor); err != nil {
		return err
	}
	if !s.view.PlanStatus(parent).Features[string(plans.CreateCustomers)] {
		return fault.New(fault.Forbidden, fault.CodePlan, "the plan of this customer does not include createCustomers; act for a customer whose plan does, or ask the platform above for such a plan")
	}
	if len(parent.Path)+2 > s.maxDepth {
		return fault.New(fault.Forbidden, fault.CodePlan,
			fmt.Sprintf("customers can be nested at most %d deep, and this one is at the last level; create the new one for a customer further up", s.maxDepth))
	}
	return nil
}

// keepToAccounts adds a fault when the parent takes only accounts and the customer is
// none: a customer whose plan may have customers is an account, any other belongs below
// one.
func (s *Registry) keepToAccounts(d *Draft) {
	if d.Parent == nil || !d.Parent.Settings.KeepsToAccounts() {
		return
	}
	if plan, known := s.catalog.Get(d.Customer.PlanKey); known && slices.Contains(plan.Features, plans.CreateCustomers) {
		return
	}
	d.Faults.Add("account", fault.Missing, "customers of this platform belong below its accounts (settings.customers.accountsOnly); act for one of its accounts to create this one there, or choose a plan with createCustomers, which makes it an account")
}

// begin starts the draft of a new customer with its place in the tree.
func (s *Registry) begin(caller tenancy.Caller, parent *customers.Customer, id tenancy.ID) *Draft {
	d := &Draft{registry: s, Caller: caller, Now: s.Now(), Parent: parent, Event: "customer.created"}
	if id.IsZero() {
		id = d.NewID()
	}
	ref, path := tenancy.Ref{Tenant: id, ID: id}, []tenancy.ID{}
	if parent != nil {
		ref, path = tenancy.Under(parent, id)
	}
	d.Customer = &customers.Customer{
		ID: id, Tenant: ref.Tenant, Path: path, Version: 1,
		Created: d.Now, LastUpdated: d.Now, Status: customers.StatusActive,
		Identity: reviews.Identity{Status: reviews.IdentityNone},
	}
	if parent != nil {
		d.Customer.Parent = parent.ID
	}
	return d
}

// Inherit copies to a new customer, once, the settings that its parent hands down.
func (d *Draft) Inherit() {
	if d.Parent == nil || d.inherited {
		return
	}
	d.inherited = true
	own := d.Customer.Settings != nil
	d.Customer.Settings = settings.Inherit(d.Customer.Settings, d.Parent.DefaultSettings)
	withhold(d.Customer.Settings, d.Parent)
	if !own {
		d.handedDown = d.Customer.Settings.Clone()
	}
}

// withhold removes from inherited settings the policies that the parent no longer holds:
// its defaults may be older than that loss.
func withhold(inherited *settings.Settings, parent *customers.Customer) {
	if tenancy.IsOperator(parent) {
		return
	}
	if inherited.MayUnmask() && !parent.Settings.MayUnmask() {
		inherited.Customers.AllowDataUnmask = nil
	}
	if inherited.MaySkipIdentity() && !parent.Settings.MaySkipIdentity() {
		inherited.Customers.AllowIdentitySkip = nil
	}
	if inherited.DecidesIdentity(false) && !parent.Settings.DecidesIdentity(false) {
		inherited.Customers.IdentityDecidedBy = nil
	}
}

// insertion is a new customer on its way to the store.
type insertion struct {
	registry *Registry
	draft    *Draft
	in       NewCustomer
	rooms    []rows.Companion
	// minted reports that the first keys were minted, and what is slow was prepared.
	minted bool
	pair   keys.Pair
	all    reserved
	// with is what the write goes with, and settle follows it.
	with   []rows.Companion
	settle func()
}

// insertion completes a sound draft of a new customer. Nothing is reserved yet.
func (s *Registry) insertion(ctx context.Context, d *Draft, in NewCustomer) (*insertion, error) {
	if err := d.record(ctx); err != nil {
		return nil, err
	}
	rooms, err := s.rooms(ctx, d.Caller, d.Customer.Tenant, d.Customer.Path)
	return &insertion{registry: s, draft: d, in: in, rooms: rooms}, err
}

// insert reserves the unique values, mints the first keys and writes the customer.
func (s *Registry) insert(ctx context.Context, i *insertion) (Created, error) {
	for range MaxRaces {
		if err := i.hold(ctx); err != nil {
			return Created{}, err
		}
		created, again, err := i.outcome(ctx, s.store.Insert(ctx, i.draft.Customer, i.with...))
		if !again {
			return created, err
		}
	}
	return Created{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "too many requests for the same values at once; try again")
}

// hold takes the reservations that the write relies on and does what must precede it, or
// releases them again.
func (i *insertion) hold(ctx context.Context) (err error) {
	s, d := i.registry, i.draft
	if i.all, err = s.reserveAll(ctx, nil, d.Customer, d.Parent); err != nil {
		return err
	}
	if !i.minted {
		if i.pair, err = d.firstKeys(ctx, i.in.Keys); err == nil {
			err = d.prepared(ctx)
		}
		i.minted = err == nil
	}
	var kept []rows.Companion
	if err == nil {
		kept, i.settle, err = i.in.Keep.taken(Created{Customer: d.Customer, Keys: i.pair})
	}
	if err != nil {
		i.release(ctx)
		return err
	}
	i.with = slices.Concat(i.all.relied, d.companions(), i.rooms, kept)
	return nil
}

// release releases the reservations of a write that did not happen.
func (i *insertion) release(ctx context.Context) {
	i.registry.Release(ctx, i.all.held)
	i.all = reserved{}
}

// outcome returns what comes of the write; again asks for another try after a lost race.
func (i *insertion) outcome(ctx context.Context, err error) (made Created, again bool, _ error) {
	s, d := i.registry, i.draft
	if full, ok := errors.AsType[rows.Full](err); ok {
		i.release(ctx)
		return Created{}, false, s.noRoom(ctx, d.Caller, d.Customer.Tenant, full)
	}
	switch {
	case err == nil:
		i.settle()
		s.hooks.waiting(d.Customer)
		return Created{Customer: d.written(ctx, d.Customer), Keys: i.pair}, false, nil
	case errors.Is(err, rows.ErrExists) && !i.in.ID.IsZero():
		made, err = s.resume(ctx, d, i.in)
		return made, false, err
	case errors.Is(err, rows.ErrExists):
		i.release(ctx)
		return Created{}, false, fault.Wrap(err, fault.Conflict, fault.CodeConflict, "a customer with this id exists, or existed")
	case errors.Is(err, rows.ErrStale):
		i.release(ctx) // others took a value over meanwhile, and may have given it back since
		err := s.overtaken(ctx, d.relies, d.Customer.Ref())
		return Created{}, err == nil, err
	case errors.Is(err, rows.ErrParentGone):
		i.release(ctx)
		return Created{}, false, fault.New(fault.Conflict, fault.CodeConflict, "the parent customer was deleted meanwhile")
	default:
		// It may have been written: the reservations stay, and end by themselves
		// when they turn out to be orphans.
		return Created{}, false, rows.StoreFault(err, "writing the new customer "+d.Customer.Ref().String())
	}
}

// firstKeys mints the first keys of a new customer when they are wanted. It follows the
// reservations: a value that is taken must not cost a slow hash.
func (d *Draft) firstKeys(ctx context.Context, wanted bool) (keys.Pair, error) {
	if !wanted {
		return keys.Pair{}, nil
	}
	entry, pair, err := d.registry.minter.Pair(ctx, d.Customer.Ref(), 1, d.Now)
	if err != nil {
		return keys.Pair{}, fmt.Errorf("minting the first keys: %w", err)
	}
	entry.CreatedBy, entry.CreatedByUser = d.Caller.Credential.Maker, d.Caller.Credential.IsUser()
	if life := d.Customer.Settings.MaximumKeyLifetime(); life > 0 {
		entry.Expires = new(d.Now.Add(life))
	}
	d.Customer.Keys, d.Customer.KeyCount = []keys.Entry{entry}, 1
	d.aboutFirstKeys(entry)
	return pair, nil
}

// Credentials replaces the keys of a customer whose creation was written but not
// answered: the keys that it was written with were never shown.
type Credentials interface {
	ReplaceKeys(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (*customers.Customer, keys.Pair, error)
}

// resume finishes an idempotent creation whose first try was written but not answered.
func (s *Registry) resume(ctx context.Context, d *Draft, in NewCustomer) (Created, error) {
	written, err := s.store.Get(ctx, d.Customer.Ref())
	if err != nil {
		return Created{}, rows.StoreFault(err, "reading the customer that an earlier try wrote")
	}
	if !in.Keys {
		return Created{Customer: written}, nil
	}
	changed, pair, err := s.credentials.ReplaceKeys(ctx, d.Caller, written)
	if err != nil {
		return Created{}, err
	}
	return Created{Customer: changed, Keys: pair}, nil
}
