package storetest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
)

// listsByStatus returns the guarantees of lists by status and kind, whose rows an engine may
// read in several ranges and merge.
func listsByStatus() []guarantee {
	return []guarantee{
		{"lists by enrollment status are in order, page by page, and of one tenant", func(e *env) {
			mine := e.market()
			for _, filter := range []rows.Filter{
				{EnrollmentStatuses: status.SetOf(status.Verified)},
				{EnrollmentStatuses: status.SetOf(status.Document, status.Retry, status.Suspended)},
				{EnrollmentStatuses: status.SetOf(status.Deactivated, status.Unverified), Name: "shop 1"},
				{EnrollmentStatuses: status.SetOf(status.All()...), PartyTypes: customers.PartyTypesOf(customers.PartyIndividual), PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Inactive)},
			} {
				for _, by := range []rows.OrderBy{rows.ByName, rows.ByCreated, rows.ByLastUpdated} {
					for _, ascending := range []bool{false, true} {
						e.pages(mine, rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Filter: filter, Order: rows.Order{By: by, Ascending: ascending}, Count: true})
					}
				}
			}
			changed := next(mine[3], func(n *customers.Customer) {
				n.Status, n.Identity.Status = customers.StatusActive, reviews.IdentityKBA
			})
			e.must(e.store.Replace(e.Context(), changed, mine[3].Version), "replacing")
			if changed.EnrollmentType != "" || status.Of(changed) != status.KBA && changed.EffectivePartyType() == customers.PartyIndividual {
				e.Errorf("the status is %s", status.Of(changed))
			}
			e.lists(e.a, rows.Filter{EnrollmentStatuses: status.SetOf(status.KBA)}, changed)
		}},
		{"lists by status and kind are in order, page by page, whatever is merged", func(e *env) {
			mine := e.market()
			for _, filter := range []rows.Filter{
				{PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Inactive, straddlestatus.Review)},
				{PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)},
				{PartyTypes: customers.PartyTypesOf(customers.PartyIndividual), PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Pending)},
				{PartyTypes: customers.PartyTypesOf(customers.PartyTypes()...), PartyStatuses: straddlestatus.SetOf(straddlestatus.All()...)},
				{PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Inactive), Name: "shop 1"},
			} {
				for _, by := range []rows.OrderBy{rows.ByName, rows.ByCreated, rows.ByLastUpdated} {
					for _, ascending := range []bool{false, true} {
						e.pages(mine, rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Filter: filter, Order: rows.Order{By: by, Ascending: ascending}, Count: true})
					}
				}
			}
		}},
		{"customers of one name and moment stand in the order of their ids, whatever is merged", func(e *env) {
			var mine []*customers.Customer
			states := []reviews.IdentityStatus{reviews.IdentityVerified, reviews.IdentityReview, reviews.IdentityPending}
			for i := range 10 {
				mine = append(mine, e.child(e.a, Bare(), With(func(c *customers.Customer) {
					c.Name, c.Created, c.LastUpdated = "Twin", opened, opened
					c.PartyType, c.Identity.Status = customers.PartyTypes()[i%2], states[i%3]
				})))
			}
			filter := rows.Filter{PartyStatuses: straddlestatus.SetOf(straddlestatus.Verified, straddlestatus.Review)}
			for _, by := range []rows.OrderBy{rows.ByName, rows.ByCreated} {
				for _, ascending := range []bool{false, true} {
					e.pages(mine, rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Filter: filter, Order: rows.Order{By: by, Ascending: ascending}, Count: true})
				}
			}
		}},
	}
}

// pages tests every page of two rows, by offset and by cursor, against the rows
// that should pass.
func (e *env) pages(mine []*customers.Customer, q rows.Query) {
	e.Helper()
	var want []*customers.Customer
	for _, c := range mine {
		if straddlestatus.Passes(q.Filter.PartyStatuses, straddlestatus.Of(c)) && q.Filter.PartyTypes.Passes(c.EffectivePartyType()) && status.Passes(q.Filter.EnrollmentStatuses, status.Of(c)) &&
			(q.Filter.Name == "" || slices.Contains(e.named(mine, q.Filter.Name), c)) {
			want = append(want, c)
		}
	}
	slices.SortFunc(want, func(x, y *customers.Customer) int {
		return compare(rows.PositionOf(x, q.Order.By), rows.PositionOf(y, q.Order.By), q.Order.Ascending)
	})
	byCursor := q
	q.Limit, byCursor.Limit = 2, 2
	for q.Offset = 0; q.Offset < len(want)+2; q.Offset += 2 {
		part := want[min(q.Offset, len(want)):min(q.Offset+2, len(want))]
		for how, query := range map[string]rows.Query{"offset": q, "cursor": byCursor} {
			page := e.page(query)
			e.sameOrder(fmt.Sprintf("%s: %+v", how, query), page.Customers, part)
			if page.Total != int64(len(want)) || page.More != (q.Offset+2 < len(want)) {
				e.Errorf("%+v: total %d of %d, more %t", query, page.Total, len(want), page.More)
			}
		}
		if len(part) > 0 {
			place := rows.PositionOf(part[len(part)-1], q.Order.By)
			byCursor.After = &place
		}
	}
}

