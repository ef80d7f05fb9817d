package store

import (
	"context"
	"errors"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Reserve implements Store.
func (s tried) Reserve(ctx context.Context, wanted rows.Reservation) (rows.Reservation, bool, error) {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.Reserve(ctx, wanted)
	}
	switch holder, err := s.ReservationHolder(ctx, wanted.Key); {
	case err == nil:
		return holder, false, nil
	case !errors.Is(err, rows.ErrNotFound):
		return rows.Reservation{}, false, err
	}
	k.reserve(wanted.Key, &wanted)
	return wanted, true, nil
}

// ReserveAll implements Store.
func (s tried) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	if keptIn(ctx) == nil {
		return s.Store.ReserveAll(ctx, wanted)
	}
	return ReserveEach(ctx, wanted, s.Reserve)
}

// reserve keeps a reservation; nil for one that was released.
func (k *kept) reserve(key string, r *rows.Reservation) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if _, known := k.reservations[key]; !known && len(k.reservations) >= mostTriedReservations {
		for other := range k.reservations { // any one: what is being tried now needs its own
			delete(k.reservations, other)
			break
		}
	}
	k.reservations[key] = r
}

// ReservationHolder implements Store.
func (s tried) ReservationHolder(ctx context.Context, key string) (rows.Reservation, error) {
	if k := keptIn(ctx); k != nil {
		k.mu.Lock()
		holder, known := k.reservations[key]
		k.mu.Unlock()
		switch {
		case known && holder == nil:
			return rows.Reservation{}, rows.ErrNotFound
		case known:
			return *holder, nil
		}
	}
	return s.Store.ReservationHolder(ctx, key)
}

// CompareAndSwap implements Store.
func (s tried) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (bool, error) {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.CompareAndSwap(ctx, held, next)
	}
	stands, err := s.stands(ctx, held)
	if stands {
		k.reserve(held.Key, &next)
	}
	return stands, err
}

// Release implements Store.
func (s tried) Release(ctx context.Context, held rows.Reservation) error {
	k := keptIn(ctx)
	if k == nil {
		return s.Store.Release(ctx, held)
	}
	stands, err := s.stands(ctx, held)
	if stands {
		k.reserve(held.Key, nil)
	}
	return err
}

// stands reports whether a reservation still is the one in held.
func (s tried) stands(ctx context.Context, held rows.Reservation) (bool, error) {
	stored, err := s.ReservationHolder(ctx, held.Key)
	if errors.Is(err, rows.ErrNotFound) {
		return false, nil
	}
	return err == nil && stored.Customer == held.Customer && stored.Taken.Equal(held.Taken), err
}

// stand returns rows.ErrStale unless all reservations that a write relies on stand, and
// swaps those that it takes along.
func (s tried) stand(ctx context.Context, written tenancy.Ref, with []rows.Companion) error {
	for _, companion := range rows.Relied(with) {
		stored, err := s.ReservationHolder(ctx, companion.Held.Key)
		if errors.Is(err, rows.ErrNotFound) || err == nil && !companion.Guards(stored, written) {
			return rows.ErrStale
		}
		if err != nil {
			return err
		}
	}
	for _, companion := range with {
		if companion.Next == nil {
			continue
		}
		if _, err := s.CompareAndSwap(ctx, companion.Held, *companion.Next); err != nil {
			return err
		}
	}
	return nil
}
