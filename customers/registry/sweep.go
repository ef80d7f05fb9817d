package registry

import (
	"context"
	"errors"
	"time"

	"tenantry/customers/rows"
)

// sweepReservationsEvery is how often lapsed reservations are looked for.
const sweepReservationsEvery = 10 * time.Minute

// Run sweeps lapsed reservations until ctx ends. Faults of the store are passed to
// report and tried again at the next turn.
func (s *Registry) Run(ctx context.Context, report func(error)) {
	turn := time.NewTicker(sweepReservationsEvery)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		if _, err := s.SweepReservations(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// SweepReservations removes lapsed reservations and returns how many.
func (s *Registry) SweepReservations(ctx context.Context) (int, error) {
	swept, err := s.store.SweepReservations(ctx, s.Now())
	return swept, rows.StoreFault(err, "sweeping reservations")
}
