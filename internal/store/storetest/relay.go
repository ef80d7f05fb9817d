package storetest

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

func relayingAgain() []guarantee {
	return []guarantee{
		{"a relay empties the outbox into the log and leaves the rest as it was", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 3))))
			h.logged(c.Ref(), nil)
			h.relay(h.batch(c.Ref()))
			h.silent(c.Ref())
			h.logged(c.Ref(), events(1, 3))
			want := *c
			want.Outbox = nil
			h.stands(&want)
		}},
		{"relaying again, also what a racing write brought back, logs every event once", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 3))))
			batch := h.batch(c.Ref())
			h.relay(batch)
			h.relay(batch)
			h.logged(c.Ref(), events(1, 3))
			back := next(c, withEvents(events(1, 4)))
			h.must(h.store.Replace(h.Context(), back, c.Version), "replacing with the old outbox")
			h.relay(h.batch(c.Ref()))
			h.relay(batch)
			h.silent(c.Ref())
			h.logged(c.Ref(), events(1, 4))
		}},
		{"events added after the batch was read stay for the next", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 2))))
			batch := h.batch(c.Ref())
			more := next(c, withEvents(events(1, 4)))
			h.must(h.store.Replace(h.Context(), more, c.Version), "replacing")
			h.relay(batch)
			h.logged(c.Ref(), events(1, 2))
			want := *more
			want.Outbox = events(3, 4)
			h.stands(&want)
			h.relay(h.batch(c.Ref()))
			h.logged(c.Ref(), events(1, 4))
		}},
		{"a batch under another tenant takes nothing from the outbox", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 2))))
			batch := h.batch(c.Ref())
			for _, stranger := range h.strangers(c) {
				_ = h.store.Relay(h.Context(), customers.Batch{Customer: stranger, Path: batch.Path, Events: batch.Events}) // it may refuse
				h.stands(c)
			}
			h.logged(c.Ref(), nil)
		}},
		{"eight relays of one batch log every event once", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 3))))
			batch := h.batch(c.Ref())
			together(8, func(int) {
				if err := h.store.Relay(h.Context(), batch); err != nil {
					h.Errorf("relaying: %v", err)
				}
			})
			h.silent(c.Ref())
			h.logged(c.Ref(), events(1, 3))
		}},
		{"relays racing writes lose and repeat no event", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 1))))
			const last = 16
			together(2, func(i int) {
				if i == 0 {
					for n := 2; n <= last; n++ {
						h.retry(c.Ref(), func(c *customers.Customer) {
							c.Outbox = append(append([]customers.Event{}, c.Outbox...), event(n))
						})
					}
					return
				}
				for range last {
					h.relayOnce(c.Ref())
				}
			})
			h.drain()
			h.logged(c.Ref(), events(1, last))
			if got := h.get(c.Ref()); got.Version != last || len(got.Outbox) > 0 {
				h.Errorf("the version is %d, %d events wait", got.Version, len(got.Outbox))
			}
		}},
	}
}

// relayOnce relays what a customer has waiting, if anything; for any goroutine.
func (h *house) relayOnce(ref tenancy.Ref) {
	list, err := h.store.Outboxes(h.Context(), 100)
	if err != nil {
		h.Errorf("reading outboxes: %v", err)
	}
	for _, b := range list {
		if b.Customer == ref {
			if err := h.store.Relay(h.Context(), b); err != nil {
				h.Errorf("relaying: %v", err)
			}
		}
	}
}

func eventsPaging() []guarantee {
	return []guarantee{
		{"the log is read newest first, page by page, each event once", func(h *house) {
			c := h.child(h.a, With(withEvents(events(1, 4))))
			h.relay(h.batch(c.Ref()))
			more := next(c, withEvents(events(5, 11)))
			h.must(h.store.Replace(h.Context(), more, c.Version), "replacing")
			h.relay(h.batch(c.Ref()))
			for _, limit := range []int{1, 4, 10, 11, 100} {
				var log []customers.LoggedEvent
				q := customers.EventQuery{Customer: c.Ref(), Limit: limit}
				for len(log) <= 11 {
					page, err := h.store.Events(h.Context(), q)
					h.must(err, "reading events")
					if len(page) > limit {
						h.Fatalf("a page of %d holds %d events", limit, len(page))
					}
					if len(page) == 0 {
						break
					}
					log = append(log, page...)
					q.Before = page[len(page)-1].ID
				}
				if diff := Diff(newestFirst(c.Ref(), events(1, 11)), log); diff != "" {
					h.Fatalf("pages of %d (-want +got):\n%s", limit, diff)
				}
			}
		}},
		{"nobody else's log shows an event, be it of another tenant or a sibling", func(h *house) {
			c, sibling, other := h.child(h.a, With(withEvents(events(1, 2)))), h.child(h.a, Bare()), h.child(h.b, With(withEvents(events(3, 4))))
			h.drain()
			for _, ref := range append(h.strangers(c), sibling.Ref()) {
				h.logged(ref, nil)
				page, err := h.store.Events(h.Context(), customers.EventQuery{Customer: ref, Before: event(2).ID, Limit: 100})
				h.must(err, "reading events")
				if len(page) > 0 {
					h.Errorf("%d events of another customer came", len(page))
				}
			}
			h.logged(c.Ref(), events(1, 2))
			h.logged(other.Ref(), events(3, 4))
		}},
		{"nothing follows an event of somebody else, or of nobody", func(h *house) {
			c, sibling := h.child(h.a, With(withEvents(events(1, 2)))), h.child(h.a, With(withEvents(events(3, 3))))
			other := h.child(h.b, With(withEvents(events(4, 4))))
			h.drain()
			for _, before := range []tenancy.ID{event(3).ID, event(4).ID, event(5).ID} {
				page, err := h.store.Events(h.Context(), customers.EventQuery{Customer: c.Ref(), Before: before, Limit: 100})
				h.must(err, "reading events")
				if len(page) > 0 {
					h.Errorf("%d events came behind an event that is not the customer's", len(page))
				}
			}
			h.logged(c.Ref(), events(1, 2))
			h.logged(sibling.Ref(), events(3, 3))
			h.logged(other.Ref(), events(4, 4))
		}},
		{"events of one moment are all paged through once", func(h *house) {
			var list []customers.Event
			for n := range 9 {
				list = append(list, newMaker(tenancy.ID{0xdd}, uint64(n), opened).event("customer.updated"))
			}
			c := h.child(h.a, With(withEvents(list)))
			h.relay(h.batch(c.Ref()))
			seen := map[tenancy.ID]bool{}
			q := customers.EventQuery{Customer: c.Ref(), Limit: 2}
			for range list {
				page, err := h.store.Events(h.Context(), q)
				h.must(err, "reading events")
				for _, e := range page {
					if seen[e.ID] {
						h.Fatal("an event came twice")
					}
					seen[e.ID] = true
					q.Before = e.ID
				}
			}
			if len(seen) != len(list) {
				h.Errorf("%d of %d events came", len(seen), len(list))
			}
		}},
	}
}
