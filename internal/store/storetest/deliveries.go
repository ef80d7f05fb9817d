package storetest

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/tenancy"
)

// delivery returns the n-th delivery to an endpoint of c, due n seconds after the
// opening; its id follows in order too.
func delivery(c *customers.Customer, n int) rows.Delivery {
	m := newMaker(tenancy.ID{0xdd}, uint64(n), opened.Add(time.Duration(n)*time.Second))
	return rows.Delivery{
		ID: m.id(), Endpoint: rows.WebhookRef{Customer: c.Ref(), ID: tenancy.ID{0xe0, 1}}, Event: m.id(), Source: c.Ref(),
		Topic: "customer.updated", State: rows.DeliveryPending, Due: m.at, Created: m.at, Version: 1,
	}
}

// deliveries returns the deliveries from first to last.
func deliveries(c *customers.Customer, first, last int) (list []rows.Delivery) {
	for n := first; n <= last; n++ {
		list = append(list, delivery(c, n))
	}
	return list
}

// ended returns the successor of a delivery that was accepted.
func ended(d rows.Delivery) rows.Delivery {
	d.Version++
	d.State, d.Round = rows.DeliveryDelivered, d.Round+1
	d.Attempts = append(slices.Clone(d.Attempts), rows.Attempted{At: d.Due, Status: 204, Milliseconds: 12})
	return d
}

// later returns the successor of a delivery that failed and waits for another attempt.
func later(d rows.Delivery, wait time.Duration) rows.Delivery {
	d = ended(d)
	d.State, d.Due = rows.DeliveryPending, d.Due.Add(wait)
	d.Attempts[len(d.Attempts)-1] = rows.Attempted{At: opened, Milliseconds: 15_000, Error: "no answer in time"}
	return d
}

func (e *env) add(list ...rows.Delivery) {
	e.Helper()
	e.must(e.store.AddDeliveries(e.Context(), list), "adding deliveries")
}

// dueIs tests which deliveries an endpoint has due by then.
func (e *env) dueIs(endpoint rows.WebhookRef, at time.Time, want ...rows.Delivery) {
	e.Helper()
	got, err := e.store.DueDeliveries(e.Context(), endpoint, at, 100)
	e.must(err, "reading due deliveries")
	if diff := Diff(append([]rows.Delivery{}, want...), append([]rows.Delivery{}, got...)); diff != "" {
		e.Fatalf("other deliveries are due (-want +got):\n%s", diff)
	}
}

// settle settles an endpoint.
func (e *env) settle(endpoint rows.WebhookRef) {
	e.Helper()
	e.must(e.store.SettleEndpoint(e.Context(), endpoint), "settling an endpoint")
}

// busy tests which endpoints have deliveries due by then.
func (e *env) busy(at time.Time, want ...rows.WebhookRef) {
	e.Helper()
	got, err := e.store.DueEndpoints(e.Context(), rows.DueQuery{At: at, Of: tenancy.AllSlots, Each: 100, Limit: 100})
	e.must(err, "reading due endpoints")
	order := func(x, y rows.WebhookRef) int {
		return bytes.Compare([]byte(webhooks.String(x)), []byte(webhooks.String(y)))
	}
	got = append([]rows.WebhookRef{}, got...)
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if diff := Diff(append([]rows.WebhookRef{}, want...), got); diff != "" {
		e.Fatalf("other endpoints are due (-want +got):\n%s", diff)
	}
}

