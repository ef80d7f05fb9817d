package dwolla_test

import (
	"context"
	"net/http"
	"strconv"
	"testing"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

// Lists are newest first, and pages link to the pages before and after them.
func TestListPages(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	empty := c.get("/customers").is("total", 0).is("_links.first.href", w.URL+"/customers?limit=25&offset=0").
		is("_links.last.href", w.URL+"/customers?limit=25&offset=0").lacks("_links.next", "_links.prev")
	if empty.size("_embedded.customers") != 0 {
		t.Error("an empty list has members")
	}
	last := ""
	for range 60 {
		last = c.make("/customers", w.unverified())
		w.Clock.Advance(time.Second)
	}
	first := c.get("/customers").is("total", 60).is("_links.self.href", w.URL+"/customers?limit=25&offset=0").
		is("_links.next.href", w.URL+"/customers?limit=25&offset=25").is("_links.last.href", w.URL+"/customers?limit=25&offset=50").
		is("_embedded.customers.0._links.self.href", last).lacks("_links.prev")
	if n := first.size("_embedded.customers"); n != 25 {
		t.Errorf("the first page has %d", n)
	}
	end := c.get("/customers?limit=25&offset=50").is("_links.prev.href", w.URL+"/customers?limit=25&offset=25").lacks("_links.next")
	if n := end.size("_embedded.customers"); n != 10 {
		t.Errorf("the last page has %d", n)
	}
	c.get("/customers?limit=500").is("_links.self.href", w.URL+"/customers?limit=200&offset=0")
	if n := c.get("/customers?offset=100").is("total", 60).lacks("_links.next").size("_embedded.customers"); n != 0 {
		t.Errorf("past the end there are %d", n)
	}
	for _, bad := range []string{"limit=abc", "limit=0", "limit=-1", "limit=99999999999999999999"} {
		c.do(http.MethodGet, "/customers?"+bad, nil).faulty("/limit Invalid")
	}
	c.do(http.MethodGet, "/customers?offset=-1", nil).faulty("/offset Invalid")
	c.do(http.MethodGet, "/customers?status=sleepy&limit=x", nil).faulty("/status Invalid", "/limit Invalid")
}

// Filters are combined by AND, several statuses by OR, and the links of pages keep them.
func TestListFilters(t *testing.T) {
	t.Parallel()
	w := install(t)
	c := w.as(w.account)
	c.make("/customers", w.unverified(object{"firstName": "Ann", "lastName": "Other", "email": "a+b@c.co"}))
	c.make("/customers", w.personal(object{"firstName": "retry"}))
	c.make("/customers", w.personal(object{"firstName": "document"}))
	c.make("/customers", w.unverified())
	for query, want := range map[string]int{
		"search=Jane+Doe": 1, "search=Jane%20Doe": 1, "email=a%2Bb%40c.co": 1, "email=a%2Bb%40c.c": 0,
		"status=retry&status=document": 2, "status=retry": 1, "status=unverified": 2, "status=verified": 0, "x=y": 4,
	} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			c.get("/customers?"+query).is("total", want)
		})
	}
	c.get("/customers?status=retry&status=document&limit=1").
		is("_links.next.href", w.URL+"/customers?limit=1&offset=1&status=retry&status=document")
}

// shortCounts is a store that counts as far as two.
type shortCounts struct{ store.Store }

func (b shortCounts) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	q.CountTo = 2
	return b.Store.List(ctx, q)
}

// Where counting stops, a client that follows the links of pages still comes to the last
// customer: the total is what is known, and at least one more than the pages so far.
func TestALowerBoundLeadsToTheLastPage(t *testing.T) {
	t.Parallel()
	w := install(t, func(s *apitest.Setup) { s.Store = shortCounts{testkit.Store(t)} })
	c := w.as(w.account)
	for range 5 {
		c.make("/customers", w.unverified())
	}
	for offset, total := range []int{2, 3, 4, 5, 5} {
		page := c.get("/customers?search=jane&limit=1&offset="+strconv.Itoa(offset)).is("total", total)
		if offset < 4 {
			page.is("_links.next.href", w.URL+"/customers?limit=1&offset="+strconv.Itoa(offset+1)+"&search=jane")
		} else {
			page.lacks("_links.next")
		}
	}
}
