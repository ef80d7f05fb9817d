package storetest

import (
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

func purging() []guarantee {
	return []guarantee{
		{"a purge removes what is older, of every tenant, a batch at a time, and nothing else", func(e *env) {
			e.drain()
			trees := e.grove()
			e.drain()
			old, fresh := -1000, 3000
			log := map[*customers.Customer][]customers.Event{}
			list := []*customers.Customer{e.a, trees[0][0], trees[0][3], trees[1][3]}
			for i, c := range list {
				first, second := event(old+i), event(fresh+i)
				e.relay(rows.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{first, second}})
				log[c] = []customers.Event{second}
			}
			before := opened.Add(-time.Minute)
			count, err := e.store.CountEvents(e.Context(), before)
			e.must(err, "counting")
			if count < int64(len(list)) {
				e.Fatalf("%d events are counted", count)
			}
			total := int64(0)
			for range int(count) + 2 {
				n, err := e.store.PurgeEvents(e.Context(), before, 1)
				e.must(err, "purging")
				if n > 1 {
					e.Fatalf("%d were purged at once", n)
				}
				total += int64(n)
			}
			if total != count {
				e.Errorf("%d events were purged of %d", total, count)
			}
			if left, err := e.store.CountEvents(e.Context(), before); err != nil || left != 0 {
				e.Errorf("%d are left: %v", left, err)
			}
			for _, c := range list {
				page, err := e.store.Events(e.Context(), rows.EventQuery{Customer: c.Ref(), From: event(fresh).At, Limit: 100})
				e.must(err, "reading events")
				if diff := Diff(newestFirst(c.Ref(), log[c]), page); diff != "" {
					e.Errorf("left of %s (-want +got):\n%s", c.Ref(), diff)
				}
				under := rows.EventQuery{Tenant: c.Tenant, Under: c.ID, To: before, Limit: 100}
				if page, err := e.store.Events(e.Context(), under); err != nil || len(page) != 0 {
					e.Errorf("%d purged events are found below %s: %v", len(page), c.Ref(), err)
				}
			}
		}},
		{"no purge removes the trace of a purge", func(e *env) {
			trace := typed(-9500, customers.EventPurged)
			c := e.child(e.a, Bare(), With(withEvents([]customers.Event{trace, event(-9400)})))
			e.drain()
			if n, err := e.store.CountEvents(e.Context(), event(-9300).At); err != nil || n != 1 {
				e.Errorf("%d are counted: %v", n, err)
			}
			n, err := e.store.PurgeEvents(e.Context(), event(-9300).At, 100)
			e.must(err, "purging")
			if n != 1 {
				e.Errorf("%d were purged", n)
			}
			e.logged(c.Ref(), []customers.Event{trace})
		}},
		{"what happened at the very moment stays", func(e *env) {
			c := e.child(e.a, Bare(), With(withEvents([]customers.Event{event(-9000)})))
			e.drain()
			n, err := e.store.PurgeEvents(e.Context(), event(-9000).At, 100)
			e.must(err, "purging")
			if n != 0 {
				e.Errorf("%d were purged", n)
			}
			e.logged(c.Ref(), []customers.Event{event(-9000)})
		}},
	}
}

func redacting() []guarantee {
	return []guarantee{
		{"redacting leaves that events happened and nothing of what they show", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 3))))
			e.relay(e.batch(c.Ref()))
			for range 2 { // again changes nothing
				e.must(e.store.Redact(e.Context(), c.Ref()), "redacting")
			}
			var want []customers.Event
			for _, event := range events(1, 3) {
				want = append(want, event.Redacted())
			}
			e.logged(c.Ref(), want)
		}},
		{"redacting under another tenant, or of another customer, changes nothing", func(e *env) {
			c := e.child(e.a, With(withEvents(events(1, 2))))
			e.relay(e.batch(c.Ref()))
			for _, stranger := range append(e.strangers(c), e.child(e.a).Ref()) {
				e.must(e.store.Redact(e.Context(), stranger), "redacting a stranger")
			}
			e.logged(c.Ref(), events(1, 2))
		}},
	}
}