func delivering() []guarantee {
	return []guarantee{
		{"pending deliveries come when they are due, in order, and as they were stored", func(e *env) {
			list := deliveries(e.a, 1, 5)
			e.add(list[3], list[1], list[4], list[0], list[2])
			endpoint := list[0].Endpoint
			e.dueIs(endpoint, list[0].Due.Add(-time.Millisecond))
			e.dueIs(endpoint, list[2].Due, list[:3]...)
			e.dueIs(endpoint, list[4].Due, list...)
			e.busy(list[0].Due, endpoint)
			e.busy(list[0].Due.Add(-time.Millisecond))
			page, err := e.store.DueDeliveries(e.Context(), endpoint, list[4].Due, 2)
			e.must(err, "reading due deliveries")
			if diff := Diff(list[:2], page); diff != "" {
				e.Errorf("the first two (-want +got):\n%s", diff)
			}
		}},
		{"adding a delivery again changes nothing, whatever became of it", func(e *env) {
			d := delivery(e.a, 1)
			e.add(d)
			e.must(e.store.UpdateDelivery(e.Context(), ended(d), 1), "updating")
			e.add(d, delivery(e.a, 2))
			e.dueIs(d.Endpoint, opened.Add(time.Hour), delivery(e.a, 2))
		}},
		{"an update moves a delivery, and one that ended is due no more", func(e *env) {
			d := delivery(e.a, 1)
			e.add(d)
			waits := later(d, time.Hour)
			e.must(e.store.UpdateDelivery(e.Context(), waits, 1), "updating")
			e.dueIs(d.Endpoint, d.Due)
			e.settle(d.Endpoint)
			e.busy(d.Due)
			e.busy(waits.Due, d.Endpoint)
			e.dueIs(d.Endpoint, waits.Due, waits)
			e.must(e.store.UpdateDelivery(e.Context(), ended(waits), 2), "updating")
			e.dueIs(d.Endpoint, waits.Due.AddDate(1, 0, 0))
			e.settle(d.Endpoint)
			e.busy(waits.Due.AddDate(1, 0, 0))
		}},
		{"what is due is found whenever its endpoint was settled, and by its slot alone", func(e *env) {
			first, second := delivery(e.a, 1), delivery(e.b, 2)
			second.Endpoint.ID[len(second.Endpoint.ID)-1]++
			for _, ref := range []rows.WebhookRef{first.Endpoint, second.Endpoint} {
				e.settle(ref)
			}
			e.add(first, second)
			e.busy(second.Due, first.Endpoint, second.Endpoint)
			e.settle(first.Endpoint)
			e.busy(first.Due, first.Endpoint)
			for of, want := range map[tenancy.Slots]rows.WebhookRef{
				tenancy.Slots(0).With(first.Endpoint.ID.Slot()):                     first.Endpoint,
				tenancy.AllSlots &^ tenancy.Slots(0).With(first.Endpoint.ID.Slot()): second.Endpoint,
			} {
				got, err := e.store.DueEndpoints(e.Context(), rows.DueQuery{At: second.Due, Of: of, Each: 9, Limit: 9})
				if e.must(err, "reading due endpoints"); len(got) != 1 || got[0] != want {
					e.Errorf("slots %x name %v", of, got)
				}
			}
			e.must(e.store.UpdateDelivery(e.Context(), ended(first), 1), "updating")
			e.settle(first.Endpoint)
			again := ended(ended(first))
			again.State, again.Due = rows.DeliveryPending, first.Due
			e.must(e.store.UpdateDelivery(e.Context(), again, 2), "asking for it again")
			e.busy(first.Due, first.Endpoint)
		}},
		{"an update of another version, or of what is another's, is refused and changes nothing", func(e *env) {
			d := delivery(e.a, 1)
			e.add(d)
			stale := ended(d)
			stale.Version = 3
			e.refused(e.store.UpdateDelivery(e.Context(), stale, 2), rows.ErrStale, "updating another version")
			missing := ended(delivery(e.a, 2))
			e.refused(e.store.UpdateDelivery(e.Context(), missing, 1), rows.ErrNotFound, "updating what is not there")
			foreign := ended(d)
			foreign.Endpoint.Customer = e.b.Ref()
			e.refused(e.store.UpdateDelivery(e.Context(), foreign, 1), rows.ErrNotFound, "updating another tenant's")
			e.dueIs(d.Endpoint, d.Due, d)
		}},
		{"endpoints of one id are apart by customer and tenant", func(e *env) {
			child := e.child(e.a, Bare())
			of := delivery
			e.add(of(e.a, 1), of(child, 2), of(e.b, 3))
			at := opened.Add(time.Minute)
			e.dueIs(of(e.a, 1).Endpoint, at, of(e.a, 1))
			e.dueIs(of(child, 1).Endpoint, at, of(child, 2))
			e.dueIs(of(e.b, 1).Endpoint, at, of(e.b, 3))
			e.busy(at, of(e.a, 1).Endpoint, of(child, 1).Endpoint, of(e.b, 1).Endpoint)
			two, err := e.store.DueEndpoints(e.Context(), rows.DueQuery{At: at, Of: tenancy.AllSlots, Each: 2, Limit: 2})
			e.must(err, "reading due endpoints")
			if len(two) != 2 {
				e.Errorf("%d of at most two endpoints came", len(two))
			}
		}},
		{"the endpoints of one tenant do not crowd out those of another", func(e *env) {
			at := opened.Add(time.Minute)
			first, second := delivery(e.a, 1).Endpoint, delivery(e.b, 1).Endpoint
			if bytes.Compare(first.Customer.Tenant[:], second.Customer.Tenant[:]) > 0 {
				first, second = second, first
			}
			for _, ref := range []rows.WebhookRef{first, second} {
				for n := range byte(5) {
					d := delivery(e.a, 1)
					d.Endpoint = ref
					d.Endpoint.ID[0], d.ID[0], d.ID[1] = n, n, ref.Customer.Tenant[len(ref.Customer.Tenant)-1]
					e.add(d)
				}
			}
			of := func(q rows.DueQuery) (counts [2]int) {
				list, err := e.store.DueEndpoints(e.Context(), q)
				e.must(err, "reading due endpoints")
				for i, ref := range list {
					if ref.Customer.Tenant == first.Customer.Tenant {
						counts[0]++
						if counts[1] > 0 {
							e.Errorf("endpoint %d is out of the order of tenants", i)
						}
					} else {
						counts[1]++
					}
				}
				return counts
			}
			for q, want := range map[rows.DueQuery][2]int{
				{At: at, Of: tenancy.AllSlots, Each: 2, Limit: 10}:                                {2, 2},
				{At: at, Of: tenancy.AllSlots, Each: 3, Limit: 4}:                                 {3, 1},
				{At: at, Of: tenancy.AllSlots, Each: 9, Limit: 10}:                                {5, 5},
				{At: at, Of: tenancy.AllSlots, After: first.Customer.Tenant, Each: 2, Limit: 10}:  {0, 2},
				{At: at, Of: tenancy.AllSlots, After: second.Customer.Tenant, Each: 2, Limit: 10}: {},
			} {
				if got := of(q); got != want {
					e.Errorf("%+v names %v endpoints of the two tenants, not %v", q, got, want)
				}
			}
		}},
	}
}

