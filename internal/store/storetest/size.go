package storetest

import (
	"encoding/hex"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/patch"
)

func sizing() []guarantee {
	return []guarantee{
		{"documents of a megabyte come back from reads and lists and can be replaced", func(e *env) {
			var records []*customers.Customer
			for range 3 {
				records = append(records, e.child(e.a, With(fat(1<<20))))
			}
			for _, c := range records {
				e.stands(c)
			}
			page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Limit: 10, Count: true})
			if diff := Diff(inOrder(records, rows.Order{By: rows.ByCreated}), page.Customers); diff != "" {
				e.Errorf("the list differs (-want +got):\n%.2000s", diff)
			}
			fatter := next(records[0], fat(1<<20+12345))
			e.must(e.store.Replace(e.Context(), fatter, 1), "replacing")
			e.stands(fatter)
			thin := next(fatter, func(c *customers.Customer) { c.Meta = nil })
			e.must(e.store.Replace(e.Context(), thin, 2), "replacing by less")
			e.stands(thin)
		}},
		{"a document at every bound of the design comes back", func(e *env) {
			fill := func(c *customers.Customer) {
				m := newMaker(c.ID, 3, opened)
				for len(c.Banks) < 50 {
					c.Banks = append(c.Banks, m.bank(false))
				}
				for len(c.Cards) < 50 {
					c.Cards = append(c.Cards, m.card())
				}
				for len(c.Users) < 20 {
					c.Users = append(c.Users, m.user(customers.RoleClerk, m.digits(6)))
				}
				for number := int32(3); number <= 20; number++ {
					c.Keys = append(c.Keys, m.pair(number))
				}
				for len(c.Outbox) < 100 {
					c.Outbox = append(c.Outbox, m.event("customer.updated"))
				}
			}
			c := e.child(e.a, Seed(5), With(fill))
			e.stands(Child(e.a, Seed(5), With(fill)))
			e.relay(e.batch(c.Ref()))
			e.silent(c.Ref())
		}},
	}
}

// fat returns a change that makes meta so many bytes long, and hard to compress.
func fat(size int) func(*customers.Customer) {
	return func(c *customers.Customer) {
		text := hex.EncodeToString(newMaker(c.ID, 9, opened).random(size/2 + 1))
		c.Meta = patch.Raw(`{"blob":"` + text[:size-len(`{"blob":""}`)] + `"}`)
	}
}
