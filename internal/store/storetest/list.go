package storetest

import (
	"fmt"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// page reads a page; a query without an order gets the default one.
func (e *env) page(q rows.Query) rows.Page {
	e.Helper()
	if q.Order.By == "" {
		q.Order.By = rows.ByCreated
	}
	page, err := e.store.List(e.Context(), q)
	e.must(err, "listing")
	return page
}

// lists tests that exactly these children of parent pass the filter, in any order, and
// that the count agrees.
func (e *env) lists(parent *customers.Customer, filter rows.Filter, want ...*customers.Customer) {
	e.Helper()
	page := e.page(rows.Query{Tenant: parent.Tenant, Under: parent.ID, Filter: filter, Limit: 100, Count: true})
	e.sameRows(page, want...)
	if page.Total != int64(len(want)) || page.More {
		e.Errorf("%+v counts %d (more: %t) instead of %d", filter, page.Total, page.More, len(want))
	}
}

// sameRows tests that a page has exactly these rows, in any order.
func (e *env) sameRows(page rows.Page, want ...*customers.Customer) {
	e.Helper()
	missing := map[string]bool{}
	for _, c := range want {
		missing[label(c)] = true
	}
	for _, c := range page.Customers {
		if !missing[label(c)] {
			e.Errorf("%s is listed, or listed twice", label(c))
		}
		delete(missing, label(c))
	}
	for c := range missing {
		e.Errorf("%s is not listed", c)
	}
}

// sameOrder tests that a page has exactly these rows in this order.
func (e *env) sameOrder(what string, page, want []*customers.Customer) {
	e.Helper()
	if diff := Diff(labels(want), labels(page)); diff != "" {
		e.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func labels(rows []*customers.Customer) []string {
	list := []string{}
	for _, c := range rows {
		list = append(list, label(c))
	}
	return list
}

// label names a row in a failure, by what tests set on it.
func label(c *customers.Customer) string { return fmt.Sprintf("%q %s %s", c.Name, c.ID, c.Tenant) }

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
