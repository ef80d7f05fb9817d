package customers

import (
	"context"
	"errors"
	"slices"
	"time"

	"tenantry/tenancy"
)

// How often the background work runs.
const (
	relayEvery = time.Second
	flushEvery = time.Minute
	sweepEvery = 10 * time.Minute
	relayBatch = 100
	// fullOutbox is how many waiting events of one customer do not wait for the
	// next turn.
	fullOutbox = 16
	// reviewEvery is how often pending reviews are looked for.
	reviewEvery = time.Second
)

// Run does the background work until ctx ends: it relays events out of the
// customers, writes the notes of key use, and sweeps lapsed claims. Faults of the
// store are told to report and tried again at the next turn; report may be nil.
func (s *Service) Run(ctx context.Context, report func(error)) error {
	// Providers may hang; the rest of the work must not wait for them.
	reviewing := make(chan struct{})
	go func() {
		defer close(reviewing)
		s.runReviews(ctx, report)
	}()
	defer func() { <-reviewing }()
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
			err = s.relayInTurn(ctx)
		case <-flush.C:
			err = s.FlushKeyUse(ctx)
		case <-sweep.C:
			_, err = s.SweepClaims(ctx)
			err = errors.Join(err, s.SweepEvents(ctx))
		}
		if err != nil && report != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// RelayEvents moves what the outboxes hold to the event log and returns how many
// events it moved. A customer whose events cannot be moved keeps nobody else's;
// its error is returned with the rest done.
func (s *Service) RelayEvents(ctx context.Context) (int, error) {
	moved := 0
	for {
		batches, err := s.store.Outboxes(ctx, relayBatch)
		if err != nil {
			return moved, storeFault(err, "reading outboxes")
		}
		before, tree := moved, make(map[tenancy.Ref]*Customer)
		var failed []error
		for _, batch := range batches {
			if err := s.relay(ctx, batch, tree); err != nil {
				failed = append(failed, err)
				continue
			}
			moved += len(batch.Events)
		}
		if moved > before {
			s.wake()
		}
		if len(batches) < relayBatch || moved == before {
			return moved, errors.Join(failed...)
		}
	}
}

// relay moves one batch, with a delivery for everyone who is to be told. The
// deliveries are stored first, under ids that follow from what they are about:
// after a crash at any point the next turn finds the events again and makes nothing
// twice. With the news that a customer was erased, what its earlier events show is
// erased too, and so are the files of its documents; with the news of an activity, that
// is put into its own place. tree remembers who was read; it may be nil.
func (s *Service) relay(ctx context.Context, batch Batch, tree map[tenancy.Ref]*Customer) error {
	if slices.ContainsFunc(batch.Events, func(e Event) bool { return e.Type == eventDeleted }) {
		if err := s.store.Redact(ctx, batch.Customer); err != nil {
			return storeFault(err, "redacting the events of "+batch.Customer.String())
		}
		if err := s.store.RemoveDocuments(ctx, batch.Customer); err != nil {
			return storeFault(err, "removing the documents of "+batch.Customer.String())
		}
	}
	if slices.ContainsFunc(batch.Events, func(e Event) bool { return e.Type == activityRecorded }) {
		if err := s.settleActivity(ctx, batch.Customer); err != nil {
			return err
		}
	}
	list, err := s.deliveriesOf(ctx, batch, tree)
	if err == nil && len(list) > 0 {
		err = s.store.AddDeliveries(ctx, list)
	}
	if err == nil {
		err = s.store.Relay(ctx, batch)
	}
	return storeFault(err, "relaying the events of "+batch.Customer.String())
}

// relayFull moves the events of a customer that was just written when many wait:
// the record is written again with each change, so they must not pile up. A
// failure is left to the next turn of the relay.
func (s *Service) relayFull(ctx context.Context, c *Customer) {
	if len(c.Outbox) >= fullOutbox {
		_ = s.relay(ctx, Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}, nil)
	}
}

// SweepClaims removes claims that lapsed and returns how many.
func (s *Service) SweepClaims(ctx context.Context) (int, error) {
	swept, err := s.store.SweepClaims(ctx, s.clock())
	return swept, storeFault(err, "sweeping claims")
}
