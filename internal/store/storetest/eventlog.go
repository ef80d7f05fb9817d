package storetest

import (
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// typed returns the n-th event of a story with a type.
func typed(n int, kind string) customers.Event {
	ev := event(n)
	ev.Type = kind
	return ev
}

// finds tests that a query finds exactly these events, given oldest first.
func (e *env) finds(q rows.EventQuery, want ...rows.LoggedEvent) {
	e.Helper()
	q.Limit = 100
	got, err := e.store.Events(e.Context(), q)
	e.must(err, "reading events")
	list := []rows.LoggedEvent{}
	for i := range want {
		list = append(list, want[len(want)-1-i])
	}
	if diff := Diff(list, append([]rows.LoggedEvent{}, got...)); diff != "" {
		e.Fatalf("%+v finds others (-want +got):\n%s", q, diff)
	}
}

func eventsReaching() []guarantee {
	return []guarantee{
		{"a page reaches a customer and what is below it, a tenant or everyone, and nobody else", func(e *env) {
			e.drain()
			trees := e.grove()
			at := 0
			log := map[*customers.Customer]rows.LoggedEvent{}
			everyone := []*customers.Customer{e.a, trees[0][0], trees[0][1], trees[0][2], trees[0][3], e.b, trees[1][0], trees[1][1], trees[1][2], trees[1][3]}
			e.drain()
			for _, c := range everyone {
				at++
				ev := event(1000 + at)
				e.relay(rows.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{ev}})
				log[c] = rows.LoggedEvent{Event: ev, Customer: c.Ref()}
			}
			of := func(list ...*customers.Customer) (want []rows.LoggedEvent) {
				for _, c := range list {
					want = append(want, log[c])
				}
				return want
			}
			from := event(1001).At
			for _, row := range []struct {
				tenant, under tenancy.ID
				want          []*customers.Customer
			}{
				{e.a.ID, tenancy.ID{}, everyone[:5]},
				{e.a.ID, e.a.ID, everyone[:5]},
				{e.a.ID, trees[0][0].ID, everyone[1:5]},
				{e.a.ID, trees[0][1].ID, []*customers.Customer{trees[0][1], trees[0][3]}},
				{e.a.ID, trees[0][3].ID, []*customers.Customer{trees[0][3]}},
				{e.a.ID, trees[1][0].ID, nil},
				{e.a.ID, e.b.ID, nil},
				{e.b.ID, trees[0][0].ID, nil},
				{e.missing(), tenancy.ID{}, nil},
				{tenancy.ID{}, tenancy.ID{}, everyone},
			} {
				e.finds(rows.EventQuery{Tenant: row.tenant, Under: row.under, From: from}, of(row.want...)...)
			}
		}},
	}
}

func eventsFiltering() []guarantee {
	return []guarantee{
		{"types, beginnings of types, moments and one id narrow a page", func(e *env) {
			list := []customers.Event{typed(11, "bank.created"), typed(12, "bank.verified"), typed(13, "bank_x.verified"), typed(14, "customer.updated")}
			c := e.child(e.a, Bare(), With(withEvents(list)))
			e.drain()
			logged := func(at ...int) (want []rows.LoggedEvent) {
				for _, i := range at {
					want = append(want, rows.LoggedEvent{Event: list[i], Customer: c.Ref()})
				}
				return want
			}
			mine := rows.EventQuery{Customer: c.Ref()}
			with := func(change func(q *rows.EventQuery)) rows.EventQuery {
				q := mine
				change(&q)
				return q
			}
			e.finds(with(func(q *rows.EventQuery) { q.Type = "bank.verified" }), logged(1)...)
			e.finds(with(func(q *rows.EventQuery) { q.Type = "bank.*" }), logged(0, 1)...)
			e.finds(with(func(q *rows.EventQuery) { q.Type = "bank" }))
			e.finds(with(func(q *rows.EventQuery) { q.Type = "Bank.*" }))
			e.finds(with(func(q *rows.EventQuery) { q.Type = "b%*" }))
			e.finds(with(func(q *rows.EventQuery) { q.Type = "b.*" }))
			e.finds(with(func(q *rows.EventQuery) { q.Type = "*" }), logged(0, 1, 2, 3)...)
			e.finds(with(func(q *rows.EventQuery) { q.From, q.To = list[1].At, list[2].At }), logged(1, 2)...)
			e.finds(with(func(q *rows.EventQuery) { q.From = list[3].At.Add(time.Millisecond) }))
			e.finds(with(func(q *rows.EventQuery) { q.ID = list[2].ID }), logged(2)...)
			e.finds(rows.EventQuery{Tenant: e.a.ID, Under: c.ID, ID: list[2].ID}, logged(2)...)
			e.finds(rows.EventQuery{Tenant: e.b.ID, ID: list[2].ID})
			e.finds(rows.EventQuery{ID: list[2].ID}, logged(2)...)
			e.finds(with(func(q *rows.EventQuery) { q.Type, q.Before = "bank.*", list[2].ID }), logged(0, 1)...)
		}},
	}
}

func thinning() []guarantee {
	return []guarantee{
		{"old events lose the copy of the resource and nothing else, each once", func(e *env) {
			list := []customers.Event{event(-30), event(-20), event(10)}
			c := e.child(e.a, Bare(), With(withEvents(list)))
			e.drain()
			list[0].Resource, list[1].Resource = nil, nil
			total := 0
			for range 10 {
				n, err := e.store.ThinEvents(e.Context(), opened.Add(-time.Second), 1)
				e.must(err, "thinning")
				if n > 1 {
					e.Fatalf("%d were thinned at once", n)
				}
				total += n
			}
			if total != 2 {
				e.Errorf("%d events were thinned", total)
			}
			e.logged(c.Ref(), list)
		}},
	}
}
