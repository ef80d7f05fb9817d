package registry

import (
	"context"
	"errors"
	"time"

	"tenantry/customers/rows"
)

const (
	// sweptTurns bounds how many batches of ended reservations one sweep removes.
	sweptTurns = 100
	// sweptValues bounds how many reservations of unique values one sweep looks at.
	sweptValues = 500
	// orphanAge is how old a reservation without a holder is when it is swept. Whoever
	// wants the value takes it over far earlier.
	orphanAge = time.Hour
)

// uniqueScopes begin the keys of the reservations of unique values; see uniques.
var uniqueScopes = []string{"username:", "user:", "vanityName:", "merchantKey:", "email:", "externalId:"}

// orphanSweep is how far the sweep of orphans has come.
type orphanSweep struct {
	scope int
	after string
}

// SweepReservations removes reservations that ended, among them idempotent answers past
// their time, in batches, and returns how many.
func (s *Registry) SweepReservations(ctx context.Context) (int, error) {
	total := 0
	for range sweptTurns {
		swept, err := s.store.SweepReservations(ctx, s.Now())
		total += swept
		if err != nil || swept < rows.MostSwept {
			return total, rows.StoreFault(err, "sweeping reservations")
		}
	}
	return total, nil
}

// SweepOrphans releases reservations of unique values that no customer holds: what a
// request left whose process died before it wrote its customer. It looks at a bounded
// number, goes on from there the next time, and returns how many it released. A write
// that relies on one of them is stale and takes it anew. It must not run twice at once.
func SweepOrphans(ctx context.Context, s *Registry) (released int, err error) {
	scope := uniqueScopes[s.orphans.scope]
	list, err := s.store.ReservationsBehind(ctx, scope, s.orphans.after, sweptValues)
	if err != nil {
		return 0, rows.StoreFault(err, "looking at reservations")
	}
	s.orphans.after = ""
	if len(list) == sweptValues {
		s.orphans.after = list[len(list)-1].Key
	} else {
		s.orphans.scope = (s.orphans.scope + 1) % len(uniqueScopes)
	}
	for _, holder := range list {
		if s.Now().Sub(holder.Taken).Abs() < orphanAge {
			continue
		}
		held, err := s.isHeld(ctx, holder)
		if err == nil && !held {
			err = s.store.Release(ctx, holder)
			released++
		}
		if err != nil {
			return released, rows.StoreFault(err, "sweeping a reservation without a holder")
		}
	}
	return released, nil
}

// isHeld reports whether the customer of a reservation holds its value.
func (s *Registry) isHeld(ctx context.Context, holder rows.Reservation) (bool, error) {
	c, err := s.store.Get(ctx, holder.Customer)
	if errors.Is(err, rows.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	parent, err := s.parentOf(ctx, c)
	return err == nil && holds(c, parent, holder.Key), err
}
