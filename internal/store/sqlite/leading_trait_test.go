package sqlite

import (
	"context"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
)

// A list by several traits is led by the one that the fewest customers have, whatever it is
// about; what is counted chooses only that, and never what is listed.
func TestTheRarestTraitLeads(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	with := func(seed uint64, status customers.Status, plan string, needed ...string) {
		e.insert(storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(seed), storetest.With(func(c *customers.Customer) {
			c.Status, c.PlanKey, c.PlanNeeded = status, plan, needed
		})))
	}
	for seed := uint64(2); seed < 8; seed++ {
		with(seed, customers.StatusActive, "payer", "bankDrops")
	}
	with(20, customers.StatusDisabled, "payer", "bankDrops")
	with(21, customers.StatusActive, "merchant", "bankDrops")
	with(22, customers.StatusActive, "payer", "bankDrops", "merchant.businessUrl")
	for _, row := range []struct {
		filter rows.Filter
		first  rows.Trait
		n      int
	}{
		{rows.Filter{Status: "disabled", PlanKey: "payer"}, rows.Trait{Kind: rows.TraitStatus, Word: "disabled"}, 1},
		{rows.Filter{Status: "active", PlanKey: "merchant"}, rows.Trait{Kind: rows.TraitPlanKey, Word: "merchant"}, 1},
		{rows.Filter{Status: "active", Needed: "merchant.businessUrl"}, rows.Trait{Kind: rows.TraitNeeded, Word: "merchant.businessUrl"}, 1},
		{rows.Filter{Status: "disabled", Needed: "bankDrops"}, rows.Trait{Kind: rows.TraitStatus, Word: "disabled"}, 1},
		{rows.Filter{Status: "locked", PlanKey: "merchant"}, rows.Trait{Kind: rows.TraitStatus, Word: "locked"}, 0},
	} {
		for _, wrong := range []bool{false, true} {
			if wrong { // each word has as many as the others had
				e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
					_, err := t.exec("UPDATE summaries SET direct = 10 - direct WHERE id = ?", e.tenant.ID)
					return err
				}))
			}
			for _, deep := range []bool{false, true} {
				q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Deep: deep, Filter: row.filter, Order: rows.Order{By: rows.ByCreated}, Limit: 10}
				e.must(e.read(context.Background(), "testing", func(c *conn) error {
					l, err := listingIn(context.Background(), c, q, false)
					if led := l.conditions.arguments[0] == row.first.Mark(q.Under, deep); err != nil || !wrong && !led {
						t.Errorf("%+v, deep %t: led by the rarest %t, %v", row.filter, deep, led, err)
					}
					return err
				}))
				if page, err := e.List(context.Background(), q); err != nil || len(page.Customers) != row.n {
					t.Errorf("%+v, deep %t: %d rows, %v", row.filter, deep, len(page.Customers), err)
				}
			}
			if wrong {
				e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
					_, err := t.exec("UPDATE summaries SET direct = 10 - direct WHERE id = ?", e.tenant.ID)
					return err
				}))
			}
		}
	}
}

// A list by a trait that few customers have is sorted, in the orders that no mark is in, and
// reads none of the others; one that many have is read in its order.
func TestFewWithATraitAreSorted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for seed := uint64(2); seed < 6; seed++ {
		e.insert(child(e.tenant, seed))
	}
	few := storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(9), storetest.With(func(c *customers.Customer) { c.Status = customers.StatusDisabled }))
	e.insert(few)
	for _, by := range []rows.OrderBy{rows.ByLastUpdated, rows.ByName} {
		for number, leads := range map[int64]bool{1: true, fewMarked(by): true, fewMarked(by) + 1: false} {
			e.must(e.writer.do(context.Background(), "testing", func(t *transaction) error {
				_, err := t.exec("UPDATE summaries SET direct = ? WHERE id = ? AND word = 'disabled'", number, e.tenant.ID)
				return err
			}))
			q := rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Filter: rows.Filter{Status: customers.StatusDisabled}, Order: rows.Order{By: by}, Limit: 10}
			e.must(e.read(context.Background(), "testing", func(c *conn) error {
				l, err := listingIn(context.Background(), c, q, false)
				if err != nil {
					return err
				}
				text, arguments := l.page(q)
				if plan := e.planOf(t, text, arguments...); strings.Contains(plan, "SEARCH m USING PRIMARY KEY (mark=?") != leads {
					t.Errorf("by %s, %d:\n%s", by, number, plan)
				}
				return nil
			}))
			if page, err := e.List(context.Background(), q); err != nil || len(page.Customers) != 1 || page.Customers[0].ID != few.ID {
				t.Errorf("by %s, %d: %d rows, %v", by, number, len(page.Customers), err)
			}
		}
	}
}
