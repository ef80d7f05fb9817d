package storetest

import (
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func relayingAgain() []guarantee {
	return []guarantee{
		{"a relay empties the outbox into the log and leaves the rest as it was", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 3))))
			e.logged(c.Ref(), events(1, 3))
			e.relay(e.batch(c.Ref()))
			e.silent(c.Ref())
			e.logged(c.Ref(), events(1, 3))
			want := *c
			want.Outbox = nil
			e.stands(&want)
		}},
		{"relaying again, also what a racing write brought back, logs every event once", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 3))))
			batch := e.batch(c.Ref())
			e.relay(batch)
			e.relay(batch)
			e.logged(c.Ref(), events(1, 3))
			back := next(c, withEvents(events(1, 4)))
			e.must(e.store.Replace(e.Context(), back, c.Version), "replacing with the old outbox")
			e.relay(e.batch(c.Ref()))
			e.relay(batch)
			e.silent(c.Ref())
			e.logged(c.Ref(), events(1, 4))
		}},
		{"events added after the batch was read stay for the next", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 2))))
			batch := e.batch(c.Ref())
			more := next(c, withEvents(events(1, 4)))
			e.must(e.store.Replace(e.Context(), more, c.Version), "replacing")
			e.relay(batch)
			e.logged(c.Ref(), events(1, 4))
			want := *more
			want.Outbox = events(3, 4)
			e.stands(&want)
			e.relay(e.batch(c.Ref()))
			e.logged(c.Ref(), events(1, 4))
		}},
		{"outboxes of many customers are relayed together, each as far as it was read", func(e *env) {
			same, grown := e.child(e.a, With(withEvents(events(1, 2)))), e.child(e.a, Bare(), With(withEvents(events(3, 3))))
			other, back := e.child(e.b, With(withEvents(events(5, 6)))), e.child(e.b, Bare(), With(withEvents(events(7, 7))))
			batches := []rows.Batch{e.batch(same.Ref()), e.batch(grown.Ref()), e.batch(other.Ref()), e.batch(back.Ref())}
			batches = append(batches, rows.Batch{Customer: tenancy.Ref{Tenant: e.b.ID, ID: same.ID}, Path: same.Path})
			e.relay(batches[3]) // a relay before this one ended between two steps
			more := next(grown, withEvents(events(3, 4)))
			e.must(e.store.Replace(e.Context(), more, grown.Version), "replacing")
			for range 2 {
				e.must(e.store.Relay(e.Context(), batches...), "relaying")
				for _, c := range []*customers.Customer{same, other, back} {
					e.silent(c.Ref())
				}
				if diff := Diff(events(4, 4), e.batch(grown.Ref()).Events); diff != "" {
					e.Fatalf("what came meanwhile differs (-want +got):\n%s", diff)
				}
			}
			e.logged(same.Ref(), events(1, 2))
			e.logged(grown.Ref(), events(3, 4))
			e.logged(other.Ref(), events(5, 6))
			e.logged(back.Ref(), events(7, 7))
			want := *more
			want.Outbox = events(4, 4)
			e.stands(&want)
		}},
		{"a batch under another tenant takes nothing from the outbox", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 2))))
			batch := e.batch(c.Ref())
			for _, stranger := range e.strangers(c) {
				_ = e.store.Relay(e.Context(), rows.Batch{Customer: stranger, Path: batch.Path, Events: batch.Events}) // it may refuse
				e.stands(c)
			}
			e.logged(c.Ref(), events(1, 2))
		}},
		{"eight relays of one batch log every event once", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 3))))
			batch := e.batch(c.Ref())
			together(8, func(int) {
				if err := e.store.Relay(e.Context(), batch); err != nil {
					e.Errorf("relaying: %v", err)
				}
			})
			e.silent(c.Ref())
			e.logged(c.Ref(), events(1, 3))
		}},
		{"relays racing writes lose and repeat no event", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 1))))
			const last = 16
			together(2, func(i int) {
				if i == 0 {
					for n := 2; n <= last; n++ {
						e.retry(c.Ref(), func(c *customers.Customer) {
							c.Outbox = append(append([]customers.Event{}, c.Outbox...), event(n))
						})
					}
					return
				}
				for range last {
					e.relayOnce(c.Ref())
				}
			})
			e.drain()
			e.logged(c.Ref(), events(1, last))
			if got := e.get(c.Ref()); got.Version != last || len(got.Outbox) > 0 {
				e.Errorf("the version is %d, %d events wait", got.Version, len(got.Outbox))
			}
		}},
	}
}

