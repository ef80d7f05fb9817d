package straddle_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// shelf is an account with six customers, made a minute apart.
func shelf(t *testing.T) (*installation, *client) {
	w := install(t)
	c := w.as(w.platform, "Straddle-Account-Id", uuidOf(w.account))
	for i, row := range []struct{ name, kind, outcome, email string }{
		{"Delta", "individual", "verified", "a+b@x.co"}, {"alpha", "individual", "review", "al@x.co"}, {"Echo Ltd", "business", "verified", "ec@x.co"},
		{"O'Swanson & co", "business", "rejected", "os@x.co"}, {"Bravo", "individual", "rejected", "br@x.co"}, {"bravo two", "individual", "verified", "bt@x.co"},
	} {
		w.Clock.Advance(time.Minute)
		c.create(person(i, object{"name": row.name, "type": row.kind, "email": row.email, "external_id": fmt.Sprint("ext-", i),
			"phone": fmt.Sprint("+1212867530", i), "config": object{"sandbox_outcome": row.outcome}}))
	}
	return w, c
}

// A list has nine members about itself and a short form of each customer.
func TestList(t *testing.T) {
	t.Parallel()
	_, c := shelf(t)
	a := c.get("/customers").ok(http.StatusOK).is("response_type", "array")
	want := object{"page_number": 1.0, "page_size": 100.0, "max_page_size": 1000.0, "total_items": 6.0, "total_pages": 1.0, "sort_by": "name", "sort_order": "asc"}
	for name, value := range want {
		a.is("meta."+name, value)
	}
	if diff := cmp.Diff([]string{"alpha", "Bravo", "bravo two", "Delta", "Echo Ltd", "O'Swanson & co"}, a.names()); diff != "" {
		t.Error(diff)
	}
	item := a.At("data.0").(object)
	if diff := cmp.Diff([]string{"created_at", "email", "external_id", "id", "name", "phone", "status", "type", "updated_at"}, slices.Sorted(maps.Keys(item))); diff != "" {
		t.Errorf("an item has other members: %s", diff)
	}
}

// Pages are numbered; the page after the last is empty and has the totals, so that clients
// which read on until an empty page stop.
func TestPages(t *testing.T) {
	t.Parallel()
	_, c := shelf(t)
	var names []string
	for page := 1; ; page++ {
		a := c.get(fmt.Sprintf("/customers?page_size=4&page_number=%d", page)).ok(http.StatusOK).is("meta.total_items", 6.0).is("meta.total_pages", 2.0).is("meta.page_number", float64(page))
		if len(a.names()) == 0 {
			if page != 3 {
				t.Errorf("page %d is the empty one", page)
			}
			break
		}
		names = append(names, a.names()...)
	}
	if len(names) != 6 {
		t.Errorf("the pages have %q", names)
	}
	c.get("/customers?page_number=1000000&page_size=1000").ok(http.StatusOK).is("meta.total_items", 6.0)
}

// Every filter works in every form that clients send.
func TestFilters(t *testing.T) {
	t.Parallel()
	w, c := shelf(t)
	id := c.get("/customers?name=delta").Str("data.0.id")
	at := func(minute int) string {
		return url.QueryEscape(time.Date(2026, 3, 4, 12, 15+minute, 30, 0, time.FixedZone("", 7200)).Format(time.RFC3339))
	}
	all := []string{"alpha", "Bravo", "bravo two", "Delta", "Echo Ltd", "O'Swanson & co"}
	for query, want := range map[string][]string{
		"status=review%2Crejected":                            {"alpha", "Bravo", "O'Swanson & co"},
		"status=review,rejected":                              {"alpha", "Bravo", "O'Swanson & co"},
		"status=review&status=rejected":                       {"alpha", "Bravo", "O'Swanson & co"},
		"status[]=review&status%5B%5D=rejected&status=review": {"alpha", "Bravo", "O'Swanson & co"},
		"status=pending,review,verified,inactive,rejected":    all,
		"status=inactive":                                     {},
		"types=business":                                      {"Echo Ltd", "O'Swanson & co"},
		"types=business&status=verified":                      {"Echo Ltd"},
		"types=business,individual":                           all,
		"types=&email=&name=&status=&page_size=&sort_by=":     all,
		"page_size=0&page_number=0":                           all,
		"name=O%27Swanson%20%26%20co":                         {"O'Swanson & co"},
		"name=BRAVO":                                          {"Bravo", "bravo two"},
		"email=A%2Bb%40x.co":                                  {"Delta"},
		"email=x.co":                                          {},
		"external_id=ext-1":                                   {"alpha"},
		"external_id=EXT-1":                                   {},
		"search_text=8675304":                                 {"Bravo"},
		"search_text=ext-5":                                   {"bravo two"},
		"search_text=OS%40X":                                  {"O'Swanson & co"},
		"search_text=" + id:                                   {"Delta"},
		"search_text=bravo&status=verified":                   {"bravo two"},
		"created_from=" + at(3):                               {"Bravo", "bravo two", "Echo Ltd", "O'Swanson & co"},
		"created_to=" + at(3):                                 {"alpha", "Delta", "Echo Ltd"},
		"created_from=" + at(3) + "&created_to=" + at(3):      {"Echo Ltd"},
		"created_from=2026-03-04&created_to=2026-03-05":       all,
		"created_from=2026-03-05":                             {},
		"sort_order=desc&name=bravo":                          {"bravo two", "Bravo"},
		"sort_by=created_at&sort_order=desc&status=verified":  {"bravo two", "Echo Ltd", "Delta"},
		"sort_by=created_at&types=individual":                 {"Delta", "alpha", "Bravo", "bravo two"},
		"unknown=1":                                           all,
	} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			a := c.get("/customers?"+query).ok(http.StatusOK).is("meta.total_items", float64(len(want)))
			if diff := cmp.Diff(want, a.names()); diff != "" {
				t.Errorf("%s: %s", query, diff)
			}
		})
	}
	c.get("/customers?sort_by=created_at&sort_order=desc").ok(http.StatusOK).is("meta.sort_by", "created_at").is("meta.sort_order", "desc")
	if names := w.as(w.other).get("/customers").ok(http.StatusOK).names(); len(names) != 0 {
		t.Errorf("another platform sees %q", names)
	}
}

// A parameter that cannot be parsed is a 400, one out of range a 422; both name the
// parameter.
func TestRefusedLists(t *testing.T) {
	t.Parallel()
	_, c := shelf(t)
	for query, reference := range map[string]string{
		"page_size=1001": "page_size", "page_size=-1": "page_size", "page_number=-1": "page_number", "page_number=1000001": "page_number",
	} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			c.get("/customers?"+query).refused(http.StatusUnprocessableEntity, "/validation_error", reference)
		})
	}
	for query, reference := range map[string]string{
		"page_size=x": "page_size", "page_number=99999999999999999999": "page_number", "sort_by=email": "sort_by", "sort_order=up": "sort_order",
		"status=happy": "status", "types=robot": "types", "created_from=yesterday": "created_from",
	} {
		t.Run(query, func(t *testing.T) {
			c := c.in(t)
			c.get("/customers?"+query).refused(http.StatusBadRequest, "/bad_request", reference)
		})
	}
	c.get("/customers?name=%zz").refused(http.StatusBadRequest, "/bad_request")
}
