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
	d, err := s.draft(ctx, caller, in, fill)
	if err != nil {
		return Created{}, err
	}
	// A pair may do everything: whoever may not makes a customer without one.
	in.Keys = in.Keys && (in.Root || caller.Credential.Scopes.Has(tenancy.Full))
	if err := d.record(ctx); err != nil {
		return Created{}, err
	}
	rooms, err := s.rooms(ctx, d.Caller, d.Customer.Tenant, d.Customer.Path)
	if err != nil {
		return Created{}, err
	}
	return s.insert(ctx, d, in, rooms)
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
		return fault.New(fault.Forbidden, fault.CodePlan, "the plan of this customer does not allow creating customers")
	}
	if len(parent.Path)+2 > s.maxDepth {
		return fault.New(fault.Forbidden, fault.CodePlan,
			fmt.Sprintf("customers can be nested %d deep at most, and this one is at the last level", s.maxDepth))
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
	d.Faults.Add("account", fault.Missing, "customers of this platform belong below its accounts; create this one for an account, or choose a plan that lets it have customers of its own")
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

// insert reserves the unique values, mints the first keys and writes the customer into the
// rooms above it.
func (s *Registry) insert(ctx context.Context, d *Draft, in NewCustomer, rooms []rows.Companion) (Created, error) {
	var pair keys.Pair
	for lost := range MaxRaces {
		all, err := s.reserveAll(ctx, nil, d.Customer, d.Parent)
		if err != nil {
			return Created{}, err
		}
		if lost == 0 {
			if pair, err = d.firstKeys(ctx, in.Keys); err == nil {
				err = d.prepared(ctx)
			}
		}
		if err != nil {
			s.Release(ctx, all.held)
			return Created{}, err
		}
		created := Created{Customer: d.Customer, Keys: pair}
		with, settle, err := in.Keep.taken(created)
		if err != nil {
			s.Release(ctx, all.held)
			return Created{}, err
		}
		err = s.store.Insert(ctx, d.Customer, slices.Concat(all.relied, d.companions(), rooms, with)...)
		if full, ok := errors.AsType[rows.Full](err); ok {
			s.Release(ctx, all.held)
			return Created{}, s.noRoom(ctx, d.Caller, d.Customer.Tenant, full)
		}
		switch {
		case err == nil:
			settle()
			created.Customer = d.written(ctx, d.Customer)
			return created, nil
		case errors.Is(err, rows.ErrExists) && !in.ID.IsZero():
			return s.resume(ctx, d, in)
		case errors.Is(err, rows.ErrExists):
			s.Release(ctx, all.held)
			return Created{}, fault.Wrap(err, fault.Conflict, fault.CodeConflict, "there is a customer of this id, or was one")
		case errors.Is(err, rows.ErrStale):
			s.Release(ctx, all.held) // others took a value over meanwhile, and may have given it back since
			if err := s.overtaken(ctx, d.relies, d.Customer.Ref()); err != nil {
				return Created{}, err
			}
		case errors.Is(err, rows.ErrParentGone):
			s.Release(ctx, all.held)
			return Created{}, fault.New(fault.Conflict, fault.CodeConflict, "the parent customer was deleted meanwhile")
		default:
			// It may have been written: the reservations stay, and end by themselves
			// when they turn out to be orphans.
			return Created{}, rows.StoreFault(err, "writing the new customer "+d.Customer.Ref().String())
		}
	}
	return Created{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "too many requests for the same values at once; try again")
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
