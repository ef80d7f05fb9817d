package lifecycle_test

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// badCursor demands the refusal of a cursor, by its name.
func badCursor(t testing.TB, name string, err error) {
	t.Helper()
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["cursor"] != fault.BadValue || len(got) != 1 {
		t.Errorf("%s: faults are %v", name, got)
	}
}

// A walk visits every child that was there when it began exactly once, in every
// order and whatever the size of its pages, while others are added and removed
// around it; the count of its first page stays with it.
func TestAWalkVisitsEachChildOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for _, limit := range []int{1, 2, 3, 7, 100} {
		for _, order := range []rows.Order{
			{}, {By: rows.ByCreated, Ascending: true}, {By: rows.ByName}, {By: rows.ByName, Ascending: true},
			{By: rows.ByLastUpdated}, {By: rows.ByLastUpdated, Ascending: true},
		} {
			parent := testkit.Party{ID: h.Row(h.Cove, "Parent")}
			var want []string
			for i := range 7 {
				if i%3 == 0 {
					h.Clock.Advance(time.Second) // some share a moment, and all a name
				}
				want = append(want, h.Row(parent, "Same name"))
			}
			extra := 0
			seen := map[string]int{}
			in := lifecycle.ListInput{Limit: limit, Order: order}
			for {
				listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove, parent.ID), in)
				testkit.Must(t, err)
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
				h.Clock.Advance(time.Second)
				if extra < 5 {
					h.Row(parent, fmt.Sprintf("New %d", extra))
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
	h.Row(testkit.Party{ID: h.List(h.Cove, lifecycle.ListInput{Filter: rows.Filter{MerchantKey: "key-2"}}).Customers[0].ID.String()}, "Deep one")
	for _, in := range []lifecycle.ListInput{
		{Deep: true}, {Filter: rows.Filter{Status: customers.StatusDisabled}}, {Deep: true, Filter: rows.Filter{Name: "E", Email: ""}},
		{Filter: rows.Filter{CreatedTo: h.Clock.Now()}, Order: rows.Order{By: rows.ByName}},
	} {
		whole := testkit.Names(h.List(h.Cove, in))
		in.Limit = 1
		seen, totals := h.Walk(h.Cove, in, func(int) {})
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
	region := h.Create(h.Cove, `{"name":"Region","email":"r@example.com","planKey":"platform"}`)
	for i := range 3 {
		h.Row(region, fmt.Sprint("Shop ", i))
		h.Row(h.Rival, fmt.Sprint("Foreign ", i))
	}
	in := lifecycle.ListInput{Limit: 2, Filter: rows.Filter{CreatedFrom: h.Clock.Now().Add(-time.Hour)}}
	in.Cursor = h.List(h.Cove, in).NextCursor
	for name, change := range map[string]func(*lifecycle.ListInput){
		"another filter":    func(in *lifecycle.ListInput) { in.Filter.Status = customers.StatusActive },
		"no filter":         func(in *lifecycle.ListInput) { in.Filter = rows.Filter{} },
		"another moment":    func(in *lifecycle.ListInput) { in.Filter.CreatedFrom = in.Filter.CreatedFrom.Add(time.Millisecond) },
		"a name":            func(in *lifecycle.ListInput) { in.Filter.Name = "b" },
		"deep":              func(in *lifecycle.ListInput) { in.Deep = true },
		"another order":     func(in *lifecycle.ListInput) { in.Order.By = rows.ByName },
		"another direction": func(in *lifecycle.ListInput) { in.Order.Ascending = true },
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			other := in
			change(&other)
			_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove), other)
			badCursor(t, name, err)
		})
	}
	for name, p := range map[string]testkit.Party{"another tenant": h.Rival, "the operator": h.Operator, "a child": region} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Lifecycle.List(t.Context(), h.As(p), in)
			badCursor(t, name, err)
		})
	}
	_, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Cove, region.ID), in)
	badCursor(t, "the same actor for another subject", err)
	other := in
	other.Limit = 100 // the size of a page is no part of what is listed
	if got := testkit.Names(h.List(h.Cove, other)); len(got) != 5 {
		t.Errorf("a larger next page shows %v", got)
	}
	if listing, err := h.Svc.Lifecycle.List(t.Context(), h.As(h.Operator, h.Cove.ID), in); err != nil || len(listing.Customers) != 2 {
		t.Errorf("another actor for the same subject: %v", err)
	}
}

