package storetest

import (
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// numbered returns the events as they stand once they got these numbers.
func numbered(first int64, list []customers.Event) []customers.Event {
	list = slices.Clone(list)
	for i := range list {
		list[i].Number = first + int64(i)
	}
	return list
}

func auditing() []guarantee {
	return []guarantee{
		{"an event of no change gets the next number and waits in the outbox, and the version stays", func(e *env) {
			c := e.child(e.a, With(func(c *customers.Customer) { c.EventCount, c.AuditCount, c.Outbox = 1, 0, numbered(1, events(1, 1)) }))
			sibling := e.child(e.a, Bare(), Seed(1))
			for n := 2; n <= 3; n++ {
				added, err := e.store.AddEvent(e.Context(), c.Ref(), event(n))
				e.must(err, "adding an event")
				if diff := Diff(numbered(int64(n), events(n, n))[0], added); diff != "" {
					e.Errorf("what was added (-want +got):\n%s", diff)
				}
			}
			want := *c
			want.EventCount, want.AuditCount, want.Outbox = 3, 2, numbered(1, events(1, 3))
			e.stands(&want)
			e.stands(sibling)
			if diff := Diff(rows.Batch{Customer: c.Ref(), Path: c.Path, Events: want.Outbox}, e.batch(c.Ref())); diff != "" {
				e.Errorf("what waits (-want +got):\n%s", diff)
			}
			e.relay(e.batch(c.Ref()))
			e.logged(c.Ref(), want.Outbox)
		}},
		{"an event is added to a living customer of its tenant alone", func(e *env) {
			c := e.child(e.a, Bare())
			gone := e.child(e.a, Bare(), Seed(1))
			e.erase(gone)
			for _, stranger := range append(e.strangers(c), gone.Ref()) {
				_, err := e.store.AddEvent(e.Context(), stranger, event(1))
				e.refused(err, rows.ErrNotFound, "adding an event")
			}
			e.stands(c)
		}},
		{"a write of a record that was read before an event of no change is refused, and loses none", func(e *env) {
			c := e.child(e.a, Bare())
			before := e.get(c.Ref())
			_, err := e.store.AddEvent(e.Context(), c.Ref(), event(1))
			e.must(err, "adding an event")
			e.refused(e.store.Replace(e.Context(), next(before, func(*customers.Customer) {}), before.Version), rows.ErrStale, "replacing")
			e.refused(e.store.Erase(e.Context(), Tombstone(before), before.Version), rows.ErrStale, "erasing")
			if now := e.get(c.Ref()); now.EventCount != before.EventCount+1 || now.Version != before.Version {
				e.Errorf("the record has %d events and version %d", now.EventCount, now.Version)
			}
			now := e.get(c.Ref())
			e.must(e.store.Replace(e.Context(), next(now, func(*customers.Customer) {}), now.Version), "replacing what was read anew")
			now = e.get(c.Ref())
			e.erase(now)
		}},
		{"of changes and events of no change at once each gets a number of its own, and no number is left out", func(e *env) {
			c := e.child(e.a, Bare())
			const writers, each = 4, 5
			together(writers, func(w int) {
				for n := range each {
					added := event(100*w + n + 1)
					if w%2 > 0 {
						e.retry(c.Ref(), func(c *customers.Customer) {
							c.EventCount++
							added.Number = c.EventCount
							c.Outbox = append(slices.Clone(c.Outbox), added)
						})
					} else if _, err := e.store.AddEvent(e.Context(), c.Ref(), added); err != nil {
						e.Errorf("adding an event: %v", err)
					}
				}
			})
			now, numbers, ids := e.get(c.Ref()), []int64{}, map[tenancy.ID]bool{}
			for _, event := range now.Outbox {
				numbers, ids[event.ID] = append(numbers, event.Number), true
			}
			slices.Sort(numbers)
			for i, number := range numbers {
				if number != int64(i+1) {
					e.Fatalf("the numbers are %v", numbers)
				}
			}
			if len(numbers) != writers*each || len(ids) != writers*each || now.EventCount != writers*each || now.AuditCount != writers/2*each {
				e.Errorf("%d events, %d ids, counts %d and %d", len(numbers), len(ids), now.EventCount, now.AuditCount)
			}
		}},
	}
}
