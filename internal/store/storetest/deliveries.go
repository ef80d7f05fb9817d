package storetest

import (
	"bytes"
	"errors"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// delivery makes the n-th delivery to an endpoint of c, due n seconds after the
// opening; its id follows in order too.
func delivery(c *customers.Customer, n int) customers.Delivery {
	m := newMaker(tenancy.ID{0xdd}, uint64(n), opened.Add(time.Duration(n)*time.Second))
	return customers.Delivery{
		ID: m.id(), Endpoint: customers.EndpointRef{Customer: c.Ref(), ID: tenancy.ID{0xe0, 1}}, Event: m.id(), Source: c.Ref(),
		Topic: "customer.updated", State: customers.DeliveryPending, Due: m.at, Created: m.at, Version: 1,
	}
}

// deliveries makes the deliveries from first to last.
func deliveries(c *customers.Customer, first, last int) (list []customers.Delivery) {
	for n := first; n <= last; n++ {
		list = append(list, delivery(c, n))
	}
	return list
}

// ended is the successor of a delivery that was accepted.
func ended(d customers.Delivery) customers.Delivery {
	d.Version++
	d.State, d.Round = customers.DeliveryDelivered, d.Round+1
	d.Attempts = append(slices.Clone(d.Attempts), customers.Attempted{At: d.Due, Status: 204, Milliseconds: 12})
	return d
}

// later is the successor of a delivery that failed and waits for another attempt.
func later(d customers.Delivery, wait time.Duration) customers.Delivery {
	d = ended(d)
	d.State, d.Due = customers.DeliveryPending, d.Due.Add(wait)
	d.Attempts[len(d.Attempts)-1] = customers.Attempted{At: opened, Milliseconds: 15_000, Error: "no answer in time"}
	return d
}

func (h *house) add(list ...customers.Delivery) {
	h.Helper()
	h.must(h.store.AddDeliveries(h.Context(), list), "adding deliveries")
}

// dueIs tests what an endpoint has to do by then.
func (h *house) dueIs(endpoint customers.EndpointRef, at time.Time, want ...customers.Delivery) {
	h.Helper()
	got, err := h.store.DueDeliveries(h.Context(), endpoint, at, 100)
	h.must(err, "reading due deliveries")
	if diff := Diff(append([]customers.Delivery{}, want...), append([]customers.Delivery{}, got...)); diff != "" {
		h.Fatalf("other deliveries are due (-want +got):\n%s", diff)
	}
}

// busy tests which endpoints have something to do by then.
func (h *house) busy(at time.Time, want ...customers.EndpointRef) {
	h.Helper()
	got, err := h.store.DueEndpoints(h.Context(), at, 100)
	h.must(err, "reading due endpoints")
	order := func(x, y customers.EndpointRef) int { return bytes.Compare([]byte(x.String()), []byte(y.String())) }
	got = append([]customers.EndpointRef{}, got...)
	slices.SortFunc(got, order)
	slices.SortFunc(want, order)
	if diff := Diff(append([]customers.EndpointRef{}, want...), got); diff != "" {
		h.Fatalf("other endpoints are due (-want +got):\n%s", diff)
	}
}

func delivering() []guarantee {
	return []guarantee{
		{"pending deliveries come when they are due, in order, and as they were stored", func(h *house) {
			list := deliveries(h.a, 1, 5)
			h.add(list[3], list[1], list[4], list[0], list[2])
			endpoint := list[0].Endpoint
			h.dueIs(endpoint, list[0].Due.Add(-time.Millisecond))
			h.dueIs(endpoint, list[2].Due, list[:3]...)
			h.dueIs(endpoint, list[4].Due, list...)
			h.busy(list[0].Due, endpoint)
			h.busy(list[0].Due.Add(-time.Millisecond))
			page, err := h.store.DueDeliveries(h.Context(), endpoint, list[4].Due, 2)
			h.must(err, "reading due deliveries")
			if diff := Diff(list[:2], page); diff != "" {
				h.Errorf("the first two (-want +got):\n%s", diff)
			}
		}},
		{"adding a delivery again changes nothing, whatever became of it", func(h *house) {
			d := delivery(h.a, 1)
			h.add(d)
			h.must(h.store.UpdateDelivery(h.Context(), ended(d), 1), "updating")
			h.add(d, delivery(h.a, 2))
			h.dueIs(d.Endpoint, opened.Add(time.Hour), delivery(h.a, 2))
		}},
		{"an update moves a delivery, and one that ended is due no more", func(h *house) {
			d := delivery(h.a, 1)
			h.add(d)
			waits := later(d, time.Hour)
			h.must(h.store.UpdateDelivery(h.Context(), waits, 1), "updating")
			h.dueIs(d.Endpoint, d.Due)
			h.dueIs(d.Endpoint, waits.Due, waits)
			h.must(h.store.UpdateDelivery(h.Context(), ended(waits), 2), "updating")
			h.dueIs(d.Endpoint, waits.Due.AddDate(1, 0, 0))
			h.busy(waits.Due.AddDate(1, 0, 0))
		}},
		{"an update of another version, or of what is another's, is refused and changes nothing", func(h *house) {
			d := delivery(h.a, 1)
			h.add(d)
			stale := ended(d)
			stale.Version = 3
			h.refused(h.store.UpdateDelivery(h.Context(), stale, 2), customers.ErrStale, "updating another version")
			missing := ended(delivery(h.a, 2))
			h.refused(h.store.UpdateDelivery(h.Context(), missing, 1), customers.ErrNotFound, "updating what is not there")
			foreign := ended(d)
			foreign.Endpoint.Customer = h.b.Ref()
			h.refused(h.store.UpdateDelivery(h.Context(), foreign, 1), customers.ErrNotFound, "updating another tenant's")
			h.dueIs(d.Endpoint, d.Due, d)
		}},
		{"endpoints of one id are apart by customer and tenant", func(h *house) {
			child := h.child(h.a, Bare())
			of := delivery
			h.add(of(h.a, 1), of(child, 2), of(h.b, 3))
			at := opened.Add(time.Minute)
			h.dueIs(of(h.a, 1).Endpoint, at, of(h.a, 1))
			h.dueIs(of(child, 1).Endpoint, at, of(child, 2))
			h.dueIs(of(h.b, 1).Endpoint, at, of(h.b, 3))
			h.busy(at, of(h.a, 1).Endpoint, of(child, 1).Endpoint, of(h.b, 1).Endpoint)
			two, err := h.store.DueEndpoints(h.Context(), at, 2)
			h.must(err, "reading due endpoints")
			if len(two) != 2 {
				h.Errorf("%d of at most two endpoints came", len(two))
			}
		}},
	}
}

func deliveryRacing() []guarantee {
	return []guarantee{
		{"of eight updates of one version one is done", func(h *house) {
			d := delivery(h.a, 1)
			h.add(d)
			won := make([]bool, 8)
			together(8, func(i int) {
				next := ended(d)
				next.Attempts[0].Milliseconds = int64(i)
				err := h.store.UpdateDelivery(h.Context(), next, 1)
				won[i] = err == nil
				if err != nil && !errors.Is(err, customers.ErrStale) {
					h.Errorf("updating: %v", err)
				}
			})
			list, err := h.store.Deliveries(h.Context(), customers.DeliveryQuery{Tenant: h.a.ID, Limit: 10})
			h.must(err, "reading deliveries")
			if len(list) != 1 || !won[list[0].Attempts[0].Milliseconds] || slices.Index(won, true) != int(list[0].Attempts[0].Milliseconds) {
				h.Errorf("%v won, %+v stands", won, list)
			}
		}},
		{"eight additions of one list store it once", func(h *house) {
			list := deliveries(h.a, 1, 4)
			together(8, func(int) {
				if err := h.store.AddDeliveries(h.Context(), list); err != nil {
					h.Errorf("adding: %v", err)
				}
			})
			h.dueIs(list[0].Endpoint, list[3].Due, list...)
		}},
	}
}

func deliveriesPaging() []guarantee {
	return []guarantee{
		{"the log of an endpoint, an event or a tenant comes newest first, page by page", func(h *house) {
			list := deliveries(h.a, 1, 7)
			list[5].Event = list[2].Event
			list[6].Endpoint.ID = tenancy.ID{0xe0, 2}
			h.add(list...)
			h.add(delivery(h.b, 9))
			h.must(h.store.UpdateDelivery(h.Context(), ended(list[3]), 1), "updating")
			list[3] = ended(list[3])
			for _, row := range []struct {
				q    customers.DeliveryQuery
				want []int
			}{
				{customers.DeliveryQuery{Tenant: h.a.ID}, []int{6, 5, 4, 3, 2, 1, 0}},
				{customers.DeliveryQuery{Tenant: h.a.ID, Endpoint: list[0].Endpoint}, []int{5, 4, 3, 2, 1, 0}},
				{customers.DeliveryQuery{Tenant: h.a.ID, Endpoint: list[6].Endpoint}, []int{6}},
				{customers.DeliveryQuery{Tenant: h.a.ID, Event: list[2].Event}, []int{5, 2}},
				{customers.DeliveryQuery{Tenant: h.a.ID, Event: list[6].Event, Endpoint: list[0].Endpoint}, nil},
				{customers.DeliveryQuery{Tenant: h.b.ID, Event: list[2].Event}, nil},
				{customers.DeliveryQuery{Tenant: h.b.ID, Endpoint: list[0].Endpoint}, nil},
				{customers.DeliveryQuery{Tenant: h.missing()}, nil},
			} {
				for _, limit := range []int{2, 100} {
					got, want := []customers.Delivery{}, []customers.Delivery{}
					for q := row.q; ; q.Before = got[len(got)-1].ID {
						q.Limit = limit
						page, err := h.store.Deliveries(h.Context(), q)
						h.must(err, "reading deliveries")
						if got = append(got, page...); len(page) < limit {
							break
						}
					}
					for _, i := range row.want {
						want = append(want, list[i])
					}
					if diff := Diff(want, got); diff != "" {
						h.Fatalf("%+v (-want +got):\n%s", row.q, diff)
					}
				}
			}
		}},
	}
}

func deliveriesSweeping() []guarantee {
	return []guarantee{
		{"a sweep takes what ended before, never what is pending, and no more than asked for", func(h *house) {
			list := deliveries(h.a, 1, 6)
			h.add(list...)
			for i := range 4 {
				list[i] = ended(list[i])
				h.must(h.store.UpdateDelivery(h.Context(), list[i], 1), "updating")
			}
			swept, err := h.store.SweepDeliveries(h.Context(), list[3].Due, 2)
			h.must(err, "sweeping")
			again, err := h.store.SweepDeliveries(h.Context(), list[3].Due, 10)
			h.must(err, "sweeping")
			if swept != 2 || again != 1 {
				h.Errorf("%d and then %d were swept", swept, again)
			}
			left, err := h.store.Deliveries(h.Context(), customers.DeliveryQuery{Tenant: h.a.ID, Limit: 10})
			h.must(err, "reading deliveries")
			if diff := Diff([]customers.Delivery{list[5], list[4], list[3]}, left); diff != "" {
				h.Errorf("others are left (-want +got):\n%s", diff)
			}
		}},
	}
}
