package storetest

import (
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// event makes the n-th event of a story, a second after the one before, so that
// its id follows in order too.
func event(n int) customers.Event {
	return newMaker(tenancy.ID{0xee}, uint64(n), opened.Add(time.Duration(n)*time.Second)).event("customer.updated")
}

// events makes the events from first to last.
func events(first, last int) (list []customers.Event) {
	for n := first; n <= last; n++ {
		list = append(list, event(n))
	}
	return list
}

// withEvents gives a change of the outbox.
func withEvents(list []customers.Event) func(*customers.Customer) {
	return func(c *customers.Customer) { c.Outbox = list }
}

// batches reads all outboxes.
func (h *house) batches() []customers.Batch {
	h.Helper()
	list, err := h.store.Outboxes(h.Context(), 100)
	h.must(err, "reading outboxes")
	return list
}

// batch reads the one batch of a customer.
func (h *house) batch(ref tenancy.Ref) (batch customers.Batch) {
	h.Helper()
	found := 0
	for _, b := range h.batches() {
		if b.Customer == ref {
			batch = b
			found++
		}
	}
	if found != 1 {
		h.Fatalf("there are %d batches of the customer", found)
	}
	return batch
}

// silent tests that a customer has nothing to relay.
func (h *house) silent(ref tenancy.Ref) {
	h.Helper()
	for _, b := range h.batches() {
		if b.Customer == ref {
			h.Fatalf("there are %d events of %s to relay", len(b.Events), ref)
		}
	}
}

// relay moves a batch.
func (h *house) relay(batch customers.Batch) {
	h.Helper()
	h.must(h.store.Relay(h.Context(), batch), "relaying")
}

// logged tests that the log of a customer holds exactly these events, given oldest
// first.
func (h *house) logged(ref tenancy.Ref, want []customers.Event) {
	h.Helper()
	got, err := h.store.Events(h.Context(), customers.EventQuery{Customer: ref, Limit: 100})
	h.must(err, "reading events")
	if diff := Diff(newestFirst(ref, want), append([]customers.LoggedEvent{}, got...)); diff != "" {
		h.Fatalf("the log differs (-want +got):\n%s", diff)
	}
}

func newestFirst(ref tenancy.Ref, list []customers.Event) []customers.LoggedEvent {
	log := []customers.LoggedEvent{}
	for i := range list {
		log = append(log, customers.LoggedEvent{Event: list[len(list)-1-i], Customer: ref})
	}
	return log
}

func relaying() []guarantee {
	return []guarantee{
		{"events of a write wait in their order with whose they are", func(h *house) {
			h.drain()
			c := h.child(h.child(h.a, Bare()), With(withEvents(events(1, 3))))
			want := customers.Batch{Customer: c.Ref(), Path: c.Path, Events: events(1, 3)}
			if diff := Diff([]customers.Batch{want}, h.batches()); diff != "" {
				h.Fatalf("after the insert (-want +got):\n%s", diff)
			}
			more := next(c, withEvents(events(1, 5)))
			h.must(h.store.Replace(h.Context(), more, 1), "replacing")
			want.Events = events(1, 5)
			if diff := Diff([]customers.Batch{want}, h.batches()); diff != "" {
				h.Fatalf("after the replace (-want +got):\n%s", diff)
			}
		}},
		{"a refused write leaves no events", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 1))))
			h.refused(h.store.Replace(h.Context(), next(c, withEvents(events(1, 2))), 7), customers.ErrStale, "replacing")
			h.refused(h.store.Insert(h.Context(), next(c, withEvents(events(1, 3)))), customers.ErrExists, "inserting")
			if diff := Diff(events(1, 1), h.batch(c.Ref()).Events); diff != "" {
				h.Errorf("the outbox differs (-want +got):\n%s", diff)
			}
		}},
		{"no more outboxes come than asked for, and all come in time", func(h *house) {
			h.drain()
			waiting := map[tenancy.Ref]bool{}
			for n := range 7 {
				waiting[h.child([]*customers.Customer{h.a, h.b}[n%2], Bare(), With(withEvents(events(n, n)))).Ref()] = true
			}
			for len(waiting) > 0 {
				list, err := h.store.Outboxes(h.Context(), 3)
				h.must(err, "reading outboxes")
				if len(list) != min(3, len(waiting)) {
					h.Fatalf("%d of %d waiting outboxes came", len(list), len(waiting))
				}
				for _, b := range list {
					if !waiting[b.Customer] {
						h.Fatalf("%s came again", b.Customer)
					}
					delete(waiting, b.Customer)
					h.relay(b)
				}
			}
			if left := h.batches(); len(left) > 0 {
				h.Errorf("%d outboxes are left", len(left))
			}
		}},
		{"a tombstone still relays its events, and its log stays", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 2))))
			h.relay(h.batch(c.Ref()))
			tombstone := Tombstone(used(c, nil))
			tombstone.Outbox = events(3, 3)
			h.must(h.store.Erase(h.Context(), tombstone, c.Version), "erasing")
			h.relay(h.batch(c.Ref()))
			h.silent(c.Ref())
			h.logged(c.Ref(), events(1, 3))
			h.nowhere(c.ID)
		}},
	}
}

// drain relays all that waits.
func (h *house) drain() {
	h.Helper()
	for range 100 {
		list := h.batches()
		if len(list) == 0 {
			return
		}
		for _, b := range list {
			h.relay(b)
		}
	}
	h.Fatal("outboxes do not empty")
}
