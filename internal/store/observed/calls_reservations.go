package observed

import (
	"context"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Reserve implements store.Store.
func (s observed) Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error) {
	ctx, op := s.begin(ctx, "Reserve")
	holder, taken, err = s.Store.Reserve(ctx, wanted)
	op.end(err)
	return holder, taken, err
}

// ReserveAll implements store.Store.
func (s observed) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	ctx, op := s.begin(ctx, "ReserveAll")
	holders, taken, err = s.Store.ReserveAll(ctx, wanted)
	op.end(err)
	return holders, taken, err
}

// ReservationHolder implements store.Store.
func (s observed) ReservationHolder(ctx context.Context, key string) (result rows.Reservation, err error) {
	ctx, op := s.begin(ctx, "ReservationHolder")
	result, err = s.Store.ReservationHolder(ctx, key)
	op.end(err)
	return result, err
}

// CompareAndSwap implements store.Store.
func (s observed) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error) {
	ctx, op := s.begin(ctx, "CompareAndSwap")
	ok, err = s.Store.CompareAndSwap(ctx, held, next)
	op.end(err)
	return ok, err
}

// Release implements store.Store.
func (s observed) Release(ctx context.Context, held rows.Reservation) error {
	ctx, op := s.begin(ctx, "Release")
	err := s.Store.Release(ctx, held)
	op.end(err)
	return err
}

// SweepReservations implements store.Store.
func (s observed) SweepReservations(ctx context.Context, before time.Time) (result int, err error) {
	ctx, op := s.begin(ctx, "SweepReservations")
	result, err = s.Store.SweepReservations(ctx, before)
	op.end(err)
	return result, err
}

// ReservationsAbout implements store.Store.
func (s observed) ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) (result []rows.Reservation, err error) {
	ctx, op := s.begin(ctx, "ReservationsAbout")
	result, err = s.Store.ReservationsAbout(ctx, tenant, id)
	op.end(err)
	return result, err
}

// ReservationsBehind implements store.Store.
func (s observed) ReservationsBehind(ctx context.Context, prefix, after string, limit int) (result []rows.Reservation, err error) {
	ctx, op := s.begin(ctx, "ReservationsBehind")
	result, err = s.Store.ReservationsBehind(ctx, prefix, after, limit)
	op.end(err)
	return result, err
}
