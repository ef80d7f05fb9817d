package customers_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// badCursor demands the refusal of a cursor, by its name.
func badCursor(t testing.TB, name string, err error) {
	t.Helper()
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["cursor"] != fault.BadValue || len(got) != 1 {
		t.Errorf("%s: faults are %v", name, got)
	}
}

// walk visits a whole list page by page, with something happening between pages,
// and gives the names and counts that it saw.
func (h *house) walk(p party, in customers.ListInput, between func(page int)) (seen []string, totals []int64) {
	h.t.Helper()
	for page := 0; ; page++ {
		listing := h.list(p, in)
		seen, totals = append(seen, names(listing)...), append(totals, listing.Total)
		if listing.NextCursor == "" {
			return seen, totals
		}
		if page > 100 {
			h.t.Fatal("the walk does not end")
		}
		in.Cursor = listing.NextCursor
		between(page)
	}
}

// A walk visits every child that was there when it began exactly once, in every
// order and whatever the size of its pages, while others are added and removed
// around it; the count of its first page stays with it.
func TestAWalkVisitsEachChildOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, limit := range []int{1, 2, 3, 7, 100} {
		for _, order := range []customers.Order{
			{}, {By: customers.ByCreated, Ascending: true}, {By: customers.ByName}, {By: customers.ByName, Ascending: true},
			{By: customers.ByLastUpdated}, {By: customers.ByLastUpdated, Ascending: true},
		} {
			parent := party{id: h.row(h.cove, "Parent")}
			var want []string
			for i := range 7 {
				if i%3 == 0 {
					h.clock.Advance(time.Second) // some share a moment, and all a name
				}
				want = append(want, h.row(parent, "Same name"))
			}
			extra := 0
			seen := map[string]int{}
			in := customers.ListInput{Limit: limit, Order: order}
			for {
				listing, err := h.svc.List(t.Context(), h.as(h.cove, parent.id), in)
				must(t, err)
				if listing.Total != 7 {
					t.Fatalf("limit %d, %v: the count became %d", limit, order, listing.Total)
				}
				for _, c := range listing.Customers {
					seen[c.ID.String()]++
				}
				if listing.NextCursor == "" || extra > 30 {
					break
				}
				in.Cursor = listing.NextCursor
				h.clock.Advance(time.Second)
				if extra < 5 {
					h.row(parent, fmt.Sprintf("New %d", extra))
				}
				extra++
			}
			for _, id := range want {
				if seen[id] != 1 {
					t.Errorf("limit %d, %v: a child was visited %d times", limit, order, seen[id])
				}
			}
			for id, times := range seen {
				if times != 1 {
					t.Errorf("limit %d, %v: %s was visited %d times", limit, order, id, times)
				}
			}
		}
	}
}

// A walk over a filtered, deep list sees what one page of it shows.
func TestAWalkKeepsItsFilters(t *testing.T) {
	t.Parallel()
	h := filled(t)
	h.row(party{id: h.list(h.cove, customers.ListInput{Filter: customers.Filter{MerchantKey: "key-2"}}).Customers[0].ID.String()}, "Deep one")
	for _, in := range []customers.ListInput{
		{Deep: true}, {Filter: customers.Filter{Status: customers.StatusDisabled}}, {Deep: true, Filter: customers.Filter{Name: "E", Email: ""}},
		{Filter: customers.Filter{CreatedTo: h.clock.Now()}, Order: customers.Order{By: customers.ByName}},
	} {
		whole := names(h.list(h.cove, in))
		in.Limit = 1
		seen, totals := h.walk(h.cove, in, func(int) {})
		if !slices.Equal(seen, whole) || len(totals) != len(whole) || totals[len(totals)-1] != int64(len(whole)) {
			t.Errorf("%+v: walked %v with counts %v, one page shows %v", in, seen, totals, whole)
		}
	}
}

