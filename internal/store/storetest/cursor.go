package storetest

import (
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// walk reads a list page by page behind the last row of each, and calls between after
// every page that says more follow.
func (e *env) walk(q rows.Query, between func(last *customers.Customer)) (records []*customers.Customer) {
	e.Helper()
	for range 100 {
		page := e.page(q)
		records = append(records, page.Customers...)
		if !page.More {
			return records
		}
		if len(page.Customers) != q.Limit {
			e.Fatalf("a page of %d rows says that more follow", len(page.Customers))
		}
		last := page.Customers[q.Limit-1]
		if after := rows.PositionOf(last, q.Order.By); page.End == nil || *page.End != after {
			e.Fatalf("the page ends at %v, its last row is at %v", page.End, after)
		}
		q.After = page.End
		between(last)
	}
	e.Fatal("the walk does not end")
	return nil
}

func walking() []guarantee {
	nothing := func(*customers.Customer) {}
	return []guarantee{
		{"a cursor walk is the offset walk in every order", func(e *env) {
			mine, theirs := e.crowd()
			for _, order := range orders() {
				query := rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 4}
				e.sameOrder(fmt.Sprint("by cursor, ", order), e.walk(query, nothing), inOrder(mine, order))
				var records []*customers.Customer
				for more := true; more; query.Offset += query.Limit {
					page := e.page(query)
					records, more = append(records, page.Customers...), page.More
				}
				e.sameOrder(fmt.Sprint("by offset, ", order), records, inOrder(mine, order))

				reach := rows.Query{Under: e.operator.ID, Deep: true, Order: order, Limit: 9}
				everyone := slices.Concat(mine, theirs, []*customers.Customer{e.a, e.b})
				e.sameOrder(fmt.Sprint("the operator's reach, ", order), e.walk(reach, nothing), inOrder(everyone, order))
			}
		}},
		{"a filtered walk visits what passes the filter", func(e *env) {
			mine, _ := e.crowd()
			passing := slices.DeleteFunc(slices.Clone(mine), func(c *customers.Customer) bool { return c.Created.Before(opened.Add(2 * time.Millisecond)) })
			for _, order := range orders() {
				query := rows.Query{
					Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 3,
					Filter: rows.Filter{CreatedFrom: opened.Add(2 * time.Millisecond)},
				}
				e.sameOrder(fmt.Sprint(order), e.walk(query, nothing), inOrder(passing, order))
			}
		}},
		{"rows inserted in front of a walk change nothing behind it", func(e *env) {
			mine, _ := e.crowd()
			for _, order := range orders() {
				var added []*customers.Customer
				query := rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 5}
				rows := e.walk(query, func(*customers.Customer) { added = append(added, e.child(e.a, Bare(), With(inFront(order)))) })
				e.sameOrder(fmt.Sprint(order), rows, inOrder(mine, order))
				for _, c := range added {
					e.erase(c)
				}
			}
		}},
		{"a walk goes on behind a row that was erased meanwhile", func(e *env) {
			mine, _ := e.crowd()
			order := rows.Order{By: rows.ByCreated}
			want := inOrder(mine, order)
			rows := e.walk(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 3}, func(last *customers.Customer) { e.erase(last) })
			e.sameOrder("rows", rows, want)
		}},
		{"a count counts all rows, not those behind the cursor", func(e *env) {
			mine, _ := e.crowd()
			order := rows.Order{By: rows.ByName}
			after := rows.PositionOf(inOrder(mine, order)[len(mine)-2], order.By)
			page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 4, Count: true, After: &after})
			if e.sameRows(page, inOrder(mine, order)[len(mine)-1]); page.Total != int64(len(mine)) || page.More {
				e.Errorf("the page counts %d, more is %t", page.Total, page.More)
			}
			after = rows.PositionOf(inOrder(mine, order)[len(mine)-1], order.By)
			page = e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 4, After: &after})
			if len(page.Customers) > 0 || page.More {
				e.Errorf("behind the last row there are %d rows, more is %t", len(page.Customers), page.More)
			}
		}},
		{"a position taken in one tenant opens nothing of it in another", func(e *env) {
			mine, theirs := e.crowd()
			for _, order := range orders() {
				first := inOrder(mine, order)[0]
				after := rows.PositionOf(first, order.By)
				page := e.page(rows.Query{Tenant: e.b.ID, Under: e.b.ID, Order: order, Limit: 100, After: &after})
				both := inOrder(append(slices.Clone(theirs), first), order)
				e.sameOrder(fmt.Sprint(order), page.Customers, both[slices.Index(both, first)+1:])
			}
		}},
	}
}

// inFront returns a change that makes a row the first of an order.
func inFront(order rows.Order) func(*customers.Customer) {
	return func(c *customers.Customer) {
		c.Name, c.Created, c.LastUpdated = "", opened.Add(-time.Hour), opened.Add(-time.Hour)
		c.ID[0] = 0
		if !order.Ascending {
			c.Name, c.Created, c.LastUpdated = "\U0010ffff", opened.AddDate(1, 0, 0), opened.AddDate(1, 0, 0)
			c.ID[0] = 0xff
		}
	}
}