func deliveryRacing() []guarantee {
	return []guarantee{
		{"of eight updates of one version one is done", func(e *env) {
			d := delivery(e.a, 1)
			e.add(d)
			won := make([]bool, 8)
			together(8, func(i int) {
				next := ended(d)
				next.Attempts[0].Milliseconds = int64(i)
				err := e.store.UpdateDelivery(e.Context(), next, 1)
				won[i] = err == nil
				if err != nil && !errors.Is(err, rows.ErrStale) {
					e.Errorf("updating: %v", err)
				}
			})
			list, err := e.store.Deliveries(e.Context(), rows.DeliveryQuery{Tenant: e.a.ID, Limit: 10})
			e.must(err, "reading deliveries")
			if len(list) != 1 || !won[list[0].Attempts[0].Milliseconds] || slices.Index(won, true) != int(list[0].Attempts[0].Milliseconds) {
				e.Errorf("%v won, %+v stands", won, list)
			}
		}},
		{"eight additions of one list store it once", func(e *env) {
			list := deliveries(e.a, 1, 4)
			together(8, func(int) {
				if err := e.store.AddDeliveries(e.Context(), list); err != nil {
					e.Errorf("adding: %v", err)
				}
			})
			e.dueIs(list[0].Endpoint, list[3].Due, list...)
		}},
	}
}

