package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// ReservationGrace is how long a reservation stands for a customer that does not hold
// the value: that long it may still be written. Then the reservation is an orphan, and
// whoever wants the value takes it over. The grace is longer than any request may take,
// so that this rarely meets a customer that is still to be written; that it does no harm
// then is up to the fence, not to the clock.
const ReservationGrace = time.Minute

// OperatorExists is the text that refuses a second operator.
const OperatorExists = "this store has an operator already; rotate its keys if they are lost"

// unique is a value that one customer at most holds within a scope.
type unique struct {
	key   string // of the reservation
	field string // that names it in a refusal
	text  string // of the refusal
}

// uniques returns the unique values of a customer under its parent.
func uniques(c, parent *customers.Customer) []unique {
	var list []unique
	if c.Parent.IsZero() {
		list = append(list, unique{key: operatorKey, text: OperatorExists})
	}
	for i := range c.Users {
		list = append(list, unique{
			key: UsernameKey(c.Users[i].Username, c.Tenant), field: "username",
			text: "another user of this platform has this username; choose another",
		})
	}
	if c.VanityName != "" {
		list = append(list, unique{key: VanityNameKey(c.VanityName), field: "vanityName", text: "this vanity name is taken; choose another"})
	}
	if c.MerchantKey != "" {
		list = append(list, unique{
			key: "merchantKey:" + c.Parent.String() + ":" + c.MerchantKey, field: "merchantKey",
			text: "another customer of this platform has this merchant key; choose another",
		})
	}
	demanded := parent != nil && (parent.Settings.DemandsUniqueEmail() || (c.Apart() && !parent.Settings.AllowsDuplicateEmail()))
	if demanded && c.Email != "" {
		list = append(list, uniqueEmail(c))
	}
	if parent != nil && c.Apart() && c.ExternalID != "" {
		list = append(list, unique{
			key: "externalId:" + c.Parent.String() + ":" + c.ExternalID, field: "externalId",
			text: "another customer of this account has this external id; choose another",
		})
	}
	return list
}

// UniqueKeys returns the keys of the reservations that a customer under its parent must
// have; parent is nil for the operator.
func UniqueKeys(c, parent *customers.Customer) []string {
	var keys []string
	for _, u := range uniques(c, parent) {
		keys = append(keys, u.key)
	}
	return keys
}

// ReservesUnique reports whether a reservation of that key is one of a unique value, which
// a customer holds for good.
func ReservesUnique(key string) bool {
	return key == operatorKey || slices.ContainsFunc(uniqueScopes, func(scope string) bool { return strings.HasPrefix(key, scope) })
}

// operatorKey is the key of the reservation of the one operator.
const operatorKey = "operator:root"

// VanityNameKey returns the key of the reservation of a vanity name.
func VanityNameKey(name string) string { return "vanityName:" + name }

// UsernameKey returns the key of the reservation of a user name within a tenant.
func UsernameKey(name string, tenant tenancy.ID) string {
	return UsernamePrefix(name) + tenant.String()
}

// UsernamePrefix returns what the keys of the reservations of a user name begin with, in
// every tenant. No name holds the character that ends it.
func UsernamePrefix(name string) string { return "user:" + customers.Fold(name) + "\x1f" }

func uniqueEmail(c *customers.Customer) unique {
	return unique{
		key: "email:" + c.Parent.String() + ":" + customers.Fold(c.Email), field: "email",
		text: "another customer of this account has this e-mail address; send another",
	}
}

func holds(c, parent *customers.Customer, key string) bool {
	for _, u := range uniques(c, parent) {
		if u.key == key {
			return true
		}
	}
	return false
}

// reserved is what a write needs of the reservations of its unique values.
type reserved struct {
	// held were taken for the write, and are released when it is given up.
	held []rows.Reservation
	// relied are all that the write relies on: held, and those that stood for the
	// customer already.
	relied []rows.Companion
}

// reserveAll reserves every unique value of next that before (nil for a new customer)
// does not hold. It reserves all or none.
func (s *Registry) reserveAll(ctx context.Context, before, next, parent *customers.Customer) (reserved, error) {
	var list []unique
	var twice *unique // two users of one name
	for _, u := range uniques(next, parent) {
		if slices.ContainsFunc(list, func(other unique) bool { return other.key == u.key }) {
			twice = &u
			break
		}
		list = append(list, u)
	}
	if before != nil {
		list = slices.DeleteFunc(list, func(u unique) bool { return holds(before, parent, u.key) })
	}
	holders, taken, err := s.reserveFree(ctx, list, next)
	var all reserved
	for i, holder := range holders {
		if taken[i] {
			all.held = append(all.held, holder)
		}
	}
	for i := 0; err == nil && i < len(list); i++ {
		reservation, own := holders[i], false
		if !taken[i] {
			if reservation, own, err = s.reserve(ctx, list[i], reservation, next, parent); err == nil && !own {
				all.held = append(all.held, reservation)
			}
		}
		if err == nil {
			all.relied = append(all.relied, rows.Companion{Held: reservation})
			err = s.refuseUnreserved(ctx, list[i], next, parent)
		}
	}
	if err == nil && twice != nil {
		err = twice.taken(tenancy.ID{})
	}
	if err != nil {
		s.Release(ctx, all.held)
		return reserved{}, err
	}
	return all, nil
}

