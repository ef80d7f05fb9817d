package storetest

import (
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
)

// standing are the guarantees of lists by standing and kind, whose rows an engine
// may read in several ranges and merge.
func standing() []guarantee {
	return []guarantee{
		{"lists by stage are in order, page by page, and of one tenant", func(h *house) {
			mine := h.market()
			for _, filter := range []customers.Filter{
				{Stages: customers.StagesOf(customers.StageVerified)},
				{Stages: customers.StagesOf(customers.StageDocument, customers.StageRetry, customers.StageSuspended)},
				{Stages: customers.StagesOf(customers.StageDeactivated, customers.StageUnverified), Name: "shop 1"},
				{Stages: customers.StagesOf(customers.Stages()...), Kinds: customers.KindsOf(customers.KindIndividual), Standings: customers.StandingsOf(customers.StandingVerified, customers.StandingInactive)},
			} {
				for _, by := range []customers.OrderBy{customers.ByName, customers.ByCreated, customers.ByLastUpdated} {
					for _, ascending := range []bool{false, true} {
						h.pages(mine, customers.Query{Tenant: h.a.Tenant, Under: h.a.ID, Filter: filter, Order: customers.Order{By: by, Ascending: ascending}, Count: true})
					}
				}
			}
			changed := next(mine[3], func(n *customers.Customer) {
				n.Status, n.Identity.Status = customers.StatusActive, customers.IdentityKBA
			})
			h.must(h.store.Replace(h.Context(), changed, mine[3].Version), "replacing")
			if changed.Type != "" || changed.Stage() != customers.StageKBA && changed.EffectiveKind() == customers.KindIndividual {
				h.Errorf("the stage is %s", changed.Stage())
			}
			h.lists(h.a, customers.Filter{Stages: customers.StagesOf(customers.StageKBA)}, changed)
		}},
		{"lists by standing and kind are in order, page by page, whatever is merged", func(h *house) {
			mine := h.market()
			for _, filter := range []customers.Filter{
				{Standings: customers.StandingsOf(customers.StandingVerified, customers.StandingInactive, customers.StandingReview)},
				{Kinds: customers.KindsOf(customers.KindBusiness)},
				{Kinds: customers.KindsOf(customers.KindIndividual), Standings: customers.StandingsOf(customers.StandingVerified, customers.StandingPending)},
				{Kinds: customers.KindsOf(customers.Kinds()...), Standings: customers.StandingsOf(customers.Standings()...)},
				{Standings: customers.StandingsOf(customers.StandingVerified, customers.StandingInactive), Name: "shop 1"},
			} {
				for _, by := range []customers.OrderBy{customers.ByName, customers.ByCreated, customers.ByLastUpdated} {
					for _, ascending := range []bool{false, true} {
						h.pages(mine, customers.Query{Tenant: h.a.Tenant, Under: h.a.ID, Filter: filter, Order: customers.Order{By: by, Ascending: ascending}, Count: true})
					}
				}
			}
		}},
		{"customers of one name and moment stand in the order of their ids, whatever is merged", func(h *house) {
			var mine []*customers.Customer
			states := []customers.IdentityStatus{customers.IdentityVerified, customers.IdentityReview, customers.IdentityPending}
			for i := range 10 {
				mine = append(mine, h.child(h.a, Bare(), With(func(c *customers.Customer) {
					c.Name, c.Created, c.LastUpdated = "Twin", opened, opened
					c.Kind, c.Identity.Status = customers.Kinds()[i%2], states[i%3]
				})))
			}
			filter := customers.Filter{Standings: customers.StandingsOf(customers.StandingVerified, customers.StandingReview)}
			for _, by := range []customers.OrderBy{customers.ByName, customers.ByCreated} {
				for _, ascending := range []bool{false, true} {
					h.pages(mine, customers.Query{Tenant: h.a.Tenant, Under: h.a.ID, Filter: filter, Order: customers.Order{By: by, Ascending: ascending}, Count: true})
				}
			}
		}},
	}
}

// pages tests every page of two rows, by offset and by cursor, against the rows
// that should pass.
func (h *house) pages(mine []*customers.Customer, q customers.Query) {
	h.Helper()
	var want []*customers.Customer
	for _, c := range mine {
		if q.Filter.Standings.Passes(c.Standing()) && q.Filter.Kinds.Passes(c.EffectiveKind()) && q.Filter.Stages.Passes(c.Stage()) &&
			(q.Filter.Name == "" || slices.Contains(h.named(mine, q.Filter.Name), c)) {
			want = append(want, c)
		}
	}
	slices.SortFunc(want, func(x, y *customers.Customer) int {
		return compare(customers.PositionOf(x, q.Order.By), customers.PositionOf(y, q.Order.By), q.Order.Ascending)
	})
	byCursor := q
	q.Limit, byCursor.Limit = 2, 2
	for q.Offset = 0; q.Offset < len(want)+2; q.Offset += 2 {
		part := want[min(q.Offset, len(want)):min(q.Offset+2, len(want))]
		for how, query := range map[string]customers.Query{"offset": q, "cursor": byCursor} {
			page := h.page(query)
			h.sameOrder(fmt.Sprintf("%s: %+v", how, query), page.Customers, part)
			if page.Total != int64(len(want)) || page.More != (q.Offset+2 < len(want)) {
				h.Errorf("%+v: total %d of %d, more %t", query, page.Total, len(want), page.More)
			}
		}
		if len(part) > 0 {
			place := customers.PositionOf(part[len(part)-1], q.Order.By)
			byCursor.After = &place
		}
	}
}

