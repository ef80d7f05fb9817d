package mongo_test

import (
	"maps"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
)

// A total whose time is over does not fail the page: what the page shows is its lower bound,
// and a page that shows the last row still has the number. A list is two requests, the page
// and its total.
func TestATotalThatTakesTooLongFailsNoPage(t *testing.T) {
	t.Parallel()
	uri, database := freshDatabase(t)
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(uri), Database: database, Timeout: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closeStore(t, s) })
	h := testkit.Install(t, s)
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	for range 3 {
		h.Create(h.Cove, testkit.One(``))
	}
	s.CountFor(0)
	under := h.Record(h.Cove.ID)
	for _, row := range []struct {
		limit, offset int
		want          rows.Count
	}{{2, 0, rows.Count{N: 3, AtLeast: true}}, {1, 1, rows.Count{N: 3, AtLeast: true}}, {1, 0, rows.Count{N: 2, AtLeast: true}}, {2, 2, rows.Count{N: 3}}, {5, 0, rows.Count{N: 3}}} {
		page, err := s.List(t.Context(), rows.Query{
			Tenant: under.Tenant, Under: under.ID, Order: rows.Order{By: rows.ByCreated}, Limit: row.limit, Offset: row.offset, Count: true,
		})
		if got := (rows.Count{N: page.Total, AtLeast: page.AtLeast}); err != nil || got != row.want {
			t.Errorf("limit %d, offset %d: %+v, want %+v (%v)", row.limit, row.offset, got, row.want, err)
		}
	}
}

// A count by status whose time is over is not refused: it is what was counted to the bound,
// of the children of this customer alone, which of a few is their number.
func TestCountsByStatusDoNotTimeOut(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	other := e.child(e.operator)
	for range 3 {
		e.child(e.tenant)
		e.child(other)
	}
	e.child(e.tenant, storetest.With(func(c *customers.Customer) { c.Status = customers.StatusDisabled }))
	exact, err := e.store.CountByStatus(t.Context(), e.tenant.Tenant, e.tenant.ID)
	var sum int64
	for _, n := range exact {
		sum += n
	}
	if err != nil || sum != 4 || len(exact) != 2 {
		t.Fatalf("in time they are %v (%v)", exact, err)
	}
	e.store.CountFor(0)
	if late, err := e.store.CountByStatus(t.Context(), e.tenant.Tenant, e.tenant.ID); err != nil || !maps.Equal(late, exact) {
		t.Errorf("out of time they are %v, in time %v (%v)", late, exact, err)
	}
}