// A cursor goes on with the list it was made by: with other filters, another order
// or depth, for another subject or tenant it is refused, and nothing is listed.
func TestACursorBelongsToItsList(t *testing.T) {
	t.Parallel()
	h := filled(t)
	region := h.create(h.cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	for i := range 3 {
		h.row(region, fmt.Sprint("Shop ", i))
		h.row(h.rival, fmt.Sprint("Foreign ", i))
	}
	in := customers.ListInput{Limit: 2, Filter: customers.Filter{CreatedFrom: h.clock.Now().Add(-time.Hour)}}
	in.Cursor = h.list(h.cove, in).NextCursor
	for name, change := range map[string]func(*customers.ListInput){
		"another filter":    func(in *customers.ListInput) { in.Filter.Status = customers.StatusActive },
		"no filter":         func(in *customers.ListInput) { in.Filter = customers.Filter{} },
		"another moment":    func(in *customers.ListInput) { in.Filter.CreatedFrom = in.Filter.CreatedFrom.Add(time.Millisecond) },
		"a name":            func(in *customers.ListInput) { in.Filter.Name = "b" },
		"deep":              func(in *customers.ListInput) { in.Deep = true },
		"another order":     func(in *customers.ListInput) { in.Order.By = customers.ByName },
		"another direction": func(in *customers.ListInput) { in.Order.Ascending = true },
	} {
		other := in
		change(&other)
		_, err := h.svc.List(t.Context(), h.as(h.cove), other)
		badCursor(t, name, err)
	}
	for name, p := range map[string]party{"another tenant": h.rival, "the operator": h.operator, "a child": region} {
		_, err := h.svc.List(t.Context(), h.as(p), in)
		badCursor(t, name, err)
	}
	_, err := h.svc.List(t.Context(), h.as(h.cove, region.id), in)
	badCursor(t, "the same actor for another subject", err)
	other := in
	other.Limit = 100 // the size of a page is no part of what is listed
	if got := names(h.list(h.cove, other)); len(got) != 5 {
		t.Errorf("a larger next page shows %v", got)
	}
	if listing, err := h.svc.List(t.Context(), h.as(h.operator, h.cove.id), in); err != nil || len(listing.Customers) != 2 {
		t.Errorf("another actor for the same subject: %v", err)
	}
}

// A cursor changed in any byte, cut, or made of something else is refused.
func TestATamperedCursorIsRefused(t *testing.T) {
	t.Parallel()
	h := filled(t)
	caller := h.as(h.cove)
	cursor := h.list(h.cove, customers.ListInput{Limit: 2}).NextCursor
	box, err := base64.RawURLEncoding.DecodeString(cursor)
	must(t, err)
	forged := []string{"x", "!", cursor + "A", cursor[1:], cursor + "=", "eyJhIjoxfQ", h.tokenize(caller, cardBody).Text.Reveal()[4:],
		base64.RawURLEncoding.EncodeToString(box[:len(box)-1]), base64.RawURLEncoding.EncodeToString(append(slices.Clone(box), 0)), strings.Repeat("A", 1<<16)}
	for i := range box {
		changed := slices.Clone(box)
		changed[i] ^= 1 << (i % 8)
		forged = append(forged, base64.RawURLEncoding.EncodeToString(changed))
	}
	for _, text := range forged {
		_, err := h.svc.List(t.Context(), caller, customers.ListInput{Limit: 2, Cursor: text})
		badCursor(t, fmt.Sprintf("%.40q", text), err)
	}
}

// A cursor tells nothing of whom it passed: not the name that it is ordered by, no
// e-mail, no id, no filter.
func TestACursorTellsNothing(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, by := range []customers.OrderBy{customers.ByName, customers.ByCreated, customers.ByLastUpdated} {
		in := customers.ListInput{Limit: 2, Order: customers.Order{By: by}, Filter: customers.Filter{Name: " ", CreatedFrom: h.clock.Now().Add(-time.Hour)}}
		listing := h.list(h.cove, in)
		box, err := base64.RawURLEncoding.DecodeString(listing.NextCursor)
		must(t, err)
		last := listing.Customers[1]
		text := append(append([]byte(listing.NextCursor), box...), strings.ToLower(string(box))...)
		conceals(t, "a cursor by "+string(by), text, last.Name, customers.Fold(last.Name), last.Email, last.ID.String(), string(last.ID[:]), h.cove.id, "example", "2026", "Total")
	}
}

// FuzzOpenCursor holds that no text at all makes a list panic, fail as a fault of
// ours, or go on elsewhere: it is the very cursor, or it is refused.
func FuzzOpenCursor(f *testing.F) {
	h := open(f)
	for i := range 3 {
		h.row(h.cove, fmt.Sprint("Row ", i))
	}
	caller := h.as(h.cove)
	first, err := h.svc.List(f.Context(), caller, customers.ListInput{Limit: 1})
	must(f, err)
	genuine, err := base64.RawURLEncoding.DecodeString(first.NextCursor)
	must(f, err)
	for _, seed := range []string{
		first.NextCursor, "", "x", "=", "\x00", "eyJBZnRlciI6e319", first.NextCursor[:10], first.NextCursor + "\n", "A" + first.NextCursor[1:], strings.Repeat("_", 4096),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		listing, err := h.svc.List(t.Context(), caller, customers.ListInput{Limit: 1, Cursor: cursor})
		if cursor == "" {
			must(t, err)
			return
		}
		if box, broken := base64.RawURLEncoding.DecodeString(cursor); broken == nil && slices.Equal(box, genuine) {
			must(t, err)
			if len(listing.Customers) != 1 || listing.Total != first.Total {
				t.Errorf("the cursor goes on to %v", names(listing))
			}
			return
		}
		badCursor(t, cursor, err)
	})
}
