package customers

import (
	"context"
	"errors"
	"time"
)

// sweepClaimsEvery is how often lapsed reservations are looked for.
const sweepClaimsEvery = 10 * time.Minute

// runSweep sweeps lapsed reservations until ctx ends. Faults of the store are told to
// report and tried again at the next turn.
func (s *Service) runSweep(ctx context.Context, report func(error)) {
	turn := time.NewTicker(sweepClaimsEvery)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		if _, err := s.SweepClaims(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// SweepClaims removes claims that lapsed and returns how many.
func (s *Service) SweepClaims(ctx context.Context) (int, error) {
	swept, err := s.store.SweepClaims(ctx, s.clock())
	return swept, storeFault(err, "sweeping claims")
}
