package webhooks

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/turns"
	"tenantry/tenancy"
)

// How often the background work runs.
const (
	sweepEvery = 10 * time.Minute
	relayBatch = 100
	// mostRelaysAtOnce bounds in how many parts a backlog is relayed at once, and fewRelayed
	// how many customers one of them is for.
	mostRelaysAtOnce = 8
	fewRelayed       = 25
	// fullOutbox is how many waiting events of one customer do not wait for the
	// next turn.
	fullOutbox = 16
)

// relayPace is how often outboxes are read. What this process writes wakes a relay that
// rests, so only what others leave waits for the end of a long rest.
var relayPace = turns.Pace{Busy: time.Second, Idle: 5 * time.Second}

// Run relays events out of the customers, and removes what the retention no longer
// keeps, until ctx ends. The two do not wait for each other. Where several processes work
// on a store, each relays its share, and one of them removes. Faults of the store go to
// report, which may be called from several goroutines, and the work is tried again at the
// next turn.
func (r *Relay) Run(ctx context.Context, report func(error)) {
	share := everything
	var work sync.WaitGroup
	defer work.Wait()
	if !r.exclusive {
		self, err := tenancy.NewID(r.registry.Now(), r.random)
		if err != nil {
			report(err)
			return
		}
		among := &shares{store: r.store, now: r.registry.Now, self: self}
		r.among.Store(among)
		share = among.slots
		work.Go(func() { among.keep(ctx, report, r.rouse) })
	}
	work.Go(func() {
		turns.Paced(ctx, relayPace, r.written, report, r.inTurns(share))
	})
	work.Go(func() {
		turns.Every(ctx, sweepEvery, report, func(ctx context.Context) error {
			if leads, err := r.Leads(ctx); err != nil || !leads {
				return err
			}
			return r.SweepEvents(ctx)
		})
	})
}

// inTurns returns the work of a turn of the relay. After a turn that found nothing it takes
// the slots in which this process wrote beside its share: their own process may rest. Both
// may relay the same then, which does no harm; while there is much to do none takes from
// another.
func (r *Relay) inTurns(share func(context.Context) (tenancy.Slots, error)) func(context.Context) (bool, error) {
	rested := true
	return func(ctx context.Context) (bool, error) {
		written := tenancy.Slots(r.fresh.Swap(0))
		if !rested {
			written = 0
		}
		moved, err := r.relayShare(ctx, func(ctx context.Context) (tenancy.Slots, error) {
			mine, err := share(ctx)
			return mine | written, err
		})
		rested = moved == 0
		return moved > 0, err
	}
}

// noteEvents wakes the relay for events that this process wrote.
func (r *Relay) noteEvents(c *customers.Customer) {
	r.fresh.Or(uint64(tenancy.Slots(0).With(c.ID.Slot())))
	r.rouse()
}

// rouse ends the rest of the relay.
func (r *Relay) rouse() {
	select {
	case r.written <- struct{}{}:
	default: // it is woken already
	}
}

// Share returns the slots whose work this process does: all of them where it works alone,
// and before Run.
func (r *Relay) Share(ctx context.Context) (tenancy.Slots, error) {
	if among := r.among.Load(); among != nil {
		return among.slots(ctx)
	}
	return everything(ctx)
}

// Leads reports whether this process is the one that does what all processes of a store
// need done once, as asking a provider that is paid for each question: the one that relays
// the first slot. Two may lead for the seconds in which one joins. Nobody leads before Run.
func (r *Relay) Leads(ctx context.Context) (bool, error) {
	if r.exclusive {
		return true, nil
	}
	among := r.among.Load()
	if among == nil {
		return false, nil
	}
	slots, err := among.slots(ctx)
	return slots.Has(0), err
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
	return r.relayShare(ctx, everything)
}

// everything is the share of a process that works alone.
func everything(context.Context) (tenancy.Slots, error) { return tenancy.AllSlots, nil }

