package sqlite

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// planOf returns how SQLite would run a query, one step per line.
func (s *Store) planOf(t *testing.T, text string, arguments ...any) string {
	t.Helper()
	return strings.Join(s.texts(t, 3, "EXPLAIN QUERY PLAN "+text, arguments...), "\n")
}

// isScanned reports whether a plan goes through a whole table or index. The rows that a bounded
// count has found are none, nor are the hits of a search and the few customers that wait for it.
func isScanned(plan string) bool {
	for _, bounded := range []string{"SCAN (subquery-", "SCAN search VIRTUAL TABLE INDEX 0:M1", "SCAN unindexed", "SCAN relayed", "SCAN f"} {
		plan = strings.ReplaceAll(plan, bounded, "")
	}
	return strings.Contains(plan, "SCAN")
}

// somewhere returns a position inside every order.
func somewhere() *rows.Position {
	return &rows.Position{Time: time.UnixMilli(1), Name: "n", ID: tenancy.ID{7}}
}

// Pages without a filter are read from an index alone, in its order, from where they
// start: of children by creation and by
// their last change, of descendants by creation.
func TestUnfilteredPagesAreRangesOfAnIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, row := range []struct {
		by   rows.OrderBy
		deep bool
		want string
	}{
		{rows.ByCreated, false, "SEARCH c USING COVERING INDEX customers_created (parent=?"},
		{rows.ByLastUpdated, false, "SEARCH c USING COVERING INDEX customers_updated (parent=?"},
		{rows.ByCreated, true, "SEARCH a USING PRIMARY KEY (ancestor=?"},
	} {
		t.Run(row.want, func(t *testing.T) {
			for _, ascending := range []bool{false, true} {
				for _, after := range []*rows.Position{nil, somewhere()} {
					q := rows.Query{Under: e.tenant.ID, Deep: row.deep, Order: rows.Order{By: row.by, Ascending: ascending}, Limit: 50, After: after}
					l := listingOf(q, false)
					text, arguments := l.page(q)
					want := row.want + ")"
					if after != nil {
						comparison := "<"
						if ascending {
							comparison = ">"
						}
						_, value, _ := strings.Cut(l.value, ".")
						want = fmt.Sprintf("%s AND (%s,id)%s(?,?))", row.want, value, comparison)
					}
					if plan := e.planOf(t, text, arguments...); plan != want {
						t.Errorf("%+v:\n%s\ninstead of\n%s", q, plan, want)
					}
				}
			}
		})
	}
}

// Each filter that an index serves is looked up in it, for a page and for its
// total, of children and of all descendants.
func TestFiltersUseTheirIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, row := range []struct {
		filter              rows.Filter
		direct, deep, count string
	}{
		{rows.Filter{MerchantKey: "x"}, "customers_merchant_key (merchant_key=? AND parent=?", "customers_merchant_key (merchant_key=?", "INDEX customers_merchant_key (merchant_key=? AND parent=?"},
		{rows.Filter{ExternalID: "x"}, "customers_external_id (external_id=? AND parent=?", "customers_external_id (external_id=?", "INDEX customers_external_id (external_id=? AND parent=?"},
		{rows.Filter{Email: "x"}, "customers_email (email_folded=? AND parent=?", "customers_email (email_folded=?", "INDEX customers_email (email_folded=? AND parent=?"},
		{rows.Filter{Email: "x", Status: "active"}, "customers_email (email_folded=? AND parent=?", "customers_email (email_folded=?", "customers_email (email_folded=? AND parent=?"},
		{rows.Filter{Status: "active"}, "SEARCH m USING PRIMARY KEY (mark=?", "SEARCH m USING PRIMARY KEY (mark=?", "SEARCH m USING PRIMARY KEY (mark=?"},
		{rows.Filter{PlanKey: "payer"}, "SEARCH m USING PRIMARY KEY (mark=?", "SEARCH m USING PRIMARY KEY (mark=?", "SEARCH m USING PRIMARY KEY (mark=?"},
		{rows.Filter{CreatedFrom: opened}, "COVERING INDEX customers_created (parent=? AND created>?", "PRIMARY KEY (ancestor=?", "COVERING INDEX customers_created (parent=? AND created>?"},
		{rows.Filter{UpdatedFrom: opened}, "customers_", "PRIMARY KEY (ancestor=?", "COVERING INDEX customers_updated (parent=? AND updated>?"},
	} {
		t.Run(row.count, func(t *testing.T) {
			for _, deep := range []bool{false, true} {
				q := rows.Query{Under: e.tenant.ID, Deep: deep, Order: rows.Order{By: rows.ByCreated}, Limit: 50, Filter: row.filter}
				l := listingOf(q, false)
				text, arguments := l.page(q)
				page := e.planOf(t, text, arguments...)
				text, arguments = l.count(q, 100)
				count := e.planOf(t, text, arguments...)
				wantPage, wantCount := row.direct, row.count
				if deep {
					wantPage, wantCount = row.deep, row.deep
				}
				for what, plan := range map[string]string{wantPage: page, wantCount: count} {
					if !strings.Contains(plan, what) || isScanned(plan) {
						t.Errorf("%+v deep %t:\n%s\nwithout\n%s", row.filter, deep, plan, what)
					}
				}
			}
		})
	}
}

