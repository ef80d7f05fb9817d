package customers

import (
	"context"
	"errors"
	"time"
)

// How often the background work runs.
const (
	relayEvery = time.Second
	flushEvery = time.Minute
	sweepEvery = 10 * time.Minute
	relayBatch = 100
)

// Run does the background work until ctx ends: it relays events out of the
// customers, writes the notes of key use, and sweeps lapsed claims. Faults of the
// store are told to report and tried again at the next turn; report may be nil.
func (s *Service) Run(ctx context.Context, report func(error)) error {
	relay, flush, sweep := time.NewTicker(relayEvery), time.NewTicker(flushEvery), time.NewTicker(sweepEvery)
	defer relay.Stop()
	defer flush.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return s.FlushKeyUse(context.WithoutCancel(ctx))
		case <-relay.C:
			_, err = s.RelayEvents(ctx)
		case <-flush.C:
			err = s.FlushKeyUse(ctx)
		case <-sweep.C:
			_, err = s.SweepClaims(ctx)
		}
		if err != nil && report != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// RelayEvents moves what the outboxes hold to the event log and returns how many
// events it moved.
func (s *Service) RelayEvents(ctx context.Context) (int, error) {
	moved := 0
	for {
		batches, err := s.store.Outboxes(ctx, relayBatch)
		if err != nil {
			return moved, storeFault(err, "reading outboxes")
		}
		for _, batch := range batches {
			if err := s.store.Relay(ctx, batch); err != nil {
				return moved, storeFault(err, "relaying the events of "+batch.Customer.String())
			}
			moved += len(batch.Events)
		}
		if len(batches) < relayBatch {
			return moved, nil
		}
	}
}

// SweepClaims removes claims that lapsed and returns how many.
func (s *Service) SweepClaims(ctx context.Context) (int, error) {
	swept, err := s.store.SweepClaims(ctx, s.clock())
	return swept, storeFault(err, "sweeping claims")
}