// relayShare is RelayEvents for a share of the slots, which it asks for again before each
// reading of outboxes: it may change while a backlog lasts.
func (r *Relay) relayShare(ctx context.Context, share func(context.Context) (tenancy.Slots, error)) (int, error) {
	moved, most := 0, r.relaysAtOnce()*relayBatch
	for {
		slots, err := share(ctx)
		if err != nil {
			return moved, err
		}
		batches, err := r.store.Outboxes(ctx, slots, most)
		if err != nil {
			return moved, rows.StoreFault(err, "reading outboxes")
		}
		n, err := r.relayTogether(ctx, batches)
		moved += n
		if n > 0 {
			r.wake()
		}
		if len(batches) < most || n == 0 {
			if err == nil {
				r.ran.Store(r.registry.Now().UnixMilli())
			}
			return moved, err
		}
	}
}

// relaysAtOnce returns how many batches are relayed at once: one where the store makes one
// write after another, for this process alone. A store that writes for several gives one
// connection no more of itself than each of those that make a backlog grow.
func (r *Relay) relaysAtOnce() int {
	if r.exclusive {
		return 1
	}
	return mostRelaysAtOnce
}

// relayTogether moves batches: as many as go together with the fewest requests, and more than
// these at once in parts. Each part goes on whatever becomes of the others.
func (r *Relay) relayTogether(ctx context.Context, batches []rows.Batch) (moved int, err error) {
	if len(batches) == 0 {
		return 0, nil
	}
	parts := 1
	if len(batches) > relayBatch {
		parts = min(r.relaysAtOnce(), (len(batches)+fewRelayed-1)/fewRelayed)
	}
	var mu sync.Mutex
	var work sync.WaitGroup
	for part := range slices.Chunk(batches, (len(batches)+parts-1)/parts) {
		work.Go(func() {
			n, failed := r.relayAll(ctx, part)
			mu.Lock()
			defer mu.Unlock()
			moved, err = moved+n, errors.Join(err, failed)
		})
	}
	work.Wait()
	return moved, err
}

// relayAll moves batches together. When that fails it tries each half by itself, down to
// those that cannot be moved, so that they cost the others a few more requests and no
// more. It returns how many events it moved.
func (r *Relay) relayAll(ctx context.Context, batches []rows.Batch) (moved int, err error) {
	if len(batches) == 0 {
		return 0, nil
	}
	if err := r.relay(ctx, batches...); err == nil {
		for _, batch := range batches {
			moved += len(batch.Events)
		}
		return moved, nil
	} else if len(batches) == 1 || ctx.Err() != nil {
		return 0, err
	}
	half := len(batches) / 2
	first, failed := r.relayAll(ctx, batches[:half])
	second, err := r.relayAll(ctx, batches[half:])
	return first + second, errors.Join(failed, err)
}

// LastRun returns when this process last relayed all that waited; zero for not since its
// start.
func (r *Relay) LastRun() time.Time {
	if ran := r.ran.Load(); ran > 0 {
		return time.UnixMilli(ran)
	}
	return time.Time{}
}

// relay moves batches, with their deliveries. The deliveries are stored first, under ids
// that follow from what they are about: after a crash at any point the next turn finds
// the events again and makes nothing twice. With the event of an erased customer, what
// its earlier events show is erased too.
func (r *Relay) relay(ctx context.Context, batches ...rows.Batch) error {
	for _, batch := range batches {
		if err := r.prepare(ctx, batch); err != nil {
			return err
		}
	}
	list, err := r.deliveriesOf(ctx, batches)
	if err == nil && len(list) > 0 {
		err = r.store.AddDeliveries(ctx, list)
	}
	if err == nil {
		err = r.store.Relay(ctx, batches...)
	}
	if err != nil && len(batches) == 1 {
		return rows.StoreFault(err, "relaying the events of "+batches[0].Customer.String())
	}
	return rows.StoreFault(err, "relaying events")
}

// prepare does what must be done before the events of a batch go on.
func (r *Relay) prepare(ctx context.Context, batch rows.Batch) error {
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
	return nil
}

// relayFull moves the events of a customer that was just written when many wait:
// the record is written again with each change, so they must not pile up. A
// failure is left to the next turn of the relay.
func (r *Relay) relayFull(ctx context.Context, _, c *customers.Customer) {
	if len(c.Outbox) >= fullOutbox {
		_ = r.relay(ctx, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
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