// A list by traits is one range of the marks of its first trait, in its order, of children
// and of all descendants, from its first page and from behind a row; other filters are
// looked at row by row, and nothing is sorted.
func TestTraitsAreRangesOfMarks(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	const one, more = "SEARCH m USING PRIMARY KEY (mark=?", "SEARCH x EXISTS USING PRIMARY KEY (mark=? AND created=? AND id=?)"
	for _, row := range []struct {
		filter rows.Filter
		more   bool
	}{
		{rows.Filter{IdentityStatus: "review"}, false},
		{rows.Filter{PlanStatus: "unverified"}, false},
		{rows.Filter{Needed: "bankDrops", CreatedFrom: opened}, false},
		{rows.Filter{IdentityStatus: "review", Needed: "bankDrops", Status: "active"}, true},
	} {
		for _, deep := range []bool{false, true} {
			for _, after := range []*rows.Position{nil, somewhere()} {
				q := rows.Query{Under: e.tenant.ID, Deep: deep, Order: rows.Order{By: rows.ByCreated, Ascending: deep}, Limit: 50, Filter: row.filter, After: after}
				l := listingOf(q, false)
				text, arguments := l.page(q)
				plan := e.planOf(t, text, arguments...)
				if !strings.Contains(plan, one) || strings.Contains(plan, more) != row.more || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") ||
					after != nil && !strings.Contains(plan, "created,id)") && !strings.Contains(plan, "created>?)") {
					t.Errorf("%+v deep %t after %v:\n%s", row.filter, deep, after, plan)
				}
			}
		}
	}
}

// A search asks the index of searches once, and looks at each hit by its number, whatever the
// order is; the rest of the filter is looked at in the hits.
func TestSearchesAreLedByTheirIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, filter := range []rows.Filter{{Name: "ann"}, {Search: "a"}, {Text: "ann smith", Name: "a", Status: "active"}, {Search: "ann", IdentityStatus: "review", CreatedFrom: opened}} {
		for _, deep := range []bool{false, true} {
			for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName} {
				q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Deep: deep, Order: rows.Order{By: by}, Limit: 50, Filter: filter}
				l := listingOf(q, false)
				page, arguments := l.page(q)
				count, counted := l.count(q, 100)
				for _, plan := range []string{e.planOf(t, page, arguments...), e.planOf(t, count, counted...)} {
					if !strings.Contains(plan, "SCAN search VIRTUAL TABLE INDEX 0:M1") || strings.Count(plan, "SEARCH c USING INTEGER PRIMARY KEY (rowid=?)") == 0 || strings.Contains(plan, "USING INDEX customers") {
						t.Errorf("%+v, deep %t, by %s:\n%s", filter, deep, by, plan)
					}
				}
			}
		}
	}
}