// reserveFree reserves those of a list of values that are free, by one request to the
// store where that has several.
func (s *Registry) reserveFree(ctx context.Context, list []unique, c *customers.Customer) (holders []rows.Reservation, taken []bool, err error) {
	wanted := make([]rows.Reservation, len(list))
	for i, u := range list {
		wanted[i] = rows.Reservation{Key: u.key, Customer: c.Ref(), Taken: s.Now()}
	}
	switch len(list) {
	case 0:
		return nil, nil, nil
	case 1:
		holder, free, err := s.store.Reserve(ctx, wanted[0])
		if err != nil {
			return nil, nil, rows.StoreFault(err, "reserving "+list[0].field)
		}
		return []rows.Reservation{holder}, []bool{free}, nil
	default:
		holders, taken, err = s.store.ReserveAll(ctx, wanted)
		return holders, taken, rows.StoreFault(err, "reserving unique values")
	}
}

// reserve takes a reservation that holder has. One that stands for a customer which does
// not hold the value, and is past its grace, is an orphan and is taken over. One that stands for the
// customer itself, from an earlier try or a concurrent change, is taken over at once and
// is its own: the one who took it first may still write the value, and so it must not be
// released. As each taking has its own time, the first taker cannot release it either.
func (s *Registry) reserve(ctx context.Context, u unique, holder rows.Reservation, c, parent *customers.Customer) (taken rows.Reservation, own bool, err error) {
	for again := range MaxRaces {
		wanted := rows.Reservation{Key: u.key, Customer: c.Ref(), Taken: s.Now()}
		if again > 0 {
			var free bool
			holder, free, err = s.store.Reserve(ctx, wanted)
			if err != nil {
				return rows.Reservation{}, false, rows.StoreFault(err, "reserving "+u.field)
			}
			if free {
				return wanted, false, nil
			}
		}
		if own = holder.Customer == wanted.Customer; !own {
			var orphan bool
			if holder, orphan, err = s.contest(ctx, u, holder, parent); err != nil {
				return rows.Reservation{}, false, err
			}
			if !orphan {
				continue
			}
		}
		swapped, err := s.store.CompareAndSwap(ctx, holder, Succeeding(holder, wanted))
		if err != nil {
			return rows.Reservation{}, false, rows.StoreFault(err, "taking over "+u.field)
		}
		if swapped {
			return Succeeding(holder, wanted), own, nil
		}
		// It changed hands meanwhile: look again.
	}
	return rows.Reservation{}, false, u.taken(tenancy.ID{})
}

// Succeeding returns the reservation that takes the place of another one: under the same
// fence, and told apart by its time.
func Succeeding(holder, wanted rows.Reservation) rows.Reservation {
	wanted.Fence = holder.Fence
	if !wanted.Taken.After(holder.Taken) {
		wanted.Taken = holder.Taken.Add(time.Millisecond)
	}
	return wanted
}

// contest finds out whether a reservation of another customer is an orphan, so that it
// may be taken over. It returns Conflict duplicateValue when it is not, and false when it
// changed hands meanwhile.
func (s *Registry) contest(ctx context.Context, u unique, holder rows.Reservation, parent *customers.Customer) (contested rows.Reservation, orphan bool, err error) {
	if orphan, err = s.isOrphan(ctx, holder, parent); err == nil && !orphan {
		var gaveUp bool
		if gaveUp, err = s.givesUp(ctx, holder); gaveUp {
			return holder, false, nil // it is free, or somebody else's by now
		}
	}
	if err != nil || !orphan {
		return holder, false, cmp.Or(err, u.taken(holder.Customer.ID))
	}
	contested, orphan, err = Contest(ctx, s.store, holder, func(contested rows.Reservation) error {
		held, err := s.holdsNow(ctx, contested, parent)
		if err == nil && held {
			err = u.taken(holder.Customer.ID)
		}
		return err
	})
	return contested, orphan, rows.StoreFault(err, "contesting "+u.field)
}

