package storetest

import (
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// typed makes the n-th event of a story with a type.
func typed(n int, kind string) customers.Event {
	e := event(n)
	e.Type = kind
	return e
}

// finds tests that a query finds exactly these events, given oldest first.
func (h *house) finds(q customers.EventQuery, want ...customers.LoggedEvent) {
	h.Helper()
	q.Limit = 100
	got, err := h.store.Events(h.Context(), q)
	h.must(err, "reading events")
	list := []customers.LoggedEvent{}
	for i := range want {
		list = append(list, want[len(want)-1-i])
	}
	if diff := Diff(list, append([]customers.LoggedEvent{}, got...)); diff != "" {
		h.Fatalf("%+v finds others (-want +got):\n%s", q, diff)
	}
}

func eventsReaching() []guarantee {
	return []guarantee{
		{"a page reaches a customer and what is below it, a tenant or everyone, and nobody else", func(h *house) {
			h.drain()
			trees := h.grove()
			at := 0
			log := map[*customers.Customer]customers.LoggedEvent{}
			everyone := []*customers.Customer{h.a, trees[0][0], trees[0][1], trees[0][2], trees[0][3], h.b, trees[1][0], trees[1][1], trees[1][2], trees[1][3]}
			h.drain()
			for _, c := range everyone {
				at++
				e := event(1000 + at)
				h.relay(customers.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{e}})
				log[c] = customers.LoggedEvent{Event: e, Customer: c.Ref()}
			}
			of := func(list ...*customers.Customer) (want []customers.LoggedEvent) {
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
				{h.a.ID, tenancy.ID{}, everyone[:5]},
				{h.a.ID, h.a.ID, everyone[:5]},
				{h.a.ID, trees[0][0].ID, everyone[1:5]},
				{h.a.ID, trees[0][1].ID, []*customers.Customer{trees[0][1], trees[0][3]}},
				{h.a.ID, trees[0][3].ID, []*customers.Customer{trees[0][3]}},
				{h.a.ID, trees[1][0].ID, nil},
				{h.a.ID, h.b.ID, nil},
				{h.b.ID, trees[0][0].ID, nil},
				{h.missing(), tenancy.ID{}, nil},
				{tenancy.ID{}, tenancy.ID{}, everyone},
			} {
				h.finds(customers.EventQuery{Tenant: row.tenant, Under: row.under, From: from}, of(row.want...)...)
			}
		}},
	}
}

func eventsFiltering() []guarantee {
	return []guarantee{
		{"types, beginnings of types, moments and one id narrow a page", func(h *house) {
			list := []customers.Event{typed(11, "bank.created"), typed(12, "bank.verified"), typed(13, "bank_x.verified"), typed(14, "customer.updated")}
			c := h.child(h.a, Bare(), With(withEvents(list)))
			h.drain()
			logged := func(at ...int) (want []customers.LoggedEvent) {
				for _, i := range at {
					want = append(want, customers.LoggedEvent{Event: list[i], Customer: c.Ref()})
				}
				return want
			}
			mine := customers.EventQuery{Customer: c.Ref()}
			with := func(change func(q *customers.EventQuery)) customers.EventQuery {
				q := mine
				change(&q)
				return q
			}
			h.finds(with(func(q *customers.EventQuery) { q.Type = "bank.verified" }), logged(1)...)
			h.finds(with(func(q *customers.EventQuery) { q.Type = "bank.*" }), logged(0, 1)...)
			h.finds(with(func(q *customers.EventQuery) { q.Type = "bank" }))
			h.finds(with(func(q *customers.EventQuery) { q.Type = "Bank.*" }))
			h.finds(with(func(q *customers.EventQuery) { q.Type = "b%*" }))
			h.finds(with(func(q *customers.EventQuery) { q.Type = "b.*" }))
			h.finds(with(func(q *customers.EventQuery) { q.Type = "*" }), logged(0, 1, 2, 3)...)
			h.finds(with(func(q *customers.EventQuery) { q.From, q.To = list[1].At, list[2].At }), logged(1, 2)...)
			h.finds(with(func(q *customers.EventQuery) { q.From = list[3].At.Add(time.Millisecond) }))
			h.finds(with(func(q *customers.EventQuery) { q.ID = list[2].ID }), logged(2)...)
			h.finds(customers.EventQuery{Tenant: h.a.ID, Under: c.ID, ID: list[2].ID}, logged(2)...)
			h.finds(customers.EventQuery{Tenant: h.b.ID, ID: list[2].ID})
			h.finds(customers.EventQuery{ID: list[2].ID}, logged(2)...)
			h.finds(with(func(q *customers.EventQuery) { q.Type, q.Before = "bank.*", list[2].ID }), logged(0, 1)...)
		}},
	}
}

func thinning() []guarantee {
	return []guarantee{
		{"old events lose the copy of the resource and nothing else, each once", func(h *house) {
			list := []customers.Event{event(-30), event(-20), event(10)}
			c := h.child(h.a, Bare(), With(withEvents(list)))
			h.drain()
			list[0].Resource, list[1].Resource = nil, nil
			total := 0
			for range 10 {
				n, err := h.store.ThinEvents(h.Context(), opened.Add(-time.Second), 1)
				h.must(err, "thinning")
				if n > 1 {
					h.Fatalf("%d were thinned at once", n)
				}
				total += n
			}
			if total != 2 {
				h.Errorf("%d events were thinned", total)
			}
			h.logged(c.Ref(), list)
		}},
	}
}
