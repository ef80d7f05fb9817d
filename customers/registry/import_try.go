package registry

import (
	"context"
	"crypto/sha256"
	"errors"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Tried is what an import that changes nothing would have written so far. It is for one
// import, which tries one customer after the other.
type Tried struct {
	// Made returns a customer that was tried before, with its plan; nil for any other.
	Made func(id tenancy.ID) *customers.Customer
	// Count returns how many customers there are below one.
	Count func(ctx context.Context, of tenancy.Ref) (int64, error)

	// taken are the customers that would have each unique value, by the digest of its key.
	taken map[digest]tenancy.ID
	// below counts the customers below one whose plan bounds them.
	below map[tenancy.ID]int64
}

// digest stands for the key of a reservation: a million of these have room in memory.
type digest [16]byte

func digestOf(key string) (short digest) {
	sum := sha256.Sum256([]byte(key))
	copy(short[:], sum[:])
	return short
}

// try returns the refusal of an import that meets a taken id or value, or a full room, in
// the order in which a write finds these out.
func (s *Registry) try(ctx context.Context, caller tenancy.Caller, d *Draft, tried *Tried) error {
	if err := s.unclaimed(ctx, d, tried); err != nil {
		return err
	}
	rooms, err := s.triedRooms(ctx, caller, d, tried)
	if err != nil {
		return err
	}
	for _, of := range rooms {
		tried.below[of]++
	}
	if tried.taken == nil {
		tried.taken = map[digest]tenancy.ID{}
	}
	for _, u := range uniques(d.Customer, d.Parent) {
		tried.taken[digestOf(u.key)] = d.Customer.ID
	}
	return nil
}

// triedRooms returns the customers above a draft whose plans bound how many they have, or
// the refusal of one that is full.
func (s *Registry) triedRooms(ctx context.Context, caller tenancy.Caller, d *Draft, tried *Tried) (list []tenancy.ID, err error) {
	if !s.catalog.Bounds(plans.Customers) {
		return nil, nil
	}
	if tried.below == nil {
		tried.below = map[tenancy.ID]int64{}
	}
	for _, id := range d.Customer.Path[min(1, len(d.Customer.Path)):] {
		ref := tenancy.Ref{Tenant: d.Customer.Tenant, ID: id}
		above := tried.Made(id)
		fresh := above != nil
		if !fresh {
			if above, err = s.known(ctx, caller, ref); err != nil {
				return nil, rows.StoreFault(err, "reading the accounts above")
			}
		}
		most := s.catalog.Quota(above.PlanKey, plans.Customers)
		if most == 0 {
			continue
		}
		if _, counted := tried.below[id]; !counted && !fresh {
			if tried.below[id], err = tried.Count(ctx, ref); err != nil {
				return nil, rows.StoreFault(err, "counting the customers below "+ref.String())
			}
		}
		if tried.below[id] >= most {
			return nil, s.overQuota(above.PlanKey, plans.Customers)
		}
		list = append(list, id)
	}
	return list, nil
}

// unclaimed returns the refusal of an import that meets a taken id or value.
func (s *Registry) unclaimed(ctx context.Context, d *Draft, tried *Tried) error {
	switch _, err := s.store.GetAnywhere(ctx, d.Customer.ID); {
	case err == nil:
		return fault.New(fault.Conflict, fault.CodeConflict, "a customer with this id exists, or existed")
	case !errors.Is(err, rows.ErrNotFound):
		return rows.StoreFault(err, "looking for the customer")
	}
	if _, err := s.store.Tombstone(ctx, d.Customer.Ref()); err == nil {
		return fault.New(fault.Conflict, fault.CodeConflict, "a customer with this id exists, or existed")
	}
	for _, u := range uniques(d.Customer, d.Parent) {
		if holder, taken := tried.taken[digestOf(u.key)]; taken && holder != d.Customer.ID {
			return u.taken(holder)
		}
		switch holder, err := s.store.ReservationHolder(ctx, u.key); {
		case errors.Is(err, rows.ErrNotFound):
		case err != nil:
			return rows.StoreFault(err, "looking at "+u.field)
		case holder.Customer != d.Customer.Ref():
			if orphan, err := s.isOrphan(ctx, holder, d.Parent); err != nil || !orphan {
				return errors.Join(err, u.taken(holder.Customer.ID))
			}
		}
	}
	return nil
}
