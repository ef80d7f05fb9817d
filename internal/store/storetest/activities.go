package storetest

import (
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

func happening() []guarantee {
	return []guarantee{
		{"an activity comes back equal, by its reference and in lists", func(h *house) {
			c := h.child(h.a, Bare())
			want := h.put(activity(c.Ref(), 1, customers.ActivityDebit))
			got, err := h.store.ActivityOf(h.Context(), c.Ref(), want.Reference)
			h.must(err, "reading an activity")
			if diff := Diff(want, got); diff != "" {
				h.Errorf("ActivityOf (-want +got):\n%s", diff)
			}
			h.happened(customers.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"an activity comes back by its id, within its tenant and for the operator", func(h *house) {
			c := h.child(h.a, Bare())
			want := h.put(activity(c.Ref(), 1, customers.ActivityDebit))
			h.put(activity(h.child(h.b, Bare()).Ref(), 1, customers.ActivityDebit))
			for _, tenant := range []tenancy.ID{h.a.ID, {}} {
				got, err := h.store.Activity(h.Context(), tenant, want.ID)
				h.must(err, "reading an activity by its id")
				if diff := Diff(want, got); diff != "" {
					h.Errorf("Activity (-want +got):\n%s", diff)
				}
			}
			for _, wrong := range [][2]tenancy.ID{{h.b.ID, want.ID}, {h.a.ID, c.ID}, {{}, c.ID}, {c.ID, want.ID}} {
				_, err := h.store.Activity(h.Context(), wrong[0], wrong[1])
				h.refused(err, customers.ErrNotFound, "reading by another id or tenant")
			}
		}},
		{"bounds of time are inclusive, count, and hold on every page", func(h *house) {
			c := h.child(h.a, Bare())
			var all []customers.Activity // newest first
			for i := range 8 {
				all = append([]customers.Activity{h.put(activity(c.Ref(), i, customers.ActivityDebit))}, all...)
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
					h.walkActivities(customers.ActivityQuery{Customer: c.Ref(), From: q.from, To: q.to, Limit: limit}, q.want)
					h.walkActivities(customers.ActivityQuery{Customer: c.Ref(), From: q.from, To: q.to, Limit: limit, Ascending: true}, reversed(q.want))
				}
			}
		}},
		{"storing an activity again changes nothing", func(h *house) {
			c := h.child(h.a, Bare())
			want := h.put(activity(c.Ref(), 1, customers.ActivityDebit))
			again := want
			again.Amount++
			h.put(again)
			h.happened(customers.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"eight who store one activity at once leave one", func(h *house) {
			c := h.child(h.a, Bare())
			want := activity(c.Ref(), 1, customers.ActivityHold)
			together(8, func(int) {
				if err := h.store.PutActivity(h.Context(), want); err != nil {
					h.Errorf("storing: %v", err)
				}
			})
			h.happened(customers.ActivityQuery{Customer: c.Ref()}, want)
		}},
		{"references are compared byte for byte", func(h *house) {
			c := h.child(h.a, Bare())
			list := texts()
			slices.Sort(list)
			for i, text := range slices.Compact(list) {
				a := activity(c.Ref(), i, customers.ActivityCredit)
				a.Reference = text
				h.put(a)
				got, err := h.store.ActivityOf(h.Context(), c.Ref(), text)
				h.must(err, "reading an activity")
				if got.ID != a.ID {
					h.Errorf("%q gives the activity of %q", text, got.Reference)
				}
				_, err = h.store.ActivityOf(h.Context(), c.Ref(), text+" ")
				h.refused(err, customers.ErrNotFound, "reading by another reference")
			}
		}},
		{"pages follow each other in either direction, of one type or all, by offset and behind a row", func(h *house) {
			c := h.child(h.a, Bare())
			kinds := []customers.ActivityType{customers.ActivityDebit, customers.ActivityCredit, customers.ActivityDebit}
			var all, debits []customers.Activity
			for i := range 11 {
				a := h.put(activity(c.Ref(), i, kinds[i%3]))
				all = append([]customers.Activity{a}, all...)
				if a.Type == customers.ActivityDebit {
					debits = append([]customers.Activity{a}, debits...)
				}
			}
			for _, limit := range []int{1, 3, 11, 100} {
				h.walkActivities(customers.ActivityQuery{Customer: c.Ref(), Limit: limit}, all)
				h.walkActivities(customers.ActivityQuery{Customer: c.Ref(), Limit: limit, Type: customers.ActivityDebit}, debits)
				h.walkActivities(customers.ActivityQuery{Customer: c.Ref(), Limit: limit, Ascending: true}, reversed(all))
			}
		}},
		{"activities of one moment are all paged through once", func(h *house) {
			c := h.child(h.a, Bare())
			seen := map[tenancy.ID]bool{}
			for i := range 7 {
				a := activity(c.Ref(), i, customers.ActivityDebit)
				a.Occurred = opened
				h.put(a)
			}
			q := customers.ActivityQuery{Customer: c.Ref(), Limit: 2}
			for more := true; more; {
				page, err := h.store.Activities(h.Context(), q)
				h.must(err, "reading activities")
				for _, a := range page.Activities {
					if seen[a.ID] {
						h.Fatal("an activity came twice")
					}
					seen[a.ID] = true
					q.After = &customers.Position{Time: a.Occurred, ID: a.ID}
				}
				more = page.More
			}
			if len(seen) != 7 {
				h.Errorf("%d of 7 came", len(seen))
			}
		}},
		{"nobody else sees an activity, be it of another tenant or a sibling", func(h *house) {
			c, sibling := h.child(h.a, Bare()), h.child(h.a, Bare())
			a := h.put(activity(c.Ref(), 1, customers.ActivityDebit))
			h.put(activity(h.child(h.b, Bare()).Ref(), 1, customers.ActivityDebit))
			for _, ref := range append(h.strangers(c), sibling.Ref()) {
				_, err := h.store.ActivityOf(h.Context(), ref, a.Reference)
				h.refused(err, customers.ErrNotFound, "reading it as somebody else")
				h.happened(customers.ActivityQuery{Customer: ref})
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

func (h *house) put(a customers.Activity) customers.Activity {
	h.Helper()
	h.must(h.store.PutActivity(h.Context(), a), "storing an activity")
	return a
}

// happened ends the test unless a query gives exactly want, and counts it.
func (h *house) happened(q customers.ActivityQuery, want ...customers.Activity) {
	h.Helper()
	q.Limit, q.Count = 100, true
	page, err := h.store.Activities(h.Context(), q)
	h.must(err, "reading activities")
	if diff := Diff(want, page.Activities); diff != "" || page.Total != int64(len(want)) || page.More {
		h.Fatalf("%d activities, more: %t (-want +got):\n%s", page.Total, page.More, diff)
	}
}

// walkActivities reads all pages, by offset and behind the last row.
func (h *house) walkActivities(q customers.ActivityQuery, want []customers.Activity) {
	h.Helper()
	for _, byOffset := range []bool{true, false} {
		next, got := q, []customers.Activity{}
		next.Count = byOffset
		for more := true; more && len(got) <= len(want); {
			page, err := h.store.Activities(h.Context(), next)
			h.must(err, "reading activities")
			if next.Count && page.Total != int64(len(want)) {
				h.Fatalf("the total is %d of %d", page.Total, len(want))
			}
			got, more = append(got, page.Activities...), page.More
			if byOffset {
				next.Offset = len(got)
			} else if n := len(got); n > 0 {
				next.After = &customers.Position{Time: got[n-1].Occurred, ID: got[n-1].ID}
			}
		}
		if diff := Diff(want, got); diff != "" {
			h.Fatalf("pages of %d, by offset: %t (-want +got):\n%s", q.Limit, byOffset, diff)
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