func (e *env) named(mine []*customers.Customer, name string) (found []*customers.Customer) {
	for _, c := range mine {
		if len(c.Name) >= len(name) && customers.Fold(c.Name)[:len(name)] == name {
			found = append(found, c)
		}
	}
	return found
}

func isNamed(c *customers.Customer, name string) bool {
	return strings.Contains(customers.Fold(c.Name), customers.Fold(name))
}

func compare(x, y rows.Position, ascending bool) int {
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
		{"a tally counts the living children of one customer by status, and follows every change", func(e *env) {
			mine := e.market()
			e.tallies(e.a, mine)
			for i, c := range mine {
				changed := next(c, func(n *customers.Customer) {
					n.Status, n.PartyType = customers.StatusActive, ""
					n.Identity.Status = reviews.IdentityRejected
				})
				if i%3 == 0 {
					e.must(e.store.Erase(e.Context(), Tombstone(c), c.Version), "erasing")
					mine[i] = nil
					continue
				}
				e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing")
				mine[i] = changed
			}
			e.tallies(e.a, slices.DeleteFunc(mine, func(c *customers.Customer) bool { return c == nil }))
		}},
		{"a tally is of one tenant, and of all for the operator alone", func(e *env) {
			e.market()
			if tally, err := e.store.CountByStatus(e.Context(), e.b.Tenant, e.a.ID); err != nil || len(tally) != 0 {
				e.Errorf("another tenant's tally is %v, %v", tally, err)
			}
			tally, err := e.store.CountByStatus(e.Context(), e.b.Tenant, e.operator.ID)
			e.must(err, "counting")
			if total(tally) != 1 {
				e.Errorf("the operator's children of one tenant are %v", tally)
			}
			all, err := e.store.CountByStatus(e.Context(), [12]byte{}, e.operator.ID)
			e.must(err, "counting")
			if total(all) != 2 {
				e.Errorf("the operator's children are %v", all)
			}
		}},
	}
}

func total(tally rows.StatusCounts) (n int64) {
	for _, count := range tally {
		n += count
	}
	return n
}

func (e *env) tallies(parent *customers.Customer, mine []*customers.Customer) {
	e.Helper()
	want := rows.StatusCounts{}
	for _, c := range mine {
		want[string(straddlestatus.Of(c))]++
	}
	got, err := e.store.CountByStatus(e.Context(), parent.Tenant, parent.ID)
	e.must(err, "counting")
	if diff := Diff(want, got); diff != "" {
		e.Errorf("the tally differs (-want +got):\n%s", diff)
	}
}

func reviewing() []guarantee {
	return []guarantee{
		{"due reviews are those of living customers of every tenant, the longest due first, and no other", func(e *env) {
			due := func(parent *customers.Customer, after time.Duration, status reviews.IdentityStatus) *customers.Customer {
				return e.child(parent, Bare(), With(func(c *customers.Customer) {
					c.Identity.Status = status
					if after >= 0 {
						at := opened.Add(after)
						c.Identity.Due = &at
					}
				}))
			}
			second := due(e.a, 2*time.Second, reviews.IdentityPending)
			first := due(e.b, time.Second, reviews.IdentityPending)
			due(e.a, 4*time.Second, reviews.IdentityPending)
			due(e.a, time.Second, reviews.IdentityVerified)
			due(e.a, -1, reviews.IdentityPending)
			gone := due(e.a, time.Second, reviews.IdentityPending)
			e.must(e.store.Erase(e.Context(), Tombstone(gone), gone.Version), "erasing")
			found := func(limit int) []*customers.Customer {
				list, err := e.store.DueReviews(e.Context(), opened.Add(3*time.Second), limit)
				e.must(err, "looking for due reviews")
				return list
			}
			e.sameOrder("due reviews", found(10), []*customers.Customer{first, second})
			e.sameOrder("the first due review", found(1), []*customers.Customer{first})
			judged := next(first, func(n *customers.Customer) { n.Identity.Status, n.Identity.Due = reviews.IdentityVerified, nil })
			e.must(e.store.Replace(e.Context(), judged, first.Version), "replacing")
			e.sameOrder("due reviews after a judgment", found(10), []*customers.Customer{second})
		}},
	}
}

