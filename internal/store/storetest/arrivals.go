package storetest

import (
	"slices"
	"sync/atomic"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// last returns the place of the event that came in last.
func (e *env) last() int64 {
	e.Helper()
	place, err := e.store.LastArrival(e.Context())
	e.must(err, "reading the end of the log")
	return place
}

// arrived reads on from a place to the end, in pages, for any goroutine.
func (e *env) arrived(q rows.EventQuery, after int64) (ids []tenancy.ID, upTo int64) {
	for {
		list, next, err := e.store.Arrivals(e.Context(), q, after)
		if err != nil || len(list) > q.Limit || next < after {
			e.Errorf("behind %d: %d events up to %d, %v", after, len(list), next, err)
			return ids, after
		}
		for _, one := range list {
			if one.Place <= after || one.Place > next {
				e.Errorf("an event at %d behind %d up to %d", one.Place, after, next)
			}
			ids = append(ids, one.ID)
			after = one.Place
		}
		if after == next && len(list) == 0 {
			return ids, next
		}
		after = next
	}
}

func arriving() []guarantee {
	return []guarantee{
		{"events are read in the order in which they came in, of a tenant, a customer and what is below it, and of nobody else", func(e *env) {
			e.drain()
			trees := e.grove()
			e.drain()
			begin := e.last()
			everyone := []*customers.Customer{e.a, trees[0][0], trees[0][1], trees[0][2], trees[0][3], e.b, trees[1][0], trees[1][1]}
			came := map[*customers.Customer]tenancy.ID{}
			for at, c := range everyone {
				ev := typed(2000-at, []string{"bank.created", "customer.updated"}[at%2]) // each is older than those that came in before it
				e.relay(rows.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{ev}})
				came[c] = ev.ID
			}
			for _, row := range []struct {
				query rows.EventQuery
				want  []*customers.Customer
			}{
				{rows.EventQuery{}, everyone},
				{rows.EventQuery{Tenant: e.a.ID}, everyone[:5]},
				{rows.EventQuery{Tenant: e.a.ID, Under: e.a.ID}, everyone[:5]},
				{rows.EventQuery{Tenant: e.a.ID, Under: trees[0][0].ID}, everyone[1:5]},
				{rows.EventQuery{Tenant: e.a.ID, Under: trees[0][1].ID}, []*customers.Customer{trees[0][1], trees[0][3]}},
				{rows.EventQuery{Tenant: e.b.ID, Under: trees[0][0].ID}, nil},
				{rows.EventQuery{Tenant: e.missing()}, nil},
				{rows.EventQuery{Customer: trees[0][2].Ref()}, everyone[3:4]},
				{rows.EventQuery{Customer: tenancy.Ref{Tenant: e.b.ID, ID: trees[0][2].ID}}, nil},
				{rows.EventQuery{Tenant: e.a.ID, Type: "bank.*"}, []*customers.Customer{everyone[0], everyone[2], everyone[4]}},
				{rows.EventQuery{Tenant: e.a.ID, Type: "customer.updated"}, []*customers.Customer{everyone[1], everyone[3]}},
				{rows.EventQuery{Tenant: e.a.ID, From: event(1998).At, To: event(1999).At}, everyone[1:3]},
			} {
				var want []tenancy.ID
				for _, c := range row.want {
					want = append(want, came[c])
				}
				for _, limit := range []int{1, 2, 100} {
					row.query.Limit = limit
					got, upTo := e.arrived(row.query, begin)
					if diff := Diff(want, got); diff != "" || upTo != e.last() {
						e.Fatalf("%+v reads up to %d others (-want +got):\n%s", row.query, upTo, diff)
					}
				}
			}
		}},
		{"an event that is relayed again and by eight at once came in once", func(e *env) {
			e.drain()
			begin := e.last()
			c := e.child(e.a, With(withEvents(events(1, 3))))
			batch := e.batch(c.Ref())
			together(8, func(int) {
				if err := e.store.Relay(e.Context(), batch); err != nil {
					e.Errorf("relaying: %v", err)
				}
			})
			e.relay(batch)
			got, _ := e.arrived(rows.EventQuery{Limit: 2}, begin)
			if slices.SortFunc(got, compareIDs); !slices.Equal(got, idsOf(events(1, 3))) {
				e.Errorf("%v came in", got)
			}
		}},
		{"readers beside writers and relays, that go on from any place, miss no event and meet none twice", func(e *env) {
			const writers, each = 3, 8
			var writing atomic.Int32
			writing.Store(writers)
			list := make([]*customers.Customer, writers)
			var want []tenancy.ID
			for i := range list {
				list[i] = e.child([]*customers.Customer{e.a, e.b}[i%2])
				want = append(want, idsOf(events(100*i+1, 100*i+each))...)
			}
			e.drain()
			begin := e.last()
			together(writers+3, func(i int) {
				switch {
				case i < writers:
					defer writing.Add(-1)
					for n := each; n >= 1; n-- { // the young before the old
						e.retry(list[i].Ref(), func(c *customers.Customer) {
							c.Outbox = append(append([]customers.Event{}, c.Outbox...), event(100*i+n))
						})
						e.relayOnce(list[i].Ref())
					}
				case i == writers:
					for writing.Load() > 0 {
						for _, c := range list {
							e.relayOnce(c.Ref())
						}
					}
				default:
					q := rows.EventQuery{Limit: i}
					var seen []tenancy.ID
					at, late := begin, begin
					for done := false; !done; {
						done = writing.Load() == 0
						if done {
							for _, c := range list {
								e.relayOnce(c.Ref())
							}
						}
						var more []tenancy.ID
						more, at = e.arrived(q, at)
						seen = append(seen, more...)
						if len(seen)%3 == 0 {
							late = at
						}
					}
					// Going on from a place of earlier reads on as it was read then.
					again, _ := e.arrived(q, late)
					if !slices.Equal(again, seen[len(seen)-len(again):]) {
						e.Errorf("behind %d other events came in the second time", late)
					}
					if slices.SortFunc(seen, compareIDs); !slices.Equal(seen, want) {
						e.Errorf("%d of %d events came in, or some twice", len(seen), len(want))
					}
				}
			})
		}},
		{"a place is never taken again, also after a purge, which is told of before it", func(e *env) {
			e.drain()
			c := e.child(e.a, With(withEvents([]customers.Event{event(-9300), event(-9299), typed(-9298, customers.EventPurged)})))
			e.drain()
			before := e.last()
			for {
				n, err := e.store.PurgeEvents(e.Context(), opened.Add(-time.Hour), 100)
				e.must(err, "purging")
				if n == 0 {
					break
				}
			}
			e.relay(rows.Batch{Customer: c.Ref(), Path: c.Path, Events: events(5, 5)})
			got, _ := e.arrived(rows.EventQuery{Limit: 10}, before)
			if !slices.Equal(got, idsOf(events(5, 5))) {
				e.Errorf("behind the purge %v came in", got)
			}
		}},
	}
}

func compareIDs(a, b tenancy.ID) int { return slices.Compare(a[:], b[:]) }

func idsOf(list []customers.Event) (ids []tenancy.ID) {
	for _, event := range list {
		ids = append(ids, event.ID)
	}
	slices.SortFunc(ids, compareIDs)
	return ids
}
