package registry

import (
	"context"
	"errors"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// reliance is a reservation that a use case took for a write, and how the write is refused
// when it does not stand any more.
type reliance struct {
	held    rows.Reservation
	refusal error
}

// Rely makes the write of the draft rely on a reservation that was taken for its customer.
// The write is refused with refusal if others took the reservation over by then, however
// long it took: no clock decides who has it.
func Rely(d *Draft, held rows.Reservation, refusal error) {
	d.relies = append(d.relies, reliance{held, refusal})
}

// companions returns what use cases made the write rely on.
func (d *Draft) companions() (list []rows.Companion) {
	for _, r := range d.relies {
		list = append(list, rows.Companion{Held: r.held})
	}
	return list
}

// overtaken returns the refusal of a write that was stale because a reservation of a use
// case was taken over, nil when all of them stand.
func (s *Registry) overtaken(ctx context.Context, relies []reliance, written tenancy.Ref) error {
	for _, r := range relies {
		stored, err := s.store.ReservationHolder(ctx, r.held.Key)
		switch {
		case errors.Is(err, rows.ErrNotFound), err == nil && !(rows.Companion{Held: r.held}).Guards(stored, written):
			return r.refusal
		case err != nil:
			return rows.StoreFault(err, "reading a reservation that a write relies on")
		}
	}
	return nil
}

// Swapper is the part of a store that takes reservations over.
type Swapper interface {
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
}

// Contest prepares to take over a reservation that seems to be an orphan. Its customer may
// still be on its way to the store, in a request that was slow or because the clock
// jumped. So the fence is raised first, after which no write succeeds any more that was
// to rely on the reservation, and then free looks once more whether the value is held: it
// returns why it is not free. Until it is taken over the reservation names the one
// customer that may hold the value, wherever a process dies. It returns false if the
// reservation changed hands meanwhile.
func Contest(ctx context.Context, store Swapper, holder rows.Reservation, free func(contested rows.Reservation) error) (contested rows.Reservation, ok bool, err error) {
	contested = holder
	contested.Fence++
	contested.Taken = holder.Taken.Add(time.Millisecond)
	swapped, err := store.CompareAndSwap(ctx, holder, contested)
	if err != nil || !swapped {
		return holder, false, err
	}
	if err := free(contested); err != nil {
		return holder, false, err
	}
	return contested, true, nil
}
