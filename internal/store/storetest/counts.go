package storetest

import (
	"fmt"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func counting() []guarantee {
	const all = 7
	named := With(func(c *customers.Customer) { c.Name = "Zebra" })
	return []guarantee{
		{"a total is the number of rows to its bound, and at least the bound behind it", func(e *env) {
			for range all {
				e.child(e.a, Bare(), named)
				e.child(e.b, Bare(), named)
			}
			e.child(e.a, Bare(), With(func(c *customers.Customer) { c.Name = "Lion" }))
			for _, deep := range []bool{false, true} {
				for _, bound := range []int64{1, 3, all - 1, all, all + 1} {
					for offset := 0; offset < all+2; offset += 2 {
						q := rows.Query{Tenant: e.a.ID, Under: e.a.ID, Deep: deep, Limit: 2, Offset: offset, Count: true, CountTo: bound, Filter: rows.Filter{Name: "zebra"}}
						page := e.page(q)
						e.counted(fmt.Sprintf("%+v", q), rows.Count{N: page.Total, AtLeast: page.AtLeast}, bound, all, offset+len(page.Customers), page.More)
					}
				}
			}
		}},
		{"totals without a filter, and by status and plan, are right whatever the bound", func(e *env) {
			for range all {
				e.child(e.a, Bare(), With(func(c *customers.Customer) { c.Status, c.PlanKey = customers.StatusActive, "payer" }))
			}
			e.child(e.b, Bare())
			for _, filter := range []rows.Filter{{}, {Status: customers.StatusActive}, {PlanKey: "payer"}, {Status: customers.StatusActive, PlanKey: "payer"}} {
				for _, bound := range []int64{0, 2, all} {
					q := rows.Query{Tenant: e.a.ID, Under: e.a.ID, Limit: 2, Count: true, CountTo: bound, Filter: filter}
					page := e.page(q)
					if bound == 0 {
						bound = rows.MostCounted
					}
					e.counted(fmt.Sprintf("%+v", q), rows.Count{N: page.Total, AtLeast: page.AtLeast}, bound, all, len(page.Customers), page.More)
				}
			}
		}},
		{"the total of activities is bounded as that of customers", func(e *env) {
			c, other := e.child(e.a, Bare()), e.child(e.b, Bare())
			for i := range all {
				e.put(activity(c.Ref(), i, customers.ActivityDebit))
				e.put(activity(other.Ref(), i, customers.ActivityDebit))
			}
			for _, bound := range []int64{1, 3, all - 1, all, all + 1} {
				for offset := 0; offset < all+2; offset += 2 {
					q := rows.ActivityQuery{Customer: c.Ref(), Limit: 2, Offset: offset, Count: true, CountTo: bound}
					page, err := e.store.Activities(e.Context(), q)
					e.must(err, "reading activities")
					e.counted(fmt.Sprintf("%+v", q), rows.Count{N: page.Total, AtLeast: page.AtLeast}, bound, all, offset+len(page.Activities), page.More)
				}
			}
			page, err := e.store.Activities(e.Context(), rows.ActivityQuery{Customer: tenancy.Ref{Tenant: e.b.ID, ID: c.ID}, Limit: 2, Count: true, CountTo: 1})
			if e.must(err, "reading activities"); page.Total != 0 || page.AtLeast {
				e.Errorf("another tenant counts %d", page.Total)
			}
		}},
	}
}

// counted tests the total of a page that ends behind so many of all rows: the number of them,
// or behind the bound also a lower bound that the page does not exceed.
func (e *env) counted(what string, got rows.Count, bound, all int64, end int, more bool) {
	e.Helper()
	least := min(bound, all)
	if more {
		least = max(least, min(int64(end)+1, all))
	}
	if !got.AtLeast && got.N != all || got.AtLeast && (all <= bound || got.N < least || got.N > all) {
		e.Errorf("%s: %+v of %d", what, got, all)
	}
}
