package storetest

import (
	"bytes"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// event returns the n-th event of a story, a second after the one before, so that its id
// follows in order too.
func event(n int) customers.Event {
	return newMaker(tenancy.ID{0xee}, uint64(n), opened.Add(time.Duration(n)*time.Second)).event("customer.updated")
}

// events returns the events from first to last.
func events(first, last int) (list []customers.Event) {
	for n := first; n <= last; n++ {
		list = append(list, event(n))
	}
	return list
}

// withEvents returns a change of the outbox.
func withEvents(list []customers.Event) func(*customers.Customer) {
	return func(c *customers.Customer) { c.Outbox = list }
}

// batches reads all outboxes.
func (e *env) batches() []rows.Batch {
	e.Helper()
	list, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 100)
	e.must(err, "reading outboxes")
	return list
}

// batch reads the one batch of a customer.
func (e *env) batch(ref tenancy.Ref) (batch rows.Batch) {
	e.Helper()
	found := 0
	for _, b := range e.batches() {
		if b.Customer == ref {
			batch = b
			found++
		}
	}
	if found != 1 {
		e.Fatalf("there are %d batches of the customer", found)
	}
	return batch
}

// silent tests that a customer has nothing to relay.
func (e *env) silent(ref tenancy.Ref) {
	e.Helper()
	for _, b := range e.batches() {
		if b.Customer == ref {
			e.Fatalf("there are %d events of %s to relay", len(b.Events), ref)
		}
	}
}

// relay moves a batch.
func (e *env) relay(batch rows.Batch) {
	e.Helper()
	e.must(e.store.Relay(e.Context(), batch), "relaying")
}

// logged tests that the log of a customer shows exactly these events, relayed or waiting,
// given oldest first.
func (e *env) logged(ref tenancy.Ref, want []customers.Event) {
	e.Helper()
	got, err := e.store.Events(e.Context(), rows.EventQuery{Customer: ref, Limit: 100})
	e.must(err, "reading events")
	if diff := Diff(newestFirst(ref, want), append([]rows.LoggedEvent{}, got...)); diff != "" {
		e.Fatalf("the log differs (-want +got):\n%s", diff)
	}
}

func newestFirst(ref tenancy.Ref, list []customers.Event) []rows.LoggedEvent {
	log := []rows.LoggedEvent{}
	for i := range list {
		log = append(log, rows.LoggedEvent{Event: list[len(list)-1-i], Customer: ref})
	}
	return log
}

func relaying() []guarantee {
	return []guarantee{
		{"events of a write wait in their order with whose they are", func(e *env) {
			e.drain()
			c := e.child(e.child(e.a, Bare()), With(withEvents(events(1, 3))))
			want := rows.Batch{Customer: c.Ref(), Path: c.Path, Events: events(1, 3)}
			if diff := Diff([]rows.Batch{want}, e.batches()); diff != "" {
				e.Fatalf("after the insert (-want +got):\n%s", diff)
			}
			more := next(c, withEvents(events(1, 5)))
			e.must(e.store.Replace(e.Context(), more, 1), "replacing")
			want.Events = events(1, 5)
			if diff := Diff([]rows.Batch{want}, e.batches()); diff != "" {
				e.Fatalf("after the replace (-want +got):\n%s", diff)
			}
		}},
		{"a refused write leaves no events", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 1))))
			e.refused(e.store.Replace(e.Context(), next(c, withEvents(events(1, 2))), 7), rows.ErrStale, "replacing")
			e.refused(e.store.Insert(e.Context(), next(c, withEvents(events(1, 3)))), rows.ErrExists, "inserting")
			if diff := Diff(events(1, 1), e.batch(c.Ref()).Events); diff != "" {
				e.Errorf("the outbox differs (-want +got):\n%s", diff)
			}
		}},
		{"no more outboxes come than asked for, and all come in time", func(e *env) {
			e.drain()
			waiting := map[tenancy.Ref]bool{}
			for n := range 7 {
				waiting[e.child([]*customers.Customer{e.a, e.b}[n%2], Bare(), With(withEvents(events(n, n)))).Ref()] = true
			}
			for len(waiting) > 0 {
				list, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 3)
				e.must(err, "reading outboxes")
				if len(list) != min(3, len(waiting)) {
					e.Fatalf("%d of %d waiting outboxes came", len(list), len(waiting))
				}
				for _, b := range list {
					if !waiting[b.Customer] {
						e.Fatalf("%s came again", b.Customer)
					}
					delete(waiting, b.Customer)
					e.relay(b)
				}
			}
			if left := e.batches(); len(left) > 0 {
				e.Errorf("%d outboxes are left", len(left))
			}
		}},
		{"outboxes are read by slots, each in one of them", func(e *env) {
			e.drain()
			var want []tenancy.Ref
			for n := range 12 {
				want = append(want, e.child([]*customers.Customer{e.a, e.b}[n%2], Bare(), With(withEvents(events(n, n)))).Ref())
			}
			var got []tenancy.Ref
			for slot := range tenancy.SlotCount {
				of := tenancy.Slots(0).With(slot)
				list, err := e.store.Outboxes(e.Context(), of, 100)
				e.must(err, "reading the outboxes of a slot")
				for _, b := range list {
					if got = append(got, b.Customer); !of.Has(b.Customer.ID.Slot()) {
						e.Errorf("%s came with slot %d", b.Customer, slot)
					}
				}
			}
			byID := func(x, y tenancy.Ref) int { return bytes.Compare(x.ID[:], y.ID[:]) }
			slices.SortFunc(want, byID)
			slices.SortFunc(got, byID)
			if !slices.Equal(want, got) {
				e.Errorf("of %d customers, %d came: %v", len(want), len(got), got)
			}
			_, err := e.store.AddEvent(e.Context(), want[0], event(77))
			e.must(err, "adding an event")
			half := tenancy.Slots(0).With(want[0].ID.Slot())
			list, err := e.store.Outboxes(e.Context(), half, 1)
			e.must(err, "reading the outboxes of a slot")
			if len(list) != 1 {
				e.Errorf("%d outboxes came", len(list))
			}
		}},
		{"a tombstone still relays its events, and its log stays", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 2))))
			e.relay(e.batch(c.Ref()))
			tombstone := Tombstone(used(c, nil))
			tombstone.Outbox = events(3, 3)
			e.must(e.store.Erase(e.Context(), tombstone, c.Version), "erasing")
			e.relay(e.batch(c.Ref()))
			e.silent(c.Ref())
			e.logged(c.Ref(), events(1, 3))
			e.nowhere(c.ID)
		}},
	}
}

// drain relays all waiting events.
func (e *env) drain() {
	e.Helper()
	for range 100 {
		list := e.batches()
		if len(list) == 0 {
			return
		}
		for _, b := range list {
			e.relay(b)
		}
	}
	e.Fatal("outboxes do not empty")
}
