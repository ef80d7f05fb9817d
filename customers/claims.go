package customers

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// claimGrace is how long a claim stands for a customer that does not hold the
// value: while it may still be written. Behind it the claim is an orphan. It is
// longer than any request may take.
const claimGrace = time.Minute

// operatorExists is the refusal of a second operator.
const operatorExists = "this store has an operator already; rotate its keys if they are lost"

// unique is a value that a customer holds alone within a scope.
type unique struct {
	key   string // of the claim
	field string // that names it in a refusal
	text  string // of the refusal
}

// uniques gives the unique values of a customer under its parent.
func uniques(c *Customer, parent *Customer) []unique {
	var list []unique
	if c.Parent.IsZero() {
		list = append(list, unique{key: "operator:root", text: operatorExists})
	}
	for i := range c.Users {
		list = append(list, unique{
			key: "username:" + Fold(c.Users[i].Username), field: "username",
			text: "this username is taken; choose another",
		})
	}
	if c.VanityName != "" {
		list = append(list, unique{key: "vanityName:" + c.VanityName, field: "vanityName", text: "this vanity name is taken; choose another"})
	}
	if c.MerchantKey != "" {
		list = append(list, unique{
			key: "merchantKey:" + c.Parent.String() + ":" + c.MerchantKey, field: "merchantKey",
			text: "another customer of this platform has this merchant key",
		})
	}
	demanded := parent != nil && (parent.Settings.DemandsUniqueEmail() || (c.apart() && !parent.Settings.AllowsDuplicateEmail()))
	if demanded && c.Email != "" {
		list = append(list, uniqueEmail(c))
	}
	if parent != nil && c.apart() && c.ExternalID != "" {
		list = append(list, unique{
			key: "externalId:" + c.Parent.String() + ":" + c.ExternalID, field: "externalId",
			text: "another customer of this account has this external id",
		})
	}
	return list
}

func uniqueEmail(c *Customer) unique {
	return unique{
		key: "email:" + c.Parent.String() + ":" + Fold(c.Email), field: "email",
		text: "another customer of this account has this e-mail address",
	}
}

func holds(c *Customer, parent *Customer, key string) bool {
	for _, u := range uniques(c, parent) {
		if u.key == key {
			return true
		}
	}
	return false
}

// reserveAll takes the claims of every unique value that next has and before
// (nil for a new customer) has not. It takes all or none.
func (s *Service) reserveAll(ctx context.Context, before, next, parent *Customer) ([]Claim, error) {
	var held []Claim
	seen := map[string]bool{}
	for _, u := range uniques(next, parent) {
		if seen[u.key] { // two users of one name
			s.release(ctx, held)
			return nil, u.taken(tenancy.ID{})
		}
		seen[u.key] = true
		if before != nil && holds(before, parent, u.key) {
			continue
		}
		claim, err := s.reserve(ctx, u, next, parent)
		if err == nil {
			err = s.nobodyHas(ctx, u, next, parent)
		}
		if claim != nil {
			held = append(held, *claim)
		}
		if err != nil {
			s.release(ctx, held)
			return nil, err
		}
	}
	return held, nil
}

// reserve takes one claim. A claim that stands for a customer which does not hold
// the value, and had its time to, is an orphan and is taken over. So is one of the
// customer itself, from an earlier try or a change at this moment; that one is not
// given out, for whoever took it first may still write the value, and so nobody
// may release it. As each taking has its own time, neither can the first one.
func (s *Service) reserve(ctx context.Context, u unique, c, parent *Customer) (*Claim, error) {
	for range maxRaces {
		claim := Claim{Key: u.key, Customer: c.Ref(), Taken: s.clock()}
		holder, taken, err := s.store.Reserve(ctx, claim)
		if err != nil {
			return nil, storeFault(err, "reserving "+u.field)
		}
		if taken {
			return &claim, nil
		}
		own := holder.Customer == claim.Customer
		if !own {
			if orphan, err := s.isOrphan(ctx, holder, parent); err != nil || !orphan {
				return nil, cmp.Or(err, u.taken(holder.Customer.ID))
			}
		}
		if !claim.Taken.After(holder.Taken) {
			claim.Taken = holder.Taken.Add(time.Millisecond)
		}
		swapped, err := s.store.Swap(ctx, holder, claim)
		switch {
		case err != nil:
			return nil, storeFault(err, "taking over "+u.field)
		case swapped && own:
			return nil, nil
		case swapped:
			return &claim, nil
		}
		// It changed hands meanwhile: look again.
	}
	return nil, u.taken(tenancy.ID{})
}

// taken is the refusal of the value. Values that are unique in the account name who
// has them; others may be held by strangers.
func (u unique) taken(holder tenancy.ID) error {
	refusal := fault.New(fault.Conflict, fault.CodeConflict, u.text)
	if u.field != "" {
		refusal = refusal.About(u.field, fault.Duplicate)
	}
	if (u.field == "email" || u.field == "externalId") && !holder.IsZero() {
		refusal.Holder = holder.String()
	}
	return refusal
}

// withoutHolder keeps from a caller that is not above a customer which of its
// siblings has a value.
func withoutHolder(caller tenancy.Caller, c *Customer, err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Holder == "" || tenancy.IsAbove(caller.Subject, c) {
		return err
	}
	bare := *refusal
	bare.Holder = ""
	return &bare
}

