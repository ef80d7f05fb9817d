package sqlite

import (
	"context"
	"fmt"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
)

// numbered inserts customers below a parent whose names have a text.
func (e *env) numbered(parent *customers.Customer, from, to int, text string) (made []*customers.Customer) {
	e.Helper()
	for n := from; n < to; n++ {
		c := storetest.Child(parent, storetest.Bare(), storetest.Seed(uint64(n)), storetest.With(func(c *customers.Customer) { c.Name = fmt.Sprint(text, n) }))
		e.insert(c)
		made = append(made, c)
	}
	return made
}

// What was counted serves later lists as far as the writes since leave it true, and is counted
// again behind that: a list that loses its customers one by one tells of at least the bound for
// as long as it has more, and then their number.
func TestWhatWasCountedIsNeverTooMuch(t *testing.T) {
	t.Parallel()
	const bound, all = 160, 190
	e := newEnv(t)
	mine := e.numbered(e.tenant, 1, 1+all, "Zebra ")
	e.numbered(e.tenant, 1000, 1010, "Lion ")
	other := child(e.operator, 2000)
	e.insert(other)
	e.numbered(other, 3000, 3005, "Zebra ")
	q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Limit: 3, Count: true, CountTo: bound, Filter: rows.Filter{Name: "zebra"}, Order: rows.Order{By: rows.ByCreated}}
	for left := all; ; left-- {
		page, err := e.List(context.Background(), q)
		e.must(err)
		want := rows.Count{N: min(int64(left), bound), AtLeast: left > bound}
		if got := (rows.Count{N: page.Total, AtLeast: page.AtLeast}); got != want {
			t.Fatalf("%d are left, and the total is %+v", left, got)
		}
		theirs := q
		theirs.Tenant, theirs.Under = other.ID, other.ID
		if page, err := e.List(context.Background(), theirs); err != nil || page.Total != 5 || page.AtLeast {
			t.Fatalf("the other tenant has %d, %v", page.Total, err)
		}
		if left == bound-5 {
			return
		}
		e.must(e.Replace(context.Background(), renamed(mine[left-1], "Gnu"), 1))
	}
}

// A list of which something was counted is not counted again until so many customers were
// written that its number may have reached the bound, and no others are remembered for it.
func TestListsAreCountedSeldom(t *testing.T) {
	t.Parallel()
	const bound = 160
	var k counts
	list := countedListOf(rows.Query{Filter: rows.Filter{Name: "zebra"}}, false)
	k.keep(list, countedRows{n: behind(bound + 1), limit: behind(bound + 1), mark: 7})
	for written, want := range map[uint64]bool{7: true, 8: true, 27: true, 28: false, 1000: false} {
		if n, ok := k.number(list, bound+1, written); ok != want || ok && n != bound+1 {
			t.Errorf("at %d: %d, %t", written, n, ok)
		}
	}
	for _, other := range []rows.Query{{Filter: list.filter, Deep: true}, {Filter: rows.Filter{Name: "zebr"}}, {Under: storetest.Operator(opened).ID, Filter: list.filter}} {
		if n, ok := k.number(countedListOf(other, false), bound+1, 7); ok {
			t.Errorf("%+v has %d", other, n)
		}
	}
	k.keep(list, countedRows{n: bound, limit: behind(bound + 1), mark: 9})
	if n, ok := k.number(list, bound+1, 9); !ok || n != bound {
		t.Errorf("before a write: %d, %t", n, ok)
	}
	if n, ok := k.number(list, bound+1, 10); ok {
		t.Errorf("after a write that may have changed it: %d", n)
	}
	for n := range 2 * mostCounts {
		k.keep(countedList{filter: rows.Filter{Name: fmt.Sprint(n)}}, countedRows{n: fewCounted})
	}
	if len(k.known) > mostCounts {
		t.Errorf("%d are remembered", len(k.known))
	}
}