// A cursor changed in any byte, cut, or made of something else is refused.
func TestATamperedCursorIsRefused(t *testing.T) {
	t.Parallel()
	h := filled(t)
	caller := h.As(h.Cove)
	cursor := h.List(h.Cove, lifecycle.ListInput{Limit: 2}).NextCursor
	box, err := base64.RawURLEncoding.DecodeString(cursor)
	testkit.Must(t, err)
	forged := []string{"x", "!", cursor + "A", cursor[1:], cursor + "=", "eyJhIjoxfQ", h.Tokenize(caller, testkit.CardBody).Text.Reveal()[4:],
		base64.RawURLEncoding.EncodeToString(box[:len(box)-1]), base64.RawURLEncoding.EncodeToString(append(slices.Clone(box), 0)), strings.Repeat("A", 1<<16)}
	for i := range box {
		changed := slices.Clone(box)
		changed[i] ^= 1 << (i % 8)
		forged = append(forged, base64.RawURLEncoding.EncodeToString(changed))
	}
	for _, text := range forged {
		_, err := h.Svc.Lifecycle.List(t.Context(), caller, lifecycle.ListInput{Limit: 2, Cursor: text})
		badCursor(t, fmt.Sprintf("%.40q", text), err)
	}
}

// A cursor tells nothing of whom it passed: not the name that it is ordered by, no
// e-mail, no id, no filter.
func TestACursorTellsNothing(t *testing.T) {
	t.Parallel()
	h := filled(t)
	for _, by := range []rows.OrderBy{rows.ByName, rows.ByCreated, rows.ByLastUpdated} {
		in := lifecycle.ListInput{Limit: 2, Order: rows.Order{By: by}, Filter: rows.Filter{Name: " ", CreatedFrom: h.Clock.Now().Add(-time.Hour)}}
		listing := h.List(h.Cove, in)
		box, err := base64.RawURLEncoding.DecodeString(listing.NextCursor)
		testkit.Must(t, err)
		last := listing.Customers[1]
		text := append(append([]byte(listing.NextCursor), box...), strings.ToLower(string(box))...)
		testkit.Conceals(t, "a cursor by "+string(by), text, last.Name, customers.Fold(last.Name), last.Email, last.ID.String(), string(last.ID[:]), h.Cove.ID, "example", "2026", "Total")
	}
}

// FuzzOpenCursor holds that no text at all makes a list panic, fail as a fault of
// ours, or go on elsewhere: it is the very cursor, or it is refused.
func FuzzOpenCursor(f *testing.F) {
	h := testkit.Open(f)
	for i := range 3 {
		h.Row(h.Cove, fmt.Sprint("Row ", i))
	}
	caller := h.As(h.Cove)
	first, err := h.Svc.Lifecycle.List(f.Context(), caller, lifecycle.ListInput{Limit: 1})
	testkit.Must(f, err)
	genuine, err := base64.RawURLEncoding.DecodeString(first.NextCursor)
	testkit.Must(f, err)
	for _, seed := range []string{
		first.NextCursor, "", "x", "=", "\x00", "eyJBZnRlciI6e319", first.NextCursor[:10], first.NextCursor + "\n", "A" + first.NextCursor[1:], strings.Repeat("_", 4096),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cursor string) {
		listing, err := h.Svc.Lifecycle.List(t.Context(), caller, lifecycle.ListInput{Limit: 1, Cursor: cursor})
		if cursor == "" {
			testkit.Must(t, err)
			return
		}
		if box, broken := base64.RawURLEncoding.DecodeString(cursor); broken == nil && slices.Equal(box, genuine) {
			testkit.Must(t, err)
			if len(listing.Customers) != 1 || listing.Total != first.Total {
				t.Errorf("the cursor goes on to %v", testkit.Names(listing))
			}
			return
		}
		badCursor(t, cursor, err)
	})
}