// relayOnce relays the waiting events of a customer, if any; for any goroutine.
func (e *env) relayOnce(ref tenancy.Ref) {
	list, err := e.store.Outboxes(e.Context(), tenancy.AllSlots, 100)
	if err != nil {
		e.Errorf("reading outboxes: %v", err)
	}
	for _, b := range list {
		if b.Customer == ref {
			if err := e.store.Relay(e.Context(), b); err != nil {
				e.Errorf("relaying: %v", err)
			}
		}
	}
}

func eventsPaging() []guarantee {
	return []guarantee{
		{"the log is read newest first, page by page, each event once", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 4))))
			e.relay(e.batch(c.Ref()))
			more := next(c, withEvents(events(5, 11)))
			e.must(e.store.Replace(e.Context(), more, c.Version), "replacing")
			e.relay(e.batch(c.Ref()))
			for _, limit := range []int{1, 4, 10, 11, 100} {
				var log []rows.LoggedEvent
				q := rows.EventQuery{Customer: c.Ref(), Limit: limit}
				for len(log) <= 11 {
					page, err := e.store.Events(e.Context(), q)
					e.must(err, "reading events")
					if len(page) > limit {
						e.Fatalf("a page of %d holds %d events", limit, len(page))
					}
					if len(page) == 0 {
						break
					}
					log = append(log, page...)
					q.Before = page[len(page)-1].ID
				}
				if diff := Diff(newestFirst(c.Ref(), events(1, 11)), log); diff != "" {
					e.Fatalf("pages of %d (-want +got):\n%s", limit, diff)
				}
			}
		}},
		{"nobody else's log shows an event, be it of another tenant or a sibling", func(e *env) {
			c, sibling, other := e.child(e.a, With(withEvents(events(1, 2)))), e.child(e.a, Bare()), e.child(e.b, With(withEvents(events(3, 4))))
			e.drain()
			for _, ref := range append(e.strangers(c), sibling.Ref()) {
				e.logged(ref, nil)
				page, err := e.store.Events(e.Context(), rows.EventQuery{Customer: ref, Before: event(2).ID, Limit: 100})
				e.must(err, "reading events")
				if len(page) > 0 {
					e.Errorf("%d events of another customer came", len(page))
				}
			}
			e.logged(c.Ref(), events(1, 2))
			e.logged(other.Ref(), events(3, 4))
		}},
		{"nothing follows an event of somebody else, or of nobody", func(e *env) {
			c, sibling := e.child(e.a, With(withEvents(events(1, 2)))), e.child(e.a, With(withEvents(events(3, 3))))
			other := e.child(e.b, With(withEvents(events(4, 4))))
			e.drain()
			for _, before := range []tenancy.ID{event(3).ID, event(4).ID, event(5).ID} {
				page, err := e.store.Events(e.Context(), rows.EventQuery{Customer: c.Ref(), Before: before, Limit: 100})
				e.must(err, "reading events")
				if len(page) > 0 {
					e.Errorf("%d events came behind an event that is not the customer's", len(page))
				}
			}
			e.logged(c.Ref(), events(1, 2))
			e.logged(sibling.Ref(), events(3, 3))
			e.logged(other.Ref(), events(4, 4))
		}},
		{"events of one moment are all paged through once", func(e *env) {
			var list []customers.Event
			for n := range 9 {
				list = append(list, newMaker(tenancy.ID{0xdd}, uint64(n), opened).event("customer.updated"))
			}
			c := e.child(e.a, With(withEvents(list)))
			e.relay(e.batch(c.Ref()))
			seen := map[tenancy.ID]bool{}
			q := rows.EventQuery{Customer: c.Ref(), Limit: 2}
			for range list {
				page, err := e.store.Events(e.Context(), q)
				e.must(err, "reading events")
				for _, ev := range page {
					if seen[ev.ID] {
						e.Fatal("an event came twice")
					}
					seen[ev.ID] = true
					q.Before = ev.ID
				}
			}
			if len(seen) != len(list) {
				e.Errorf("%d of %d events came", len(seen), len(list))
			}
		}},
	}
}