func (h *house) named(mine []*customers.Customer, name string) (found []*customers.Customer) {
	for _, c := range mine {
		if len(c.Name) >= len(name) && customers.Fold(c.Name)[:len(name)] == name {
			found = append(found, c)
		}
	}
	return found
}

func compare(x, y customers.Position, ascending bool) int {
	result := x.Time.Compare(y.Time)
	if result == 0 && x.Name != y.Name {
		result = map[bool]int{true: -1, false: 1}[x.Name < y.Name]
	}
	if result == 0 {
		result = slices.Compare(x.ID[:], y.ID[:])
	}
	if ascending {
		return result
	}
	return -result
}

func tallying() []guarantee {
	return []guarantee{
		{"a tally counts the living children of one customer by standing, and follows every change", func(h *house) {
			mine := h.market()
			h.tallies(h.a, mine)
			for i, c := range mine {
				changed := next(c, func(n *customers.Customer) {
					n.Status, n.Kind = customers.StatusActive, ""
					n.Identity.Status = customers.IdentityRejected
				})
				if i%3 == 0 {
					h.must(h.store.Erase(h.Context(), Tombstone(c), c.Version), "erasing")
					mine[i] = nil
					continue
				}
				h.must(h.store.Replace(h.Context(), changed, c.Version), "replacing")
				mine[i] = changed
			}
			h.tallies(h.a, slices.DeleteFunc(mine, func(c *customers.Customer) bool { return c == nil }))
		}},
		{"a tally is of one tenant, and of all for the operator alone", func(h *house) {
			h.market()
			if tally, err := h.store.Tally(h.Context(), h.b.Tenant, h.a.ID); err != nil || len(tally) != 0 {
				h.Errorf("another tenant's tally is %v, %v", tally, err)
			}
			tally, err := h.store.Tally(h.Context(), h.b.Tenant, h.operator.ID)
			h.must(err, "counting")
			if total(tally) != 1 {
				h.Errorf("the operator's children of one tenant are %v", tally)
			}
			all, err := h.store.Tally(h.Context(), [12]byte{}, h.operator.ID)
			h.must(err, "counting")
			if total(all) != 2 {
				h.Errorf("the operator's children are %v", all)
			}
		}},
	}
}

func total(tally customers.Tally) (n int64) {
	for _, count := range tally {
		n += count
	}
	return n
}

func (h *house) tallies(parent *customers.Customer, mine []*customers.Customer) {
	h.Helper()
	want := customers.Tally{}
	for _, c := range mine {
		want[c.Standing()]++
	}
	got, err := h.store.Tally(h.Context(), parent.Tenant, parent.ID)
	h.must(err, "counting")
	if diff := Diff(want, got); diff != "" {
		h.Errorf("the tally differs (-want +got):\n%s", diff)
	}
}

func reviewing() []guarantee {
	return []guarantee{
		{"due reviews are those of living customers of every tenant, the longest due first, and no other", func(h *house) {
			due := func(parent *customers.Customer, after time.Duration, status customers.IdentityStatus) *customers.Customer {
				return h.child(parent, Bare(), With(func(c *customers.Customer) {
					c.Identity.Status = status
					if after >= 0 {
						at := opened.Add(after)
						c.Identity.Due = &at
					}
				}))
			}
			second := due(h.a, 2*time.Second, customers.IdentityPending)
			first := due(h.b, time.Second, customers.IdentityPending)
			due(h.a, 4*time.Second, customers.IdentityPending)
			due(h.a, time.Second, customers.IdentityVerified)
			due(h.a, -1, customers.IdentityPending)
			gone := due(h.a, time.Second, customers.IdentityPending)
			h.must(h.store.Erase(h.Context(), Tombstone(gone), gone.Version), "erasing")
			found := func(limit int) []*customers.Customer {
				list, err := h.store.DueReviews(h.Context(), opened.Add(3*time.Second), limit)
				h.must(err, "looking for due reviews")
				return list
			}
			h.sameOrder("due reviews", found(10), []*customers.Customer{first, second})
			h.sameOrder("the first due review", found(1), []*customers.Customer{first})
			judged := next(first, func(n *customers.Customer) { n.Identity.Status, n.Identity.Due = customers.IdentityVerified, nil })
			h.must(h.store.Replace(h.Context(), judged, first.Version), "replacing")
			h.sameOrder("due reviews after a judgement", found(10), []*customers.Customer{second})
		}},
	}
}