// A filter that leads to few rows goes first whatever the order is: the index of the
// order would be read from end to end.
func TestFewRowsAreSorted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for want, filter := range map[string]rows.Filter{
		"customers_email (email_folded=? AND parent=?)":      {Email: "x"},
		"customers_external_id (external_id=? AND parent=?)": {ExternalID: "x"},
	} {
		t.Run(want, func(t *testing.T) {
			for _, by := range []rows.OrderBy{rows.ByName, rows.ByLastUpdated} {
				q := rows.Query{Under: e.tenant.ID, Order: rows.Order{By: by, Ascending: true}, Limit: 100, Filter: filter}
				l := listingOf(q, false)
				text, arguments := l.page(q)
				if plan := e.planOf(t, text, arguments...); !strings.Contains(plan, want) {
					t.Errorf("by %s:\n%s\nwithout\n%s", by, plan, want)
				}
			}
		})
	}
}

// A list by kind and status is read as ranges of one index, each in its order, merged
// as they are read and not sorted; its total comes from the tallies.
func TestStatusesAreRangesOfAnIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	kinds, statuses := len(customers.PartyTypes()), len(status.All())
	for by, want := range map[rows.OrderBy]string{
		rows.ByName:    "COVERING INDEX customers_standing_name (parent=? AND kind=? AND standing=?)",
		rows.ByCreated: "COVERING INDEX customers_standing_created (parent=? AND kind=? AND standing=?)",
	} {
		t.Run(fmt.Sprint(by), func(t *testing.T) {
			for _, row := range []struct {
				filter rows.Filter
				ranges int
			}{
				{rows.Filter{PartyStatuses: status.SetOf(status.Review)}, kinds},
				{rows.Filter{PartyStatuses: status.SetOf(status.Pending, status.Review)}, 2 * kinds},
				{rows.Filter{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)}, statuses},
			} {
				t.Run(fmt.Sprint(row.ranges), func(t *testing.T) {
					for _, offset := range []int{0, 500} {
						q := rows.Query{Under: e.tenant.ID, Order: rows.Order{By: by}, Limit: 100, Offset: offset, Filter: row.filter}
						l := listingOf(q, false)
						text, arguments := l.page(q)
						plan := e.planOf(t, text, arguments...)
						if strings.Count(plan, want) != row.ranges || strings.Contains(plan, "SCAN") || strings.Contains(plan, "TEMP B-TREE") || !tallied(q) {
							t.Errorf("by %s, %+v:\n%s\nwithout %d times\n%s", by, row.filter, plan, row.ranges, want)
						}
					}
				})
			}
		})
	}
}

// A list by name is read as ranges of the index that has the names of each kind and status,
// merged as they are read, from its first page and from behind a row; no row is sorted or read
// that the page does not show.
func TestNamesAreRangesOfAnIndex(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ranges := len(customers.PartyTypes()) * len(status.All())
	for _, ascending := range []bool{false, true} {
		for after, behind := range map[*rows.Position]string{nil: ")", somewhere(): " AND (name_folded,id)"} {
			q := rows.Query{Under: e.tenant.ID, Order: rows.Order{By: rows.ByName, Ascending: ascending}, Limit: 100, After: after}
			l := listingOf(q, false)
			text, arguments := l.page(q)
			plan := e.planOf(t, text, arguments...)
			want := "COVERING INDEX customers_standing_name (parent=? AND kind=? AND standing=?" + behind
			if strings.Count(plan, want) != ranges || isScanned(plan) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%+v:\n%s\nwithout %d times\n%s", q, plan, ranges, want)
			}
		}
	}
}

// A list by name reads the ranges alone that have customers, in the index, and one by status and
// plan goes by the names too: most customers share these.
func TestNamesAreReadWhereThereAreSome(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.insert(child(e.tenant, 7))
	e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
		_, err := t.exec("UPDATE summaries SET direct = ?", fewMarked(rows.ByName)+1)
		return err
	}))
	for _, row := range []struct {
		filter rows.Filter
		ranges int
	}{{rows.Filter{}, 1}, {rows.Filter{Status: "active", PlanKey: "merchant"}, 1}, {rows.Filter{PartyStatuses: status.SetOf(status.Inactive)}, 0}} {
		q := rows.Query{Under: e.tenant.ID, Order: rows.Order{By: rows.ByName, Ascending: true}, Limit: 100, Filter: row.filter}
		e.must(e.read(context.Background(), "testing", func(c *conn) error {
			l, err := listingIn(context.Background(), c, q, false)
			if err != nil {
				return err
			}
			text, arguments := l.page(q)
			if plan := e.planOf(t, text, arguments...); strings.Count(plan, "INDEX customers_standing_name (parent=? AND kind=? AND standing=?") != row.ranges || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%+v:\n%s", row.filter, plan)
			}
			return nil
		}))
	}
}

