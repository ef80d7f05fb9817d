package mongo_test

import (
	"context"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/mongo/mongotest"
	"tenantry/tenancy"
)

// The calls that each index of customers is there for.
func callsByIndex(of *mongo.Store) map[string]func(ctx context.Context) error {
	tenant := tenancy.ID{1}
	list := func(q rows.Query) func(context.Context) error {
		return func(ctx context.Context) error {
			if q.Under = tenant; q.Order.By == "" {
				q.Order.By = rows.ByCreated
			}
			q.Limit = 1
			_, err := of.List(ctx, q)
			return err
		}
	}
	by := func(order rows.OrderBy, deep bool, f rows.Filter) func(context.Context) error {
		return list(rows.Query{Tenant: tenant, Deep: deep, Order: rows.Order{By: order}, Filter: f})
	}
	standing := rows.Filter{PartyStatuses: straddlestatus.SetOf(straddlestatus.Review)}
	return map[string]func(context.Context) error{
		"children_created":          by(rows.ByCreated, false, rows.Filter{}),
		"children_updated":          by(rows.ByLastUpdated, false, rows.Filter{}),
		"children_name":             by(rows.ByName, false, rows.Filter{}),
		"descendants_created":       by(rows.ByCreated, true, rows.Filter{}),
		"descendants_updated":       by(rows.ByLastUpdated, true, rows.Filter{}),
		"descendants_name":          by(rows.ByName, true, rows.Filter{}),
		"email":                     by(rows.ByCreated, true, rows.Filter{Email: "a@example.com"}),
		"merchant_key":              by(rows.ByCreated, true, rows.Filter{MerchantKey: "m"}),
		"external_id":               by(rows.ByCreated, true, rows.Filter{ExternalID: "e"}),
		"children_standing_name":    by(rows.ByName, false, standing),
		"children_standing_created": by(rows.ByCreated, false, standing),
		"children_stage_created":    by(rows.ByCreated, false, rows.Filter{EnrollmentStatuses: status.SetOf(status.Verified)}),
		"meta":                      by(rows.ByCreated, false, rows.Filter{Meta: [rows.MostMetaTerms]customers.MetaTerm{{Path: "crm", Value: "7"}}}),
		"marks":                     by(rows.ByCreated, false, rows.Filter{Status: customers.StatusActive}),
		"reviews":                   by(rows.ByReviewDeadline, true, rows.Filter{IdentityStatus: reviews.IdentityReview}),
		"words":                     by(rows.ByCreated, true, rows.Filter{Text: "two words"}),
		"words_anywhere":            list(rows.Query{Deep: true, Filter: rows.Filter{Text: "two words"}}),
		"grams":                     list(rows.Query{Deep: true, Filter: rows.Filter{Name: "cafe"}}),
		"parts": func(ctx context.Context) error {
			_, err := of.CustomersWithPart(ctx, tenant, tenancy.ID{2}, tenancy.ID{}, 1)
			return err
		},
		"banks": func(ctx context.Context) error {
			_, err := of.CustomersWithPart(ctx, tenant, tenancy.ID{2}, tenancy.ID{}, 1)
			return err
		},
		"documents_due": func(ctx context.Context) error {
			_, err := of.WaitingDocuments(ctx, rows.WaitingQuery{Tenant: tenant, Under: tenant, Limit: 1})
			return err
		},
		"next_reviews_due": func(ctx context.Context) error { _, err := of.DueReviews(ctx, opened, 1); return err },
		"next_plans_due":   func(ctx context.Context) error { _, err := of.DuePlans(ctx, opened, 1); return err },
		"next_drops_due": func(ctx context.Context) error {
			_, err := of.DueDrops(ctx, rows.Position{Time: time.UnixMilli(0)}, 1)
			return err
		},
		"outboxes_slot": func(ctx context.Context) error { _, err := of.Outboxes(ctx, tenancy.AllSlots, 1); return err },
	}
}

// Every index of customers is there for a call whose question it answers better than any
// other, and docs/mongodb.md says for which; none is there for nothing.
func TestEveryIndexOfCustomersIsUsed(t *testing.T) {
	t.Parallel()
	noted := mongotest.New()
	s := openJudged(t, noted)
	t.Cleanup(func() { closeStore(t, s) })
	documented, err := os.ReadFile("../../../docs/mongodb.md")
	if err != nil {
		t.Fatal(err)
	}
	declared, calls := mongo.DeclaredByName(), callsByIndex(s)
	for name := range calls {
		if declared[name] == nil {
			t.Errorf("no index is called %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		if !strings.Contains(string(documented), "\n| `"+name+"` |") {
			t.Errorf("the table of indexes in docs/mongodb.md has no row for %s", name)
		}
		if calls[name] == nil {
			t.Errorf("no call needs the index %s", name)
			continue
		}
		noted.Forget()
		if err := calls[name](t.Context()); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !noted.IsBest(name, declared) {
			t.Errorf("another index answers better than %s, or as well: %q", name, noted.Shapes())
		}
	}
}
