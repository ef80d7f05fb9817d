package sqlite

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// A list to which no index leads in its order is walked in a range of that order's index, with
// two ends, from its first page and from behind a row, in both directions: nothing is sorted
// but the page, and no more rows are read than it may.
func TestWalksAreRangesOfAnIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.numbered(e.tenant, 1, 9, "Zebra ")
	for by, index := range map[rows.OrderBy]string{
		rows.ByCreated: "customers_created (parent=? AND (created,id)>(?,?) AND (created,id)<(?,?))", rows.ByLastUpdated: "customers_updated (parent=? AND (updated,id)>(?,?) AND (updated,id)<(?,?))",
		rows.ByName: "customers_standing_name (parent=? AND kind=? AND standing=? AND (name_folded,id)>(?,?) AND (name_folded,id)<(?,?))",
	} {
		for _, filter := range []rows.Filter{{Name: "zebra"}, {Text: "zebra", UpdatedFrom: opened}} {
			for _, ascending := range []bool{false, true} {
				q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Limit: 2, Filter: filter, Order: rows.Order{By: by, Ascending: ascending}}
				first, err := e.List(context.Background(), q)
				e.must(err)
				q.After = first.End
				e.must(e.read(context.Background(), "testing", func(c *conn) error {
					w, err := walkOf(context.Background(), c, q, false, 3)
					if err != nil {
						return err
					}
					text, arguments := w.page()
					if plan := e.planOf(t, text, arguments...); !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE") || isScanned(plan) {
						t.Errorf("by %s, ascending %t, %+v:\n%s", by, ascending, filter, plan)
					}
					return nil
				}))
			}
		}
	}
}

// The pages of a list are its rows, whether it is walked, its hits are sorted, or a walk finds
// too few: in each order and direction, from the first page to the last one, behind rows and at offsets,
// of children and of all below.
func TestWalkedPagesAreTheWholeList(t *testing.T) {
	t.Parallel()
	stores := map[string]*env{}
	for name, bounds := range map[string]searchBounds{
		"sorted": {ledTo: 1000, waits: 1}, "walked": {first: 1000, waits: 1}, "too few at first": {first: 2, walked: 1000, waits: 1}, "too few": {first: 2, walked: 3, waits: 1}, "hardly any": {few: 8, first: 1000, waits: 1},
	} {
		e := envOf(t, openSearching(t, bounds))
		for n := range 40 {
			e.insert(storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(uint64(n+10)), storetest.With(func(c *customers.Customer) {
				c.Name = []string{"Zebra", "Lion", "Zebra Lion", "Gnu"}[n%4]
				c.Status = []customers.Status{customers.StatusActive, customers.StatusDisabled}[n/4%2]
				c.Created = opened.Add(time.Duration(n/3) * time.Second)
				c.LastUpdated = opened.Add(time.Duration(n*7%13) * time.Hour)
			})))
		}
		stores[name] = e
	}
	from, to := opened.Add(4*time.Second), opened.Add(9*time.Second)
	for _, filter := range []rows.Filter{
		{Name: "zebra"}, {Text: "zeb"}, {UpdatedFrom: opened.Add(6 * time.Hour)}, {Name: "lion", Status: customers.StatusDisabled}, {Name: "zebra", UpdatedFrom: opened.Add(3 * time.Hour)},
		{Name: "zebra", CreatedFrom: from, CreatedTo: to}, {CreatedFrom: from, UpdatedFrom: opened.Add(6 * time.Hour)}, {CreatedTo: to, Status: customers.StatusActive},
	} {
		for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName} {
			for _, ascending := range []bool{false, true} {
				for _, deep := range []bool{false, true} {
					q := rows.Query{Filter: filter, Deep: deep, Order: rows.Order{By: by, Ascending: ascending}, Limit: 100, Count: true}
					all, total := stores["sorted"].pagesOf(q)
					if len(all) == 0 || int(total) != len(all) || len(all) == 40 {
						t.Fatalf("%+v: %d rows, total %d", q, len(all), total)
					}
					for name, e := range stores {
						for _, offset := range []int{0, 2} {
							q.Limit, q.Offset = 3, offset
							if got, n := e.pagesOf(q); !slices.Equal(got, all[offset:]) || n != total {
								t.Errorf("%s, %+v: %v (%d)\ninstead of %v (%d)", name, q, got, n, all[offset:], total)
							}
						}
						q.Offset, q.After = 0, outside(ascending)
						if got, _ := e.pagesOf(q); !slices.Equal(got, all) {
							t.Errorf("%s, %+v: %v\ninstead of %v", name, q, got, all)
						}
						q.After = nil
					}
				}
			}
		}
	}
}

// outside returns a position before all rows of an order, and before what bounds them.
func outside(ascending bool) *rows.Position {
	if ascending {
		return &rows.Position{Time: time.UnixMilli(1)}
	}
	return &rows.Position{Time: opened.AddDate(1, 0, 0), Name: "\U0010ffff", ID: tenancy.ID(bytes.Repeat([]byte{0xff}, len(tenancy.ID{})))}
}

// A page behind a row enters the index at that row also where a bound on the value of the order
// would lead elsewhere.
func TestPagesBehindARowStartThere(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for want, q := range map[string]rows.Query{
		"(created,id)>(?,?))": {Filter: rows.Filter{CreatedFrom: time.UnixMilli(0)}, Order: rows.Order{By: rows.ByCreated, Ascending: true}},
		"(created,id)<(?,?))": {Filter: rows.Filter{CreatedTo: time.UnixMilli(9)}, Order: rows.Order{By: rows.ByCreated}},
		"(updated,id)>(?,?))": {Filter: rows.Filter{UpdatedFrom: time.UnixMilli(1)}, Order: rows.Order{By: rows.ByLastUpdated, Ascending: true}},
	} {
		q.Under, q.After, q.Limit = e.tenant.ID, somewhere(), 10
		q.Filter = beyond(q, nil)
		l := listingOf(q, false)
		text, arguments := l.page(q)
		if plan := e.planOf(t, text, arguments...); !strings.Contains(plan, want) {
			t.Errorf("%s without %s", plan, want)
		}
	}
}

// pagesOf returns the rows of a list of the tenant, page by page to its end, and the total that
// its first page has.
func (e *env) pagesOf(q rows.Query) (all []tenancy.ID, total int64) {
	e.Helper()
	q.Tenant, q.Under = e.tenant.ID, e.tenant.ID
	for {
		page, err := e.List(context.Background(), q)
		e.must(err)
		for _, c := range page.Customers {
			all = append(all, c.ID)
		}
		if q.Count {
			total = page.Total
		}
		if !page.More {
			return all, total
		}
		q.After, q.Count = page.End, false
	}
}