// taken returns the refusal of the value. It names the holder of values that are unique
// within an account; other values may be held by strangers.
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

// withoutHolder removes the holder of a value from a refusal, unless the caller is above
// the customer: siblings must not learn of each other.
func withoutHolder(caller tenancy.Caller, c *customers.Customer, err error) error {
	refusal, ok := errors.AsType[*fault.Error](err)
	if !ok || refusal.Holder == "" || tenancy.IsAbove(caller.Subject, c) {
		return err
	}
	bare := *refusal
	bare.Holder = ""
	return &bare
}

// isOrphan reports whether a reservation is past its grace and its customer does not
// hold the value: it was never written, was erased, or gave the value up.
func (s *Registry) isOrphan(ctx context.Context, holder rows.Reservation, parent *customers.Customer) (bool, error) {
	if past, err := PastGrace(ctx, s.store, holder.Taken, s.Now()); err != nil || !past {
		return false, err
	}
	held, err := s.holdsNow(ctx, holder, parent)
	return err == nil && !held, err
}

// givesUp reports whether the customer of a reservation gave its value up because it was
// asked for.
func (s *Registry) givesUp(ctx context.Context, holder rows.Reservation) (bool, error) {
	c, err := s.store.Get(ctx, holder.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return false, nil // an orphan, once its grace is over
	}
	if err != nil {
		return false, rows.StoreFault(err, "reading the holder of a reservation")
	}
	for _, work := range s.hooks.contested {
		if gaveUp, err := work(ctx, c, holder.Key); gaveUp || err != nil {
			return gaveUp, err
		}
	}
	return false, nil
}

// Skewed is the port of the clock that all processes of a store share.
type Skewed interface {
	// Skew returns by how much that clock is ahead of the clock of this machine: that of the
	// server of the store, measured within the last minute, or 0 where one machine has both.
	Skew(ctx context.Context) (time.Duration, error)
}

// SharedNow returns now, which is by the clock of this machine, by the clock that all
// processes of the store share.
func SharedNow(ctx context.Context, shared Skewed, now time.Time) (time.Time, error) {
	skew, err := shared.Skew(ctx)
	if err != nil {
		return time.Time{}, rows.StoreFault(err, "asking for the time of the store")
	}
	return now.Add(skew), nil
}

// PastGrace reports whether a reservation of that time stood for long enough, by the clock
// of this process and by the one that all share: a clock that is wrong takes nothing from
// others. One from further ahead than the grace stood long enough too: it was taken by a
// clock that has been set back since.
func PastGrace(ctx context.Context, shared Skewed, taken, now time.Time) (bool, error) {
	past := func(now time.Time) bool { return now.Sub(taken).Abs() >= ReservationGrace }
	if !past(now) {
		return false, nil
	}
	now, err := SharedNow(ctx, shared, now)
	return err == nil && past(now), err
}

// holdsNow reports whether the customer of a reservation holds its value.
func (s *Registry) holdsNow(ctx context.Context, holder rows.Reservation, parent *customers.Customer) (bool, error) {
	c, err := s.store.Get(ctx, holder.Customer)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return false, nil
	case err != nil:
		return false, rows.StoreFault(err, "reading the holder of a reservation")
	default:
		return holds(c, parent, holder.Key), nil
	}
}

// refuseUnreserved returns Conflict for an e-mail or external id that a customer of the
// account holds without a reservation: since before the account demanded that it be
// unique, or through a dialect that does not demand it.
func (s *Registry) refuseUnreserved(ctx context.Context, u unique, c, parent *customers.Customer) error {
	filter := rows.Filter{}
	switch u.field {
	case "email":
		filter.Email = customers.Fold(c.Email)
	case "externalId":
		filter.ExternalID = c.ExternalID
	default:
		return nil
	}
	page, err := s.store.List(ctx, rows.Query{
		Tenant: rows.TenantScope(parent), Under: parent.ID, Filter: filter, Order: rows.Order{By: rows.ByCreated}, Limit: 2,
	})
	if err != nil {
		return rows.StoreFault(err, "looking for the "+u.field)
	}
	for _, other := range page.Customers {
		if other.ID != c.ID {
			return u.taken(other.ID)
		}
	}
	return nil
}