// eventTexts returns statements of pages of the event log, in every reach but the
// operator's, which reads the table itself from its newest row on.
func eventTexts(tenant tenancy.ID) (texts []string) {
	for _, reach := range []rows.EventQuery{
		{Customer: tenancy.Ref{Tenant: tenant, ID: tenant}}, {Tenant: tenant}, {Tenant: tenant, Under: tenancy.ID{7}}, {ID: tenant},
	} {
		for _, kind := range []string{"", "bank.verified", "bank.*"} {
			q := reach
			q.Type, q.From, q.Before, q.Limit = kind, opened, tenancy.ID{8}, 10
			text, _ := eventPage(q, 10)
			texts = append(texts, text)
		}
	}
	return texts
}

// The events of a customer and of all below it are read as two ranges of an index, each in its
// order, merged and not sorted, from the newest and from behind one.
func TestEventsBelowAreRangesOfIndexes(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for _, before := range []tenancy.ID{{}, {8}} {
		text, arguments := eventPage(rows.EventQuery{Tenant: e.tenant.ID, Under: tenancy.ID{7}, Before: before}, 10)
		plan := e.planOf(t, text, arguments...)
		_, sorted, _ := strings.Cut(plan, "MERGE (UNION ALL)")
		if !strings.Contains(sorted, "SEARCH w USING PRIMARY KEY (ancestor=?") || !strings.Contains(sorted, "events_customer (customer=?") || strings.Contains(sorted, "TEMP B-TREE") {
			t.Errorf("before %s:\n%s", before, plan)
		}
	}
}

// An event is found by its id and the copies that are thinned in one index, and the events of
// a customer in its own, whichever tenant is asked for.
func TestEventsAreFoundInTheirIndexes(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ofOne, _ := eventPage(rows.EventQuery{Customer: tenancy.Ref{Tenant: e.tenant.ID, ID: e.tenant.ID}, Tenant: e.tenant.ID}, 10)
	for text, index := range map[string]string{
		selectLogged: "INDEX events_id (whole=? AND id=?)", updateEvent: "INDEX events_id (whole=? AND id=?)",
		selectWhole: "INDEX events_id (whole=? AND id<?)", selectEvents: "INDEX events_customer (customer=?)", ofOne: "INDEX events_customer (customer=?)",
	} {
		if plan := e.planOf(t, text, make([]any, strings.Count(text, "?"))...); !strings.Contains(plan, index) || strings.Contains(plan, "TEMP B-TREE FOR ORDER BY") {
			t.Errorf("%s:\n%s", text, plan)
		}
	}
}