func deliveriesPaging() []guarantee {
	return []guarantee{
		{"the log of an endpoint, an event or a tenant comes newest first, page by page", func(e *env) {
			list := deliveries(e.a, 1, 7)
			list[5].Event = list[2].Event
			list[6].Endpoint.ID = tenancy.ID{0xe0, 2}
			e.add(list...)
			e.add(delivery(e.b, 9))
			e.must(e.store.UpdateDelivery(e.Context(), ended(list[3]), 1), "updating")
			list[3] = ended(list[3])
			for _, row := range []struct {
				q    rows.DeliveryQuery
				want []int
			}{
				{rows.DeliveryQuery{Tenant: e.a.ID}, []int{6, 5, 4, 3, 2, 1, 0}},
				{rows.DeliveryQuery{Tenant: e.a.ID, Endpoint: list[0].Endpoint}, []int{5, 4, 3, 2, 1, 0}},
				{rows.DeliveryQuery{Tenant: e.a.ID, Endpoint: list[6].Endpoint}, []int{6}},
				{rows.DeliveryQuery{Tenant: e.a.ID, Event: list[2].Event}, []int{5, 2}},
				{rows.DeliveryQuery{Tenant: e.a.ID, Event: list[6].Event, Endpoint: list[0].Endpoint}, nil},
				{rows.DeliveryQuery{Tenant: e.b.ID, Event: list[2].Event}, nil},
				{rows.DeliveryQuery{Tenant: e.b.ID, Endpoint: list[0].Endpoint}, nil},
				{rows.DeliveryQuery{Tenant: e.missing()}, nil},
			} {
				for _, limit := range []int{2, 100} {
					got, want := []rows.Delivery{}, []rows.Delivery{}
					for q := row.q; ; q.Before = got[len(got)-1].ID {
						q.Limit = limit
						page, err := e.store.Deliveries(e.Context(), q)
						e.must(err, "reading deliveries")
						if got = append(got, page...); len(page) < limit {
							break
						}
					}
					for _, i := range row.want {
						want = append(want, list[i])
					}
					if diff := Diff(want, got); diff != "" {
						e.Fatalf("%+v (-want +got):\n%s", row.q, diff)
					}
				}
			}
		}},
	}
}

func deliveriesSweeping() []guarantee {
	return []guarantee{
		{"the pending deliveries of all tenants are counted, due or not, and no further than asked for", func(e *env) {
			list := deliveries(e.a, 1, 4)
			list[3].Due = list[3].Due.AddDate(9, 0, 0)
			e.add(list...)
			e.add(deliveries(e.b, 20, 21)...)
			e.must(e.store.UpdateDelivery(e.Context(), ended(list[0]), 1), "updating")
			for most, want := range map[int]int{100: 5, 5: 5, 3: 3} {
				if got, err := e.store.PendingDeliveries(e.Context(), most); err != nil || got != want {
					e.Errorf("of at most %d, %d are pending, want %d (%v)", most, got, want, err)
				}
			}
		}},
		{"a sweep takes what ended before, never what is pending, and no more than asked for", func(e *env) {
			list := deliveries(e.a, 1, 6)
			e.add(list...)
			for i := range 4 {
				list[i] = ended(list[i])
				e.must(e.store.UpdateDelivery(e.Context(), list[i], 1), "updating")
			}
			swept, err := e.store.SweepDeliveries(e.Context(), list[3].Due, 2)
			e.must(err, "sweeping")
			again, err := e.store.SweepDeliveries(e.Context(), list[3].Due, 10)
			e.must(err, "sweeping")
			if swept != 2 || again != 1 {
				e.Errorf("%d and then %d were swept", swept, again)
			}
			left, err := e.store.Deliveries(e.Context(), rows.DeliveryQuery{Tenant: e.a.ID, Limit: 10})
			e.must(err, "reading deliveries")
			if diff := Diff([]rows.Delivery{list[5], list[4], list[3]}, left); diff != "" {
				e.Errorf("others are left (-want +got):\n%s", diff)
			}
		}},
	}
}