// reserveChanged takes the reservations that a change of a customer needs, and returns
// with them those that it makes needless once it is written. These are read before the
// write: a later change back takes its reservation anew, which must not be released.
func (s *Registry) reserveChanged(ctx context.Context, d *Draft) (all reserved, needless []rows.Reservation, err error) {
	if d.Before.Apart() == d.Customer.Apart() && d.Before.Email == d.Customer.Email && d.Before.VanityName == d.Customer.VanityName &&
		d.Before.MerchantKey == d.Customer.MerchantKey && d.Before.ExternalID == d.Customer.ExternalID && len(d.Before.Users) == len(d.Customer.Users) {
		return reserved{}, nil, nil
	}
	parent, err := s.parentOf(ctx, d.Customer)
	if err != nil {
		return reserved{}, nil, err
	}
	if all, err = s.reserveAll(ctx, d.Before, d.Customer, parent); err != nil {
		return reserved{}, nil, withoutHolder(d.Caller, d.Customer, err)
	}
	// A dialect that demands it of its own customers demands it of what it changes too.
	if parent != nil && d.UniqueEmail && customers.Fold(d.Before.Email) != customers.Fold(d.Customer.Email) && !parent.Settings.AllowsDuplicateEmail() {
		if err = s.refuseUnreserved(ctx, uniqueEmail(d.Customer), d.Customer, parent); err != nil {
			s.Release(ctx, all.held)
			return reserved{}, nil, withoutHolder(d.Caller, d.Customer, err)
		}
	}
	return all, s.dropped(ctx, d.Before, d.Customer, parent), nil
}

// parentOf returns the customer above, or nil for the operator and when the parent is
// gone.
func (s *Registry) parentOf(ctx context.Context, c *customers.Customer) (*customers.Customer, error) {
	if c.Parent.IsZero() {
		return nil, nil
	}
	parent, err := s.store.Get(ctx, aboveOf(c))
	if errors.Is(err, rows.ErrNotFound) {
		return nil, nil
	}
	return parent, rows.StoreFault(err, "reading the customer above")
}

// aboveOf returns the reference of the customer above.
func aboveOf(c *customers.Customer) tenancy.Ref {
	if len(c.Path) == 1 {
		return tenancy.Ref{Tenant: c.Parent, ID: c.Parent} // the operator is its own tenant
	}
	return tenancy.Ref{Tenant: c.Tenant, ID: c.Parent}
}

// parentKnown is parentOf, without a read if the request has the customer above already.
func (s *Registry) parentKnown(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (*customers.Customer, error) {
	for _, principal := range []tenancy.Principal{caller.Subject, caller.Actor} {
		if principal != nil && !c.Parent.IsZero() && principal.Ref() == aboveOf(c) {
			return Stored(principal), nil
		}
	}
	return s.parentOf(ctx, c)
}

// Release ends reservations. One that cannot be released now is an orphan after
// ReservationGrace, so failures do not concern the caller.
func (s *Registry) Release(ctx context.Context, held []rows.Reservation) {
	for _, reservation := range held {
		_ = s.store.Release(context.WithoutCancel(ctx), reservation)
	}
}

// releaseLost releases what a change reserved that lost its race, except values that the
// fresh record has: the write may have happened all the same.
func (s *Registry) releaseLost(ctx context.Context, held []rows.Reservation, fresh *customers.Customer) {
	if len(held) == 0 {
		return
	}
	parent, err := s.parentOf(ctx, fresh)
	if err != nil {
		return // the reservations are orphans now, or in use
	}
	s.Release(ctx, slices.DeleteFunc(held, func(reservation rows.Reservation) bool { return holds(fresh, parent, reservation.Key) }))
}

// GiveBack releases what a change reserved that failed with err, unless it may have been
// written all the same: then the reservations must stand, and end by themselves when
// they turn out to be orphans.
func (s *Registry) GiveBack(ctx context.Context, held []rows.Reservation, err error) {
	if kind := fault.KindOf(err); kind != fault.Unavailable && kind != fault.Internal {
		s.Release(ctx, held)
	}
}

// releaseAll releases the reservations of a customer that was erased.
func (s *Registry) releaseAll(ctx context.Context, caller tenancy.Caller, c *customers.Customer) {
	if parent, err := s.parentKnown(ctx, caller, c); err == nil { // else the reservations are orphans now
		s.Release(ctx, s.dropped(ctx, c, nil, parent))
	}
}

// dropped returns the reservations of the values that before has and after (nil when it
// is erased) has not. One that cannot be read now will be an orphan.
func (s *Registry) dropped(ctx context.Context, before, after, parent *customers.Customer) []rows.Reservation {
	var list []rows.Reservation
	for _, u := range uniques(before, parent) {
		if after != nil && holds(after, parent, u.key) {
			continue
		}
		if holder, err := s.store.ReservationHolder(ctx, u.key); err == nil && holder.Customer == before.Ref() {
			list = append(list, holder)
		}
	}
	return list
}
