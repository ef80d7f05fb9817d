package storetest

import (
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

func happening() []guarantee {
	return []guarantee{
		{"an activity comes back equal, by its reference and in lists", func(e *env) {
			c := e.child(e.a, Bare())
			want := e.put(activity(c.Ref(), 1, customers.ActivityDebit))
			got, err := e.store.ActivityOf(e.Context(), c.Ref(), want.Reference)
			e.must(err, "reading an activity")
			if diff := Diff(want, got); diff != "" {
				e.Errorf("ActivityOf (-want +got):\n%s", diff)
			}
			e.happened(rows.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"an activity comes back by its id, within its tenant and for the operator", func(e *env) {
			c := e.child(e.a, Bare())
			want := e.put(activity(c.Ref(), 1, customers.ActivityDebit))
			e.put(activity(e.child(e.b, Bare()).Ref(), 1, customers.ActivityDebit))
			for _, tenant := range []tenancy.ID{e.a.ID, {}} {
				got, err := e.store.Activity(e.Context(), tenant, want.ID)
				e.must(err, "reading an activity by its id")
				if diff := Diff(want, got); diff != "" {
					e.Errorf("Activity (-want +got):\n%s", diff)
				}
			}
			for _, wrong := range [][2]tenancy.ID{{e.b.ID, want.ID}, {e.a.ID, c.ID}, {{}, c.ID}, {c.ID, want.ID}} {
				_, err := e.store.Activity(e.Context(), wrong[0], wrong[1])
				e.refused(err, rows.ErrNotFound, "reading by another id or tenant")
			}
		}},
		{"bounds of time are inclusive, count, and hold on every page", func(e *env) {
			c := e.child(e.a, Bare())
			var all []customers.Activity // newest first
			for i := range 8 {
				all = append([]customers.Activity{e.put(activity(c.Ref(), i, customers.ActivityDebit))}, all...)
			}
			from, to := all[6].Occurred, all[2].Occurred
			for _, q := range []struct {
				from, to time.Time
				want     []customers.Activity
			}{
				{from, to, all[2:7]}, {from, time.Time{}, all[:7]}, {time.Time{}, to, all[2:]},
				{from.Add(time.Millisecond), to.Add(-time.Millisecond), all[3:6]}, {to, from, []customers.Activity{}},
			} {
				for _, limit := range []int{2, 100} {
					e.walkActivities(rows.ActivityQuery{Customer: c.Ref(), From: q.from, To: q.to, Limit: limit}, q.want)
					e.walkActivities(rows.ActivityQuery{Customer: c.Ref(), From: q.from, To: q.to, Limit: limit, Ascending: true}, reversed(q.want))
				}
			}
		}},
		{"storing an activity again changes nothing", func(e *env) {
			c := e.child(e.a, Bare())
			want := e.put(activity(c.Ref(), 1, customers.ActivityDebit))
			again := want
			again.Amount++
			e.put(again)
			e.happened(rows.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"eight who store one activity at once leave one", func(e *env) {
			c := e.child(e.a, Bare())
			want := activity(c.Ref(), 1, customers.ActivityHold)
			together(8, func(int) {
				if err := e.store.PutActivity(e.Context(), want); err != nil {
					e.Errorf("storing: %v", err)
				}
			})
			e.happened(rows.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"references are compared byte for byte", func(e *env) {
			c := e.child(e.a, Bare())
			list := texts()
			slices.Sort(list)
			for i, text := range slices.Compact(list) {
				a := activity(c.Ref(), i, customers.ActivityCredit)
				a.Reference = text
				e.put(a)
				got, err := e.store.ActivityOf(e.Context(), c.Ref(), text)
				e.must(err, "reading an activity")
				if got.ID != a.ID {
					e.Errorf("%q gives the activity of %q", text, got.Reference)
				}
				_, err = e.store.ActivityOf(e.Context(), c.Ref(), text+" ")
				e.refused(err, rows.ErrNotFound, "reading by another reference")
			}
		}},
		{"pages follow each other in either direction, of one type or all, by offset and behind a row", func(e *env) {
			c := e.child(e.a, Bare())
			kinds := []customers.ActivityType{customers.ActivityDebit, customers.ActivityCredit, customers.ActivityDebit}
			var all, debits []customers.Activity
			for i := range 11 {
				a := e.put(activity(c.Ref(), i, kinds[i%3]))
				all = append([]customers.Activity{a}, all...)
				if a.Type == customers.ActivityDebit {
					debits = append([]customers.Activity{a}, debits...)
				}
			}
			for _, limit := range []int{1, 3, 11, 100} {
				e.walkActivities(rows.ActivityQuery{Customer: c.Ref(), Limit: limit}, all)
				e.walkActivities(rows.ActivityQuery{Customer: c.Ref(), Limit: limit, Type: customers.ActivityDebit}, debits)
				e.walkActivities(rows.ActivityQuery{Customer: c.Ref(), Limit: limit, Ascending: true}, reversed(all))
			}
		}},
		{"activities of one moment are all paged through once", func(e *env) {
			c := e.child(e.a, Bare())
			seen := map[tenancy.ID]bool{}
			for i := range 7 {
				a := activity(c.Ref(), i, customers.ActivityDebit)
				a.Occurred = opened
				e.put(a)
			}
			q := rows.ActivityQuery{Customer: c.Ref(), Limit: 2}
			for more := true; more; {
				page, err := e.store.Activities(e.Context(), q)
				e.must(err, "reading activities")
				for _, a := range page.Activities {
					if seen[a.ID] {
						e.Fatal("an activity came twice")
					}
					seen[a.ID] = true
					q.After = &rows.Position{Time: a.Occurred, ID: a.ID}
				}
				more = page.More
			}
			if len(seen) != 7 {
				e.Errorf("%d of 7 came", len(seen))
			}
		}},
		{"a page without rows is nil: of a customer without activities, behind the last row and past it", func(e *env) {
			c, bare := e.child(e.a, Bare()), e.child(e.a, Bare())
			last := e.put(activity(c.Ref(), 1, customers.ActivityDebit))
			for name, q := range map[string]rows.ActivityQuery{
				"none":   {Customer: bare.Ref(), Limit: 2},
				"behind": {Customer: c.Ref(), Limit: 2, After: &rows.Position{Time: last.Occurred, ID: last.ID}},
				"past":   {Customer: c.Ref(), Limit: 2, Offset: 5},
			} {
				page, err := e.store.Activities(e.Context(), q)
				e.must(err, "reading activities")
				if page.Activities != nil || page.More {
					e.Errorf("%s: the page is %#v", name, page)
				}
			}
		}},
		{"nobody else sees an activity, be it of another tenant or a sibling", func(e *env) {
			c, sibling := e.child(e.a, Bare()), e.child(e.a, Bare())
			a := e.put(activity(c.Ref(), 1, customers.ActivityDebit))
			e.put(activity(e.child(e.b, Bare()).Ref(), 1, customers.ActivityDebit))
			for _, ref := range append(e.strangers(c), sibling.Ref()) {
				_, err := e.store.ActivityOf(e.Context(), ref, a.Reference)
				e.refused(err, rows.ErrNotFound, "reading it as somebody else")
				e.happened(rows.ActivityQuery{Customer: ref})
			}
		}},
	}
}

// activity makes the i-th activity of a customer, a minute after the one before.
func activity(customer tenancy.Ref, i int, kind customers.ActivityType) customers.Activity {
	at := opened.Add(time.Duration(i) * time.Minute)
	m := newMaker(customer.ID, uint64(i), at)
	return customers.Activity{
		ID: m.id(), Customer: customer, Type: kind, Amount: int64(100 + i), Currency: "USD", Reference: fmt.Sprintf("ledger-%d", i),
		Occurred: at, Created: at.Add(time.Second), Actor: m.id(), Credential: "key_1",
	}
}

func (e *env) put(a customers.Activity) customers.Activity {
	e.Helper()
	e.must(e.store.PutActivity(e.Context(), a), "storing an activity")
	return a
}

// happened ends the test unless a query returns exactly want, and counts it.
func (e *env) happened(q rows.ActivityQuery, want ...customers.Activity) {
	e.Helper()
	q.Limit, q.Count = 100, true
	page, err := e.store.Activities(e.Context(), q)
	e.must(err, "reading activities")
	if diff := Diff(want, page.Activities); diff != "" || page.Total != int64(len(want)) || page.More {
		e.Fatalf("%d activities, more: %t (-want +got):\n%s", page.Total, page.More, diff)
	}
}

// walkActivities reads all pages, by offset and behind the last row.
func (e *env) walkActivities(q rows.ActivityQuery, want []customers.Activity) {
	e.Helper()
	for _, byOffset := range []bool{true, false} {
		next, got := q, []customers.Activity{}
		next.Count = byOffset
		for more := true; more && len(got) <= len(want); {
			page, err := e.store.Activities(e.Context(), next)
			e.must(err, "reading activities")
			if next.Count && page.Total != int64(len(want)) {
				e.Fatalf("the total is %d of %d", page.Total, len(want))
			}
			got, more = append(got, page.Activities...), page.More
			if byOffset {
				next.Offset = len(got)
			} else if n := len(got); n > 0 {
				next.After = &rows.Position{Time: got[n-1].Occurred, ID: got[n-1].ID}
			}
		}
		if diff := Diff(want, got); diff != "" {
			e.Fatalf("pages of %d, by offset: %t (-want +got):\n%s", q.Limit, byOffset, diff)
		}
	}
}

func reversed(list []customers.Activity) []customers.Activity {
	out := make([]customers.Activity, len(list))
	for i, a := range list {
		out[len(list)-1-i] = a
	}
	return out
}