// No request can cause a scan of a table of customers, claims or events.
func TestNothingIsScanned(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	childrenOf, _ := selectChildrenOf(3)
	texts := []string{
		selectRoot, selectState, selectDocument, selectWalk, selectClaim, selectOutboxes,
		updateDocument, deleteAncestry, selectChildren, deleteChildren, updateClaim, deleteClaim, sweepClaims,
		deleteMark, deleteWaiting, deleteSums, selectSum, selectNumbers, childrenOf, selectWaitingDocs,
		selectWhole, updateWhole, insertWithin, nextEndpoint, dueOfOne, stateOfOne, updateOne, sweepEnded,
		selectDue, selectPlanDue, selectDropsDue, selectPair,
	}
	texts = append(texts, eventTexts(e.tenant.ID)...)
	for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByLastUpdated, rows.ByName} {
		for _, oneTenant := range []bool{false, true} {
			for _, deep := range []bool{false, true} {
				for _, filter := range []rows.Filter{{}, {Name: "x"}, {Status: "active", PlanKey: "payer", UpdatedFrom: opened}, {Email: "x", Name: "x"}, {Needed: "x", Name: "x"}, {Text: "x y"}} {
					q := rows.Query{Tenant: e.tenant.ID, Under: e.operator.ID, Deep: deep, Order: rows.Order{By: by}, Filter: filter, After: somewhere()}
					l := listingOf(q, oneTenant)
					page, _ := l.page(q)
					count, _ := l.count(q, 100)
					texts = append(texts, page, count)
				}
			}
		}
	}
	for _, text := range texts {
		arguments := make([]any, strings.Count(text, "?"))
		if plan := e.planOf(t, text, arguments...); isScanned(plan) && text != selectOutboxes &&
			plan != "SCAN customers USING COVERING INDEX customers_root" {
			t.Errorf("%s\n%s", text, plan)
		}
	}
}

// The total of a list by one trait comes from the summaries.
func TestTotalsOfTraitsAreNotCounted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
		_, err := t.exec("UPDATE summaries SET direct = 1000000, deep = 2000000 WHERE id = ?", e.operator.ID)
		return err
	}))
	for deep, want := range map[bool]int64{false: 1_000_000, true: 2_000_000} {
		for _, filter := range []rows.Filter{{Status: "active"}, {IdentityStatus: e.tenant.Identity.Status}, {PlanKey: e.tenant.PlanKey}} {
			page, err := e.List(context.Background(), rows.Query{Under: e.operator.ID, Deep: deep, Limit: 1, Count: true, Filter: filter, Order: rows.Order{By: rows.ByCreated}})
			if err != nil || page.Total != want {
				t.Errorf("%+v deep %t: the total is %d (%v)", filter, deep, page.Total, err)
			}
		}
	}
}

// The total of a list by several traits comes from the summaries as far as they tell it: who
// has one trait and lacks another is counted once.
func TestTotalsOfSeveralTraitsAreCountedOnlyIfTheyMust(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.insert(child(e.operator, 2))
	filter := rows.Filter{Status: "active", IdentityStatus: e.tenant.Identity.Status, PlanKey: e.tenant.PlanKey}
	for _, row := range []struct {
		all, each int64
		want      rows.Count
	}{
		{1_000_000, 1_000_000, rows.Count{N: 1_000_000}},
		{1_000_000, 0, rows.Count{}},
		{1_000_000, 670_010, rows.Count{N: rows.MostCounted, AtLeast: true}}, // 10,030 have all three
		{1_000_000, 670_000, rows.Count{N: 2}},                               // 10,000 do
	} {
		e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
			_, err := t.exec("UPDATE children SET direct = ? WHERE id = ?", row.all, e.operator.ID)
			if err == nil {
				_, err = t.exec("UPDATE summaries SET direct = ? WHERE id = ?", row.each, e.operator.ID)
			}
			return err
		}))
		page, err := e.List(context.Background(), rows.Query{Under: e.operator.ID, Limit: 1, Count: true, Filter: filter, Order: rows.Order{By: rows.ByCreated}})
		if got := (rows.Count{N: page.Total, AtLeast: page.AtLeast}); err != nil || got != row.want || len(page.Customers) != 1 {
			t.Errorf("%+v: the total is %+v (%v)", row, got, err)
		}
	}
}

// The total of a list without a filter comes from the counters: it is right even if the
// rows cannot be counted.
func TestTotalsAreNotCounted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
		_, err := t.exec("UPDATE children SET direct = 1000000, deep = 2000000 WHERE id = ?", e.operator.ID)
		return err
	}))
	for deep, want := range map[bool]int64{false: 1_000_000, true: 2_000_000} {
		t.Run(fmt.Sprint(deep), func(t *testing.T) {
			page, err := e.List(context.Background(), rows.Query{Under: e.operator.ID, Deep: deep, Limit: 1, Count: true})
			if err != nil || page.Total != want {
				t.Errorf("deep %t: the total is %d (%v)", deep, page.Total, err)
			}
		})
	}
}