// isOrphan tells whether the holder of a claim had its time and does not hold the
// value: it was never written, was erased, or has given the value up.
func (s *Service) isOrphan(ctx context.Context, holder Claim, parent *Customer) (bool, error) {
	if s.clock().Sub(holder.Taken) < claimGrace {
		return false, nil
	}
	c, err := s.store.Get(ctx, holder.Customer)
	switch {
	case errors.Is(err, ErrNotFound):
		return true, nil
	case err != nil:
		return false, storeFault(err, "reading the holder of a claim")
	default:
		return !holds(c, parent, holder.Key), nil
	}
}

// nobodyHas refuses an e-mail or external id that a customer of the account has
// without a claim: since before the account demanded that it be unique, or through
// a face that does not.
func (s *Service) nobodyHas(ctx context.Context, u unique, c, parent *Customer) error {
	filter := Filter{}
	switch u.field {
	case "email":
		filter.Email = Fold(c.Email)
	case "externalId":
		filter.ExternalID = c.ExternalID
	default:
		return nil
	}
	page, err := s.store.List(ctx, Query{
		Tenant: tenantOf(parent), Under: parent.ID, Filter: filter, Order: Order{By: ByCreated}, Limit: 2,
	})
	if err != nil {
		return storeFault(err, "looking for the "+u.field)
	}
	for _, other := range page.Customers {
		if other.ID != c.ID {
			return u.taken(other.ID)
		}
	}
	return nil
}

// tenantOf limits a query under a customer to its tenant; the operator's spans all.
func tenantOf(c *Customer) tenancy.ID {
	if tenancy.IsOperator(c) {
		return tenancy.ID{}
	}
	return c.Tenant
}

// reserveChanged takes the claims that a change of a customer needs, and gives
// those too that it makes needless once it is written. They are read before that:
// a later change back takes its claim anew, and that is not to be released.
func (s *Service) reserveChanged(ctx context.Context, d *draft) (held, needless []Claim, err error) {
	if d.before.apart() == d.c.apart() && d.before.Email == d.c.Email && d.before.VanityName == d.c.VanityName &&
		d.before.MerchantKey == d.c.MerchantKey && d.before.ExternalID == d.c.ExternalID && len(d.before.Users) == len(d.c.Users) {
		return nil, nil, nil
	}
	parent, err := s.parentOf(ctx, d.c)
	if err != nil {
		return nil, nil, err
	}
	if held, err = s.reserveAll(ctx, d.before, d.c, parent); err != nil {
		return nil, nil, withoutHolder(d.caller, d.c, err)
	}
	// A dialect that demands it of its own customers demands it of what it changes too.
	if parent != nil && d.uniqueEmail && Fold(d.before.Email) != Fold(d.c.Email) && !parent.Settings.AllowsDuplicateEmail() {
		if err = s.nobodyHas(ctx, uniqueEmail(d.c), d.c, parent); err != nil {
			s.release(ctx, held)
			return nil, nil, withoutHolder(d.caller, d.c, err)
		}
	}
	return held, s.dropped(ctx, d.before, d.c, parent), nil
}

// parentOf reads the customer above; nil for the operator. A parent that is gone
// is none.
func (s *Service) parentOf(ctx context.Context, c *Customer) (*Customer, error) {
	if c.Parent.IsZero() {
		return nil, nil
	}
	ref := tenancy.Ref{Tenant: c.Tenant, ID: c.Parent}
	if len(c.Path) == 1 {
		ref.Tenant = c.Parent // the operator is its own tenant
	}
	parent, err := s.store.Get(ctx, ref)
	if errors.Is(err, ErrNotFound) {
		return nil, nil
	}
	return parent, storeFault(err, "reading the customer above")
}

// release gives claims back. A claim that cannot be released now is an orphan
// that nobody minds after claimGrace, so failures are not the caller's.
func (s *Service) release(ctx context.Context, held []Claim) {
	for _, claim := range held {
		_ = s.store.Release(context.WithoutCancel(ctx), claim)
	}
}

// releaseLost gives back what a change reserved that lost its race, but for values
// that the fresh record has: the write may have happened all the same.
func (s *Service) releaseLost(ctx context.Context, held []Claim, fresh *Customer) {
	if len(held) == 0 {
		return
	}
	parent, err := s.parentOf(ctx, fresh)
	if err != nil {
		return // the claims are orphans now, or in use
	}
	s.release(ctx, slices.DeleteFunc(held, func(claim Claim) bool { return holds(fresh, parent, claim.Key) }))
}

// giveBack releases what a change reserved that failed with err, unless it may
// have been written all the same: then the claims must stand, and end by
// themselves when they turn out to be orphans.
func (s *Service) giveBack(ctx context.Context, held []Claim, err error) {
	if kind := fault.KindOf(err); kind != fault.Unavailable && kind != fault.Internal {
		s.release(ctx, held)
	}
}

// releaseAll gives back the claims of a customer that was erased.
func (s *Service) releaseAll(ctx context.Context, c *Customer) {
	if parent, err := s.parentOf(ctx, c); err == nil { // else the claims are orphans now
		s.release(ctx, s.dropped(ctx, c, nil, parent))
	}
}

// dropped gives the claims of the values that before has and after (nil when it is
// erased) has not. One that cannot be read now will be an orphan.
func (s *Service) dropped(ctx context.Context, before, after, parent *Customer) []Claim {
	var list []Claim
	for _, u := range uniques(before, parent) {
		if after != nil && holds(after, parent, u.key) {
			continue
		}
		if holder, err := s.store.Holder(ctx, u.key); err == nil && holder.Customer == before.Ref() {
			list = append(list, holder)
		}
	}
	return list
}