// changingPlans are the guarantees of DuePlans.
func changingPlans() []guarantee {
	return []guarantee{
		{"the customers of all tenants whose planStatus changes by itself, the longest due first, and no others", func(e *env) {
			due := func(parent *customers.Customer, after time.Duration) *customers.Customer {
				return e.child(parent, Bare(), With(func(c *customers.Customer) {
					if after >= 0 {
						c.PlanDue = new(opened.Add(after))
					}
				}))
			}
			second := due(e.a, 2*time.Second)
			first := due(e.b, time.Second)
			due(e.a, 4*time.Second)
			due(e.a, -1)
			gone := due(e.a, time.Second)
			e.must(e.store.Erase(e.Context(), Tombstone(gone), gone.Version), "erasing")
			found := func(limit int) []*customers.Customer {
				list, err := e.store.DuePlans(e.Context(), opened.Add(3*time.Second), limit)
				e.must(err, "looking for plans that are due")
				return list
			}
			e.sameOrder("due plans", found(10), []*customers.Customer{first, second})
			e.sameOrder("the first due plan", found(1), []*customers.Customer{first})
			settled := next(first, func(n *customers.Customer) { n.PlanDue = nil })
			e.must(e.store.Replace(e.Context(), settled, first.Version), "replacing")
			later := next(second, func(n *customers.Customer) { n.PlanDue = new(opened.Add(time.Minute)) })
			e.must(e.store.Replace(e.Context(), later, second.Version), "replacing")
			e.sameOrder("due plans after they were settled", found(10), nil)
		}},
	}
}

// sendingDrops are the guarantees of DueDrops.
func sendingDrops() []guarantee {
	return []guarantee{
		{"the customers of all tenants whose deposits wait to be sent, page by page, the longest waiting first", func(e *env) {
			bank := func(started time.Duration, change func(*customers.Bank)) *customers.Bank {
				b := &customers.Bank{ID: e.missing(), Active: true, Drops: &customers.Drops{Started: opened.Add(started)}}
				if change != nil {
					change(b)
				}
				return b
			}
			with := func(parent *customers.Customer, banks ...*customers.Bank) *customers.Customer {
				return e.child(parent, Bare(), With(func(c *customers.Customer) {
					for _, b := range banks {
						c.Banks = append(c.Banks, *b)
					}
				}))
			}
			third := with(e.a, bank(3*time.Second, nil))
			first := with(e.b, bank(9*time.Second, nil), bank(time.Second, nil))
			second := with(e.a, bank(2*time.Second, nil))
			with(e.a, bank(0, func(b *customers.Bank) { b.Drops.Sent = new(opened) }))
			with(e.a, bank(0, func(b *customers.Bank) { b.Verified = true }))
			with(e.a, bank(0, func(b *customers.Bank) { b.Active = false }))
			with(e.a, bank(0, func(b *customers.Bank) { b.Drops = nil }))
			found := func(after rows.Position, limit int) []*customers.Customer {
				list, err := e.store.DueDrops(e.Context(), after, limit)
				e.must(err, "looking for deposits to send")
				return slices.DeleteFunc(list, func(c *customers.Customer) bool { return c.Parent.IsZero() }) // the operator has some by chance
			}
			behind := func(c *customers.Customer) rows.Position { return rows.Position{Time: *rows.DropsDue(c), ID: c.ID} }
			e.sameOrder("deposits to send", found(rows.Position{}, 10), []*customers.Customer{first, second, third})
			e.sameOrder("the first of them", found(rows.Position{}, 1), []*customers.Customer{first})
			e.sameOrder("those behind it", found(behind(first), 10), []*customers.Customer{second, third})
			sent := next(second, func(n *customers.Customer) {
				n.Banks = slices.Clone(n.Banks)
				drops := *n.Banks[0].Drops
				drops.Sent = new(opened)
				n.Banks[0].Drops = &drops
			})
			e.must(e.store.Replace(e.Context(), sent, second.Version), "replacing")
			e.sameOrder("deposits once one was sent", found(rows.Position{}, 10), []*customers.Customer{first, third})
		}},
	}
}
