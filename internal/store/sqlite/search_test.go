package sqlite

import (
	"bytes"
	"context"
	"database/sql/driver"
	"fmt"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// searchEnv is a store whose customers wait for the index of searches up to a number.
func searchEnv(t *testing.T, waits int) *env {
	t.Helper()
	return envOf(t, openSearching(t, searchBounds{ledTo: 2000, walked: 2000, waits: waits}))
}

// segments reports whether the index of searches has some bytes in any of its blocks.
func (e *env) segments(wanted string) (found bool) {
	e.Helper()
	e.must(e.read(context.Background(), "testing", func(c *conn) error {
		return c.query(context.Background(), "SELECT block FROM search_data", func(v []driver.Value) error {
			block, _ := v[0].([]byte)
			found = found || bytes.Contains(block, []byte(wanted))
			return nil
		})
	}))
	return found
}

// named returns the customers below the tenant of the env whose name has a text.
func (e *env) named(text string) (ids []tenancy.ID) {
	e.Helper()
	page, err := e.List(context.Background(), rows.Query{Tenant: e.tenant.Tenant, Under: e.tenant.ID, Deep: true, Limit: 10, Filter: rows.Filter{Name: text}, Order: rows.Order{By: rows.ByName}})
	e.must(err)
	for _, c := range page.Customers {
		ids = append(ids, c.ID)
	}
	return ids
}

// Erasing a customer leaves nothing of its present and its earlier names in the index of
// searches, whether they are in it already or wait; what others have of them stays.
func TestErasedCustomersLeaveTheIndex(t *testing.T) {
	t.Parallel()
	for _, waits := range []int{1, 2, 3, 100} {
		t.Run(fmt.Sprint(waits), func(t *testing.T) {
			t.Parallel()
			e := searchEnv(t, waits)
			e.insert(storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(1), storetest.With(func(c *customers.Customer) { c.Name = "Quill Zyx" })))
			c := storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(2), storetest.With(func(c *customers.Customer) { c.Name = "Wolfgang Zyx" }))
			e.insert(c)
			for _, name := range []string{"Kjeldahl", "Wolfgang Zyx", "Kjeldahl", "Rorqual"} {
				next := *c
				next.Name, next.Version = name, c.Version+1
				e.must(e.Replace(context.Background(), &next, c.Version))
				c = &next
				if got := e.named(name); len(got) != 1 && name != "Wolfgang Zyx" || got[len(got)-1] != c.ID {
					t.Fatalf("%s finds %v", name, got)
				}
				if got := e.named("jeld"); len(got) > 0 && name != "Kjeldahl" {
					t.Fatalf("an earlier name is found: %v", got)
				}
			}
			if waits == 1 && (!e.segments("olf") || !e.segments("jel") || !e.segments("orq")) {
				t.Fatal("the index has no names")
			}
			e.must(e.Erase(context.Background(), storetest.Tombstone(c), c.Version))
			for _, part := range []string{"olf", "fga", "jel", "dah", "orq", "qua"} {
				if e.segments(part) {
					t.Errorf("%q is left in the index", part)
				}
			}
			if got := e.named("quill z"); len(got) != 1 {
				t.Errorf("the other one is not found: %v", got)
			}
			if left := e.texts(t, 0, "SELECT hex(id) FROM customers WHERE living = 0 AND (outdated IS NOT NULL OR number IN (SELECT number FROM unindexed))"); len(left) > 0 {
				t.Errorf("what waits is %v", left)
			}
		})
	}
}

// A customer that is renamed again and again leaves no more in the index than is bounded.
func TestOutdatedTokensAreBounded(t *testing.T) {
	t.Parallel()
	e := searchEnv(t, 1)
	c := storetest.Child(e.tenant, storetest.Bare(), storetest.Seed(2))
	e.insert(c)
	most := 0
	for n := range 60 {
		next := *c
		next.Name, next.Version = fmt.Sprintf("%x %x %x", 1e9+7919*n*n, 1e9-104729*n, n*n*n+1e6), c.Version+1
		e.must(e.Replace(context.Background(), &next, c.Version))
		c = &next
		length := 0
		_, err := fmt.Sscan(e.texts(t, 0, "SELECT coalesce(max(length(outdated)), 0) || '' FROM customers")[0], &length)
		e.must(err)
		most = max(most, length)
		if got := e.named(next.Name[3:9]); len(got) != 1 {
			t.Fatalf("after %d names %q is not found", n, next.Name)
		}
	}
	if most < mostOutdated/2 || most > 2*mostOutdated {
		t.Errorf("a customer had %d bytes of outdated tokens", most)
	}
	e.must(e.Erase(context.Background(), storetest.Tombstone(c), c.Version))
	if left := e.texts(t, 0, "SELECT count(*) || '' FROM search WHERE search MATCH 'g*'"); left[0] != "2" {
		t.Errorf("%s customers are in the index", left[0])
	}
}

// The records of a file from before the index of searches are found by all searches, and their
// events under them.
func TestOlderFilesAreFound(t *testing.T) {
	t.Parallel()
	for _, schema := range []int64{6, 16} {
		t.Run(fmt.Sprint(schema), func(t *testing.T) {
			t.Parallel()
			ctx := context.Background()
			s := openAt(t, unpackSchema(t, schema), 0)
			t.Cleanup(func() { _ = s.Close(ctx) })
			all, err := s.Scan(ctx, tenancy.ID{}, 10)
			if err != nil || len(all) != 4 || len(s.texts(t, 0, "SELECT '' FROM unindexed")) > 0 {
				t.Fatalf("%v, %v", all, err)
			}
			if own := s.texts(t, 0, "SELECT '' FROM event_within AS w JOIN events AS e ON e.number = w.number AND e.customer = w.ancestor"); len(own) > 0 {
				t.Errorf("%d events are under their own customer", len(own))
			}
			for _, c := range all[1:] {
				own, err := s.Events(ctx, rows.EventQuery{Customer: c.Ref(), Limit: 10})
				under, fault := s.Events(ctx, rows.EventQuery{Tenant: c.Tenant, Under: c.ID, Limit: 10})
				if err != nil || fault != nil || len(own) == 0 || len(under) < len(own) || under[len(under)-1].ID != own[len(own)-1].ID && c.ID == c.Tenant {
					t.Errorf("%d events of it, %d under it, %v, %v", len(own), len(under), err, fault)
				}
				for _, filter := range []rows.Filter{{Name: c.Name[1:]}, {Search: c.ID.String()[2:20]}, {Text: c.ID.String()}, {Text: c.Name[:2]}} {
					q := rows.Query{Tenant: c.Tenant, Under: c.Parent, Limit: 10, Count: true, Filter: filter, Order: rows.Order{By: rows.ByCreated}}
					if page, err := s.List(ctx, q); err != nil || page.Total != 1 || len(page.Customers) != 1 || page.Customers[0].ID != c.ID {
						t.Errorf("%+v: %+v, %v", filter, page, err)
					}
				}
			}
		})
	}
}
