package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// endless is a page whose first row comes at once and whose second never does.
const endless = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i AS id, i AS value FROM n WHERE i = 1 OR i < 0"

func none([]driver.Value) error { return nil }

// A search that is running ends with its context, also when it has found rows already,
// and its reader serves the next one.
func TestARunningSearchIsInterrupted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for range 3 {
		ctx, cancel := context.WithCancel(context.Background())
		begun := make(chan struct{})
		ended := make(chan error, 1)
		go func() {
			ended <- e.scan(ctx, e.tenant.ID, "testing", func(ctx context.Context, c *conn) error {
				close(begun)
				return c.query(ctx, materialized(endless, true), none)
			})
		}()
		<-begun
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Fatalf("the search ended with %v", err)
		}
		page, err := e.List(context.Background(), rows.Query{Under: e.operator.ID, Filter: rows.Filter{Name: "a"}, Order: rows.Order{By: rows.ByName}, Limit: 5, Count: true})
		if err != nil || int(page.Total) != len(page.Customers) {
			t.Fatalf("the next search: %v", err)
		}
	}
}

// A search that takes longer than it may is told apart from a caller that left.
func TestASearchHasATimeOfItsOwn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	e.scans.options.ScanTimeout = time.Millisecond
	err := e.scan(context.Background(), e.tenant.ID, "testing", func(ctx context.Context, c *conn) error {
		return c.query(ctx, materialized(endless, true), none)
	})
	if !errors.Is(err, rows.ErrTooMuchWork) {
		t.Errorf("the search ended with %v", err)
	}
}

// While all readers of searches are taken and the queue behind them is full, reads by id
// and lists that an index leads to go on; one search more is refused at once; and the
// search of another tenant is not.
func TestSearchesTakeNothingFromReads(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := child(e.tenant, 1)
	e.insert(c)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	search := func(tenant tenancy.ID) chan error {
		answer := make(chan error, 1)
		go func() {
			answer <- e.scan(ctx, tenant, "testing", func(ctx context.Context, c *conn) error {
				return c.query(ctx, materialized(endless, true), none)
			})
		}()
		return answer
	}
	flood := make(chan error, 64)
	for range e.scans.options.Scans + scanQueue + 1 {
		answer := search(e.tenant.ID)
		go func() { flood <- <-answer }()
	}
	if err := <-flood; !errors.Is(err, rows.ErrBusy) {
		t.Errorf("one search more than may wait: %v", err)
	}
	for range 20 {
		e.cache.records.Invalidate(cached{id: c.ID})
		if _, err := e.Get(ctx, c.Ref()); err != nil {
			t.Fatal(err)
		}
		if _, err := e.List(ctx, rows.Query{Tenant: e.tenant.ID, Under: e.tenant.ID, Order: rows.Order{By: rows.ByCreated}, Limit: 5, Count: true}); err != nil {
			t.Fatal(err)
		}
	}
	other := search(tenancy.ID{1})
	if err := <-flood; !errors.Is(err, rows.ErrBusy) {
		t.Errorf("who gives way to another tenant: %v", err)
	}
	cancel()
	if err := <-other; !errors.Is(err, context.Canceled) {
		t.Errorf("the search of another tenant: %v", err)
	}
}

// A list is a search when an index does not lead to its rows in their order.
func TestWhatIsASearch(t *testing.T) {
	t.Parallel()
	byCreated, byName, byUpdated := rows.Order{By: rows.ByCreated}, rows.Order{By: rows.ByName}, rows.Order{By: rows.ByLastUpdated}
	active, day := customers.Status("active"), opened
	for _, row := range []struct {
		query rows.Query
		want  bool
	}{
		{rows.Query{Order: byCreated, Count: true}, false},
		{rows.Query{Order: byName, Count: true}, false},
		{rows.Query{Order: byUpdated}, false},
		{rows.Query{Order: byCreated, Deep: true, Count: true}, false},
		{rows.Query{Order: byName, Deep: true}, true},
		{rows.Query{Order: byUpdated, Deep: true}, true},
		{rows.Query{Order: byCreated, Offset: 1000}, false},
		{rows.Query{Order: byCreated, Offset: 1001}, true},
		{rows.Query{Order: byCreated, Offset: 1001, After: &rows.Position{}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Name: "a"}}, true},
		{rows.Query{Order: byName, Filter: rows.Filter{Search: "a"}}, true},
		{rows.Query{Order: byName, Count: true, Filter: rows.Filter{Name: "a", Email: "b"}}, false},
		{rows.Query{Order: byUpdated, Count: true, Deep: true, Filter: rows.Filter{ExternalID: "b"}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Status: active}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{PlanKey: "payer", CreatedFrom: day}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{CreatedFrom: day}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Status: active}, Count: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Status: active, CreatedFrom: day}, Count: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Status: active}, Count: true, Deep: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{IdentityStatus: "review"}, Count: true, Deep: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{PlanStatus: "verified", CreatedTo: day}}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Needed: "bankDrops"}, Deep: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Needed: "bankDrops"}, Count: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Needed: "bankDrops", PlanStatus: "verified"}}, true},
		{rows.Query{Order: byName, Filter: rows.Filter{PlanStatus: "verified"}}, true},
		{rows.Query{Order: byCreated, Filter: rows.Filter{PlanStatus: "verified", Name: "a"}}, true},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Text: "a", Email: "b"}}, true},
		{rows.Query{Order: byCreated, Filter: rows.Filter{Status: active, PlanKey: "payer"}}, true},
		{rows.Query{Order: byName, Filter: rows.Filter{Status: active}}, true},
		{rows.Query{Order: byCreated, Filter: rows.Filter{UpdatedFrom: day}}, true},
		{rows.Query{Order: byUpdated, Filter: rows.Filter{UpdatedFrom: day}, Count: true}, false},
		{rows.Query{Order: byUpdated, Filter: rows.Filter{UpdatedFrom: day}, Deep: true}, true},
		{rows.Query{Order: byUpdated, Filter: rows.Filter{UpdatedFrom: day, CreatedFrom: day}}, true},
		{rows.Query{Order: byCreated, Filter: rows.Filter{EnrollmentStatuses: 1}}, true},
		{rows.Query{Order: byName, Filter: rows.Filter{PartyStatuses: rows.SetOf(status.All(), status.All()[:1])}, Count: true}, false},
		{rows.Query{Order: byCreated, Filter: rows.Filter{PartyStatuses: 1}, Deep: true}, true},
	} {
		t.Run(fmt.Sprintf("%+v", row.query), func(t *testing.T) {
			t.Parallel()
			if got := isScan(row.query); got != row.want {
				t.Errorf("isScan is %t", got)
			}
		})
	}
}
