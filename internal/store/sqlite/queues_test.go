package sqlite

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// The records of a file from before the queues are found by traits, counted, and
// named when their documents wait, as if they had been written since.
func TestOlderFilesGetQueues(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	s := openAt(t, t.TempDir(), 0)
	t.Cleanup(func() { _ = s.Close(ctx) })
	root := storetest.Operator(opened)
	platform := storetest.Child(root, storetest.Bare(), storetest.Seed(1))
	child := storetest.Child(platform, storetest.Bare(), storetest.Seed(2), storetest.With(func(c *customers.Customer) {
		c.Name, c.Identity.Status = "Unheard Of", reviews.IdentityKBA
		c.Webhooks = []customers.Webhook{{ID: root.ID, URL: "https://hooks.example/in", Created: opened, Disabled: new(opened)}}
		c.Documents = []customers.Document{{ID: root.ID, Verification: customers.DocumentPending, Created: opened.Add(time.Hour)}}
	}))
	err := errors.Join(s.Insert(ctx, root), s.Insert(ctx, platform), s.Insert(ctx, child), s.writer.do(ctx, "testing", func(t *transaction) error {
		for _, table := range []string{"marks", "summaries", "waiting"} {
			if _, err := t.exec("DELETE FROM " + table); err != nil {
				return err
			}
		}
		return fillQueues(ctx, t.c)
	}))
	if err != nil {
		t.Fatal(err)
	}
	for _, filter := range []rows.Filter{{IdentityStatus: reviews.IdentityKBA}, {Webhooks: rows.WebhooksDisabled}} {
		page, err := s.List(ctx, rows.Query{Under: root.ID, Deep: true, Filter: filter, Limit: 10, Count: true, Order: rows.Order{By: rows.ByCreated}})
		if err != nil || page.Total != 1 || len(page.Customers) != 1 || page.Customers[0].ID != child.ID {
			t.Errorf("%+v: %+v, %v", filter, page, err)
		}
	}
	for _, deep := range []bool{false, true} {
		counts, err := s.CountTraits(ctx, rows.CountQuery{Under: root.ID, Deep: deep, Traits: []rows.Trait{{Kind: rows.TraitIdentityStatus, Word: "kba"}, {Kind: rows.TraitStatus, Word: "active"}}})
		if want := flag(deep); err != nil || counts[0].N != want || counts[1].N != want+1 {
			t.Errorf("deep %t: %+v, %v", deep, counts, err)
		}
	}
	if list, err := s.WaitingDocuments(ctx, rows.WaitingQuery{Under: root.ID, Limit: 10}); err != nil || len(list) != 1 || list[0].ID != child.ID {
		t.Errorf("what waits is %v, %v", list, err)
	}
}

// The customers of a file whose marks do not tell of receivers that are not served any more
// are found by them afterwards, and by the marks that they had.
func TestOlderFilesGetMarksOfWebhooks(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e := newEnv(t)
	c := storetest.Child(e.tenant, storetest.Seed(7), storetest.With(func(c *customers.Customer) {
		c.Webhooks = []customers.Webhook{{ID: e.operator.ID, URL: "https://hooks.example/in", Created: opened, Disabled: new(opened)}}
	}))
	e.must(e.Insert(ctx, c))
	mark := rows.Trait{Kind: rows.TraitWebhooks, Word: rows.WebhooksDisabled}.Mark(e.tenant.ID, true)
	e.must(e.writer.do(ctx, "testing", func(t *transaction) error {
		if _, err := t.exec("DELETE FROM marks WHERE mark = ?", mark); err != nil {
			return err
		}
		return fillMarks(ctx, t.c)
	}))
	for _, filter := range []rows.Filter{{Webhooks: rows.WebhooksDisabled}, {Webhooks: rows.WebhooksDisabled, PlanKey: c.PlanKey}} {
		page, err := e.List(ctx, rows.Query{Tenant: e.tenant.Tenant, Under: e.tenant.ID, Deep: true, Filter: filter, Limit: 10, Count: true, Order: rows.Order{By: rows.ByCreated}})
		if err != nil || page.Total != 1 || len(page.Customers) != 1 || page.Customers[0].ID != c.ID {
			t.Errorf("%+v: %+v, %v", filter, page, err)
		}
	}
}

// The reviews of a file from before they were in order are in order afterwards.
func TestOlderFilesGetReviewsInOrder(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e := newEnv(t)
	var want []tenancy.ID
	for i := range 3 {
		c := storetest.Child(e.tenant, storetest.Seed(uint64(7+i)), storetest.With(func(c *customers.Customer) {
			c.Identity = reviews.Identity{Status: reviews.IdentityReview, StandsUntil: new(opened.Add(-time.Duration(i) * time.Hour))}
		}))
		e.must(e.Insert(ctx, c))
		want = append([]tenancy.ID{c.ID}, want...)
	}
	e.must(e.writer.do(ctx, "testing", func(t *transaction) error {
		if _, err := t.exec("DELETE FROM reviewing"); err != nil {
			return err
		}
		return fillReviewing(ctx, t.c)
	}))
	page, err := e.List(ctx, rows.Query{Tenant: e.tenant.Tenant, Under: e.tenant.ID, Deep: true, Filter: rows.Filter{IdentityStatus: reviews.IdentityReview}, Limit: 10, Count: true, Order: rows.Order{By: rows.ByReviewDeadline, Ascending: true}})
	var got []tenancy.ID
	for _, c := range page.Customers {
		got = append(got, c.ID)
	}
	if err != nil || page.Total != 3 || !slices.Equal(got, want) {
		t.Errorf("%d: %v, not %v, %v", page.Total, got, want, err)
	}
}

// Erasing a customer leaves none of its marks and numbers in the file: they tell of
// a person.
func TestErasedCustomersLeaveNoMarks(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := storetest.Child(e.tenant, storetest.Seed(7), storetest.With(func(c *customers.Customer) {
		c.Documents = []customers.Document{{ID: e.operator.ID, Verification: customers.DocumentPending, Created: opened}}
		c.Identity.Status = reviews.IdentityReview
	}))
	count := func() (all [3]int64) {
		for i, text := range []string{"SELECT count(*) FROM marks", "SELECT count(*) FROM waiting", "SELECT count(*) FROM reviewing"} {
			e.must(e.read(context.Background(), "testing", func(at *conn) (err error) {
				all[i], _, err = at.number(context.Background(), text)
				return err
			}))
		}
		return all
	}
	before := count()
	e.insert(c)
	if now := count(); now[0] <= before[0] || now[1] <= before[1] || now[2] <= before[2] {
		t.Fatalf("the customer has no marks: %v, then %v", before, now)
	}
	e.must(e.Erase(context.Background(), storetest.Tombstone(c), c.Version))
	if now := count(); now != before {
		t.Errorf("%v were there before, and %v remain", before, now)
	}
}
