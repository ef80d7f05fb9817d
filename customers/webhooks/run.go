package webhooks

import (
	"context"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// How often the background work runs.
const (
	relayEvery = time.Second
	sweepEvery = 10 * time.Minute
	relayBatch = 100
	// fullOutbox is how many waiting events of one customer do not wait for the
	// next turn.
	fullOutbox = 16
)

// Run relays events out of the customers, and removes what the retention no longer
// keeps, until ctx ends. Faults of the store go to report, and the work is tried again
// at the next turn.
func (r *Relay) Run(ctx context.Context, report func(error)) {
	relay, sweep := time.NewTicker(relayEvery), time.NewTicker(sweepEvery)
	defer relay.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-relay.C:
			err = r.relayInTurn(ctx)
		case <-sweep.C:
			err = r.SweepEvents(ctx)
		}
		if err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// BeforeRelay adds work that must be done before the events of a batch go on; when it
// fails they wait for the next turn.
func (r *Relay) BeforeRelay(work func(context.Context, rows.Batch) error) {
	r.beforeRelay = append(r.beforeRelay, work)
}

// RelayEvents moves what the outboxes hold to the event log and returns how many events
// it moved. A customer whose events cannot be moved delays no other; its error is
// returned with the rest done.
func (r *Relay) RelayEvents(ctx context.Context) (int, error) {
	moved := 0
	for {
		batches, err := r.store.Outboxes(ctx, relayBatch)
		if err != nil {
			return moved, rows.StoreFault(err, "reading outboxes")
		}
		before, tree := moved, make(map[tenancy.Ref]*customers.Customer)
		var failed []error
		for _, batch := range batches {
			if err := r.relay(ctx, batch, tree); err != nil {
				failed = append(failed, err)
				continue
			}
			moved += len(batch.Events)
		}
		if moved > before {
			r.wake()
		}
		if len(batches) < relayBatch || moved == before {
			if len(failed) == 0 {
				r.ran.Store(r.registry.Now().UnixMilli())
			}
			return moved, errors.Join(failed...)
		}
	}
}

// LastRun returns when this process last relayed all that waited; zero for not since its
// start.
func (r *Relay) LastRun() time.Time {
	if ran := r.ran.Load(); ran > 0 {
		return time.UnixMilli(ran)
	}
	return time.Time{}
}

// relay moves one batch, with its deliveries. The deliveries are stored first, under ids
// that follow from what they are about: after a crash at any point the next turn finds
// the events again and makes nothing twice. With the event of an erased customer, what
// its earlier events show is erased too. tree remembers the customers that were read; it
// may be nil.
func (r *Relay) relay(ctx context.Context, batch rows.Batch, tree map[tenancy.Ref]*customers.Customer) error {
	if batch.Has(customers.EventDeleted) {
		if err := r.store.Redact(ctx, batch.Customer); err != nil {
			return rows.StoreFault(err, "redacting the events of "+batch.Customer.String())
		}
	}
	for _, work := range r.beforeRelay {
		if err := work(ctx, batch); err != nil {
			return err
		}
	}
	list, err := r.deliveriesOf(ctx, batch, tree)
	if err == nil && len(list) > 0 {
		err = r.store.AddDeliveries(ctx, list)
	}
	if err == nil {
		err = r.store.Relay(ctx, batch)
	}
	return rows.StoreFault(err, "relaying the events of "+batch.Customer.String())
}

// relayFull moves the events of a customer that was just written when many wait:
// the record is written again with each change, so they must not pile up. A
// failure is left to the next turn of the relay.
func (r *Relay) relayFull(ctx context.Context, _, c *customers.Customer) {
	if len(c.Outbox) >= fullOutbox {
		_ = r.relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox}, nil)
	}
}

// SweepEvents removes what the retention no longer keeps: deliveries that ended,
// and the copies of resources in old events. The audit trail stays.
func (r *Relay) SweepEvents(ctx context.Context) error {
	if r.retention <= 0 {
		return nil
	}
	const batch = 500
	before := r.registry.Now().Add(-r.retention)
	for _, sweep := range []func(context.Context, time.Time, int) (int, error){r.store.SweepDeliveries, r.store.ThinEvents} {
		for {
			n, err := sweep(ctx, before, batch)
			if err != nil {
				return rows.StoreFault(err, "removing what the retention no longer keeps")
			}
			if n < batch {
				break
			}
		}
	}
	return nil
}
