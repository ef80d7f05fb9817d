package storetest

import (
	"fmt"

	"tenantry/customers"
	"tenantry/customers/rows"
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
