package storetest

import (
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// walked reads all pages of a query, and lets something happen between two of them.
func (e *env) walked(q rows.EventQuery, between func()) (log []rows.LoggedEvent) {
	e.Helper()
	for range 100 {
		page, err := e.store.Events(e.Context(), q)
		e.must(err, "reading events")
		if len(page) > q.Limit {
			e.Fatalf("a page of %d holds %d events", q.Limit, len(page))
		}
		if len(page) == 0 {
			return log
		}
		log = append(log, page...)
		q.Before = page[len(page)-1].ID
		between()
	}
	e.Fatal("pages do not end")
	return nil
}

// half relays the older half of what a customer has waiting.
func (e *env) half(ref tenancy.Ref) {
	e.Helper()
	for _, b := range e.batches() {
		if b.Customer == ref {
			b.Events = b.Events[:(len(b.Events)+1)/2]
			e.relay(b)
		}
	}
}

func listingWhatWaits() []guarantee {
	return []guarantee{
		{"a list shows at once what waits, before what was relayed, page by page, each event once while a relay moves them", func(e *env) {
			e.drain()
			for at, limit := range []int{1, 2, 3, 100} {
				list := events(100*at+1, 100*at+9)
				c := e.child(e.a, Seed(uint64(at)), With(withEvents(list[:3])))
				sibling := e.child(e.a, Seed(uint64(10+at)), With(withEvents(events(100*at+50, 100*at+50))))
				e.relay(e.batch(c.Ref()))
				e.must(e.store.Replace(e.Context(), next(c, withEvents(list[3:])), c.Version), "replacing")
				got := e.walked(rows.EventQuery{Customer: c.Ref(), Limit: limit}, func() { e.half(c.Ref()) })
				if diff := Diff(newestFirst(c.Ref(), list), got); diff != "" {
					e.Fatalf("pages of %d (-want +got):\n%s", limit, diff)
				}
				e.logged(sibling.Ref(), events(100*at+50, 100*at+50))
				for _, stranger := range e.strangers(c) {
					e.logged(stranger, nil)
				}
			}
		}},
		{"a list of a tree shows at once what waits in it, in order and each once, and nothing of another tree", func(e *env) {
			e.drain()
			trees := e.grove()
			e.drain()
			var of [2][]rows.LoggedEvent
			at := 2000
			for round := range 2 {
				for t, tree := range trees {
					for _, c := range tree {
						at++
						ev := event(at)
						e.retry(c.Ref(), func(c *customers.Customer) { c.Outbox = append(append([]customers.Event{}, c.Outbox...), ev) })
						of[t] = append(of[t], rows.LoggedEvent{Event: ev, Customer: c.Ref()})
					}
				}
				if round == 0 {
					e.drain()
				}
			}
			newest := func(list []rows.LoggedEvent, only func(tenancy.Ref) bool) (want []rows.LoggedEvent) {
				for i := range list {
					if entry := list[len(list)-1-i]; only(entry.Customer) {
						want = append(want, entry)
					}
				}
				return want
			}
			branch := []tenancy.Ref{trees[0][1].Ref(), trees[0][3].Ref()}
			for _, row := range []struct {
				q    rows.EventQuery
				want []rows.LoggedEvent
			}{
				{rows.EventQuery{Tenant: e.a.ID}, newest(of[0], func(tenancy.Ref) bool { return true })},
				{rows.EventQuery{Tenant: e.b.ID, Under: e.b.ID}, newest(of[1], func(tenancy.Ref) bool { return true })},
				{rows.EventQuery{Tenant: e.a.ID, Under: trees[0][1].ID}, newest(of[0], func(ref tenancy.Ref) bool { return ref == branch[0] || ref == branch[1] })},
				{rows.EventQuery{Tenant: e.b.ID, Under: trees[0][1].ID}, nil},
			} {
				row.q.From, row.q.Limit = event(2001).At, 3
				got := e.walked(row.q, func() {})
				if diff := Diff(row.want, got); diff != "" {
					e.Fatalf("%+v (-want +got):\n%s", row.q, diff)
				}
			}
			got := e.walked(rows.EventQuery{Tenant: e.a.ID, From: event(2001).At, Limit: 2}, func() {
				if list := e.batches(); len(list) > 0 {
					e.relay(list[0])
				}
			})
			if diff := Diff(newest(of[0], func(tenancy.Ref) bool { return true }), got); diff != "" {
				e.Fatalf("while a relay moves them (-want +got):\n%s", diff)
			}
		}},
		{"filters and ids find what waits, and an erased customer's too", func(e *env) {
			list := []customers.Event{typed(3001, "bank.created"), typed(3002, "bank.verified"), typed(3003, "customer.updated")}
			c := e.child(e.a, With(withEvents(list)))
			want := func(at ...int) (found []rows.LoggedEvent) {
				for _, i := range at {
					found = append(found, rows.LoggedEvent{Event: list[i], Customer: c.Ref()})
				}
				return found
			}
			e.finds(rows.EventQuery{Customer: c.Ref(), Type: "bank.*"}, want(0, 1)...)
			e.finds(rows.EventQuery{Customer: c.Ref(), Type: "bank.verified"}, want(1)...)
			e.finds(rows.EventQuery{Customer: c.Ref(), From: list[1].At, To: list[1].At}, want(1)...)
			e.finds(rows.EventQuery{Customer: c.Ref(), Type: "bank.*", Before: list[1].ID}, want(0)...)
			e.finds(rows.EventQuery{Tenant: e.a.ID, Under: c.ID, ID: list[2].ID}, want(2)...)
			e.finds(rows.EventQuery{ID: list[0].ID}, want(0)...)
			e.finds(rows.EventQuery{Tenant: e.b.ID, ID: list[2].ID})
			e.finds(rows.EventQuery{Tenant: e.b.ID, Before: list[2].ID})
			tombstone := Tombstone(c)
			list = append(list, typed(3004, customers.EventDeleted))
			tombstone.Outbox = list
			e.must(e.store.Erase(e.Context(), tombstone, c.Version), "erasing")
			e.finds(rows.EventQuery{Tenant: e.a.ID, Under: c.ID}, want(0, 1, 2, 3)...)
			e.must(e.store.Redact(e.Context(), c.Ref()), "redacting")
			e.finds(rows.EventQuery{Tenant: e.a.ID, ID: list[3].ID}, want(3)...) // it tells of nothing else
		}},
	}
}
