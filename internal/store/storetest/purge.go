package storetest

import (
	"time"

	"tenantry/customers"
)

func purging() []guarantee {
	return []guarantee{
		{"a purge removes what is older, of every tenant, a batch at a time, and nothing else", func(h *house) {
			h.drain()
			trees := h.grove()
			h.drain()
			old, fresh := -1000, 3000
			log := map[*customers.Customer][]customers.Event{}
			list := []*customers.Customer{h.a, trees[0][0], trees[0][3], trees[1][3]}
			for i, c := range list {
				first, second := event(old+i), event(fresh+i)
				h.relay(customers.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{first, second}})
				log[c] = []customers.Event{second}
			}
			before := opened.Add(-time.Minute)
			count, err := h.store.CountEvents(h.Context(), before)
			h.must(err, "counting")
			if count < int64(len(list)) {
				h.Fatalf("%d events are counted", count)
			}
			total := int64(0)
			for range int(count) + 2 {
				n, err := h.store.PurgeEvents(h.Context(), before, 1)
				h.must(err, "purging")
				if n > 1 {
					h.Fatalf("%d were purged at once", n)
				}
				total += int64(n)
			}
			if total != count {
				h.Errorf("%d events were purged of %d", total, count)
			}
			if left, err := h.store.CountEvents(h.Context(), before); err != nil || left != 0 {
				h.Errorf("%d are left: %v", left, err)
			}
			for _, c := range list {
				page, err := h.store.Events(h.Context(), customers.EventQuery{Customer: c.Ref(), From: event(fresh).At, Limit: 100})
				h.must(err, "reading events")
				if diff := Diff(newestFirst(c.Ref(), log[c]), page); diff != "" {
					h.Errorf("left of %s (-want +got):\n%s", c.Ref(), diff)
				}
				under := customers.EventQuery{Tenant: c.Tenant, Under: c.ID, To: before, Limit: 100}
				if page, err := h.store.Events(h.Context(), under); err != nil || len(page) != 0 {
					h.Errorf("%d purged events are found below %s: %v", len(page), c.Ref(), err)
				}
			}
		}},
		{"what happened at the very moment stays", func(h *house) {
			c := h.child(h.a, Bare(), With(withEvents([]customers.Event{event(-9000)})))
			h.drain()
			n, err := h.store.PurgeEvents(h.Context(), event(-9000).At, 100)
			h.must(err, "purging")
			if n != 0 {
				h.Errorf("%d were purged", n)
			}
			h.logged(c.Ref(), []customers.Event{event(-9000)})
		}},
	}
}
