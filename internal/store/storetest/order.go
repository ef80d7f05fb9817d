package storetest

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// orders returns all orders of a list.
func orders() []rows.Order {
	var all []rows.Order
	for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName} {
		all = append(all, rows.Order{By: by, Ascending: true}, rows.Order{By: by})
	}
	return all
}

// inOrder returns the rows as a list in that order has them.
func inOrder(records []*customers.Customer, order rows.Order) []*customers.Customer {
	return slices.SortedFunc(slices.Values(records), func(x, y *customers.Customer) int {
		p, q := rows.PositionOf(x, order.By), rows.PositionOf(y, order.By)
		result := cmp.Or(p.Time.Compare(q.Time), cmp.Compare(p.Name, q.Name), bytes.Compare(p.ID[:], q.ID[:]))
		if !order.Ascending {
			return -result
		}
		return result
	})
}

// crowd inserts children of a and as many of b whose times and names tie in pairs and
// whose names no collation but code points orders alike.
func (e *env) crowd() (mine, theirs []*customers.Customer) {
	e.Helper()
	names := []string{"apple", "Apple", "apple pie", "Éclair", "éclair", "zebra", "Zebra", "_", "", "\uffee", "𝒜", "İz", "10", "9"}
	for i, name := range names {
		shape := With(func(c *customers.Customer) {
			c.Name = name
			c.Created = opened.Add(time.Duration(i/2) * time.Millisecond)
			c.LastUpdated = opened.Add(time.Duration(i*5%len(names)/2) * time.Hour)
		})
		mine = append(mine, e.child(e.a, Bare(), shape))
		theirs = append(theirs, e.child(e.b, Bare(), shape))
	}
	return mine, theirs
}

func ordering() []guarantee {
	return []guarantee{
		{"rows come in each order, both ways, with ties broken by id", func(e *env) {
			mine, theirs := e.crowd()
			for _, order := range orders() {
				page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: 100})
				e.sameOrder(fmt.Sprint("children by ", order), page.Customers, inOrder(mine, order))
				everyone := slices.Concat(mine, theirs, []*customers.Customer{e.a, e.b})
				page = e.page(rows.Query{Under: e.operator.ID, Deep: true, Order: order, Limit: 100})
				e.sameOrder(fmt.Sprint("everyone by ", order), page.Customers, inOrder(everyone, order))
			}
		}},
		{"limit and offset cut the list and tell whether more follows", func(e *env) {
			mine, _ := e.crowd()
			order := rows.Order{By: rows.ByName, Ascending: true}
			want := inOrder(mine, order)
			n := len(want)
			for _, cut := range []struct{ limit, offset int }{{1, 0}, {5, 0}, {5, 3}, {n - 1, 0}, {n, 0}, {100, 0}, {1, n - 1}, {5, n - 5}, {5, n - 4}, {5, n}, {5, n + 1000}} {
				page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Order: order, Limit: cut.limit, Offset: cut.offset, Count: true})
				from := min(cut.offset, n)
				to := min(from+cut.limit, n)
				e.sameOrder(fmt.Sprintf("limit %d offset %d", cut.limit, cut.offset), page.Customers, want[from:to])
				if page.More != (to < n) || page.Total != int64(n) {
					e.Errorf("limit %d offset %d: more is %t, total %d of %d", cut.limit, cut.offset, page.More, page.Total, n)
				}
			}
		}},
		{"names are ordered as they were written last", func(e *env) {
			first, second := e.child(e.a, Bare(), With(named("b"))), e.child(e.a, Bare(), With(named("c")))
			moved := next(second, named("A"))
			e.must(e.store.Replace(e.Context(), moved, 1), "replacing")
			page := e.page(rows.Query{Tenant: e.a.ID, Under: e.a.ID, Limit: 10, Order: rows.Order{By: rows.ByName, Ascending: true}})
			e.sameOrder("by name", page.Customers, []*customers.Customer{moved, first})
		}},
	}
}

// named returns a change of the name.
func named(name string) func(*customers.Customer) {
	return func(c *customers.Customer) { c.Name = name }
}
