package storetest

import (
	"fmt"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// branch inserts a child of a with a market of its own below it, and the same below b, and
// returns the customers of a that are not its children.
func (e *env) branch() (parent *customers.Customer, deeper []*customers.Customer) {
	e.Helper()
	for _, above := range []*customers.Customer{e.b, e.a} {
		parent, deeper = e.child(above, Bare(), With(func(c *customers.Customer) { c.Name = "Branch" })), nil
		for i := range 6 {
			deeper = append(deeper, e.child(parent, Bare(), With(func(c *customers.Customer) {
				c.Name = fmt.Sprintf("Deep Café %d", i)
				c.Identity.Status = []reviews.IdentityStatus{reviews.IdentityReview, reviews.IdentityVerified}[i%2]
				c.PlanStatus, c.PlanNeeded = "unverified", []string{"bankDrops"}
				c.Created = opened.Add(time.Duration(i/2) * time.Millisecond)
			})))
		}
	}
	return parent, deeper
}

// queueing returns the guarantees of lists by traits and by words, which are led by an
// index of them.
func queueing() []guarantee {
	return []guarantee{
		{"lists by traits are in order, page by page, and of one tenant, of children and of all descendants", func(e *env) {
			mine := e.market()
			parent, deeper := e.branch()
			all := slices.Concat(mine, []*customers.Customer{parent}, deeper)
			for _, filter := range []rows.Filter{
				{IdentityStatus: reviews.IdentityReview},
				{Needed: "bankDrops"},
				{Webhooks: rows.WebhooksDisabled},
				{PlanStatus: "unverified"},
				{Status: customers.StatusActive},
				{PlanKey: "payer"},
				{IdentityStatus: reviews.IdentityReview, PlanStatus: "unverified", Status: customers.StatusActive, Needed: "bankDrops"},
				{Needed: "bankDrops", CreatedFrom: opened.Add(time.Millisecond), CreatedTo: opened.Add(4 * time.Millisecond)},
				{PlanStatus: "unverified", Name: "café"},
				{Text: "café"},
				{Text: "CAF sho", PlanStatus: "unverified"},
				{Text: "nobody is called so"},
			} {
				for _, by := range []rows.OrderBy{rows.ByCreated, rows.ByName, rows.ByLastUpdated} {
					order := rows.Order{By: by, Ascending: by != rows.ByName}
					e.through(slices.Concat(mine, []*customers.Customer{parent}), rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Filter: filter, Order: order})
					e.through(all, rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Deep: true, Filter: filter, Order: order})
					e.through(deeper, rows.Query{Tenant: e.a.Tenant, Under: parent.ID, Deep: true, Filter: filter, Order: order})
				}
				filter.IdentityStatus = reviews.IdentityReview
				for _, ascending := range []bool{true, false} {
					order := rows.Order{By: rows.ByReviewDeadline, Ascending: ascending}
					e.through(slices.Concat(mine, []*customers.Customer{parent}), rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Filter: filter, Order: order})
					e.through(all, rows.Query{Tenant: e.a.Tenant, Under: e.a.ID, Deep: true, Filter: filter, Order: order})
				}
			}
			page := e.page(rows.Query{Under: e.operator.ID, Deep: true, Limit: 100, Count: true, Filter: rows.Filter{Needed: "bankDrops", IdentityStatus: reviews.IdentityReview}})
			both := e.page(rows.Query{Under: e.operator.ID, Deep: true, Limit: 100, Count: true, Filter: rows.Filter{Text: "café"}})
			none := e.page(rows.Query{Tenant: e.b.Tenant, Under: e.a.ID, Deep: true, Limit: 100, Count: true, Filter: rows.Filter{Needed: "bankDrops"}})
			lost := e.page(rows.Query{Tenant: e.b.Tenant, Under: e.a.ID, Deep: true, Limit: 100, Count: true, Filter: rows.Filter{Text: "café"}})
			if page.Total != 8 || both.Total != 24 || none.Total+lost.Total != 0 || len(none.Customers)+len(lost.Customers) != 0 {
				e.Errorf("the operator counts %d and %d; another tenant %d and %d", page.Total, both.Total, none.Total, lost.Total)
			}
		}},
		{"lists by traits and words, summaries and what waits follow every change and erasure", func(e *env) {
			c := e.child(e.a, Bare(), With(func(c *customers.Customer) {
				c.Name, c.Identity.Status, c.PlanStatus, c.PlanNeeded = "Before", reviews.IdentityReview, "unverified", []string{"bankDrops", "identityReview"}
				c.Documents = []customers.Document{{ID: e.missing(), Verification: customers.DocumentPending, Created: opened}}
			}))
			before := []rows.Filter{{IdentityStatus: reviews.IdentityReview}, {PlanStatus: "unverified"}, {Needed: "identityReview"}, {Text: "befo"}, {Text: c.ID.String()}}
			for _, filter := range before {
				e.lists(e.a, filter, c)
			}
			e.waits(e.a, c)
			changed := next(c, func(n *customers.Customer) {
				n.Name, n.Identity.Status, n.PlanStatus, n.PlanNeeded = "After", reviews.IdentityVerified, "verified", []string{"bankDrops"}
				n.Documents = slices.Clone(c.Documents)
				n.Documents[0].Verification = customers.DocumentAccepted
			})
			e.must(e.store.Replace(e.Context(), changed, c.Version), "replacing")
			for _, filter := range before[:4] {
				e.lists(e.a, filter)
			}
			after := []rows.Filter{{IdentityStatus: reviews.IdentityVerified}, {PlanStatus: "verified"}, {Needed: "bankDrops"}, {Text: "AFTER"}, {Text: c.ID.String()}}
			for _, filter := range after {
				e.lists(e.a, filter, changed)
			}
			e.waits(e.a)
			e.sums(e.a, changed)
			e.must(e.store.Erase(e.Context(), Tombstone(changed), changed.Version), "erasing")
			for _, filter := range append(before, after...) {
				e.lists(e.a, filter)
			}
			e.sums(e.a)
		}},
		{"summaries count children and descendants by their traits, within a tenant, and all for the operator", func(e *env) {
			mine := e.market()
			parent, deeper := e.branch()
			children := slices.Concat(mine, []*customers.Customer{parent})
			e.sums(e.a, children...)
			e.sumsOf(rows.CountQuery{Tenant: e.a.Tenant, Under: e.a.ID, Deep: true}, slices.Concat(children, deeper)...)
			e.sumsOf(rows.CountQuery{Tenant: e.a.Tenant, Under: parent.ID, Deep: true}, deeper...)
			e.sumsOf(rows.CountQuery{Tenant: e.b.Tenant, Under: parent.ID, Deep: true})
			all, err := e.store.CountTraits(e.Context(), rows.CountQuery{Under: e.operator.ID, Deep: true, Traits: []rows.Trait{{Kind: rows.TraitNeeded, Word: "bankDrops"}, {}}})
			e.must(err, "counting")
			if all[0].N != 2*int64(6+6) || all[1].N != 2*int64(1+12+1+6) {
				e.Errorf("the operator counts %+v", all)
			}
			counts, err := e.store.CountChildren(e.Context(), []tenancy.Ref{
				e.a.Ref(), parent.Ref(), mine[0].Ref(), {Tenant: e.a.Tenant, ID: e.b.ID}, e.b.Ref(), {Tenant: e.a.Tenant, ID: e.missing()},
			})
			e.must(err, "counting children")
			if want := []rows.Count{{N: 13}, {N: 6}, {}, {}, {N: 13}, {}}; !slices.Equal(counts, want) {
				e.Errorf("the children are %v, not %v", counts, want)
			}
		}},
		{"documents that wait are those below one customer, the longest waiting first, page by page", func(e *env) {
			with := func(parent *customers.Customer, waits ...time.Duration) *customers.Customer {
				return e.child(parent, Bare(), With(func(c *customers.Customer) {
					c.Documents = []customers.Document{{ID: e.missing(), Verification: customers.DocumentRejected, Created: opened}}
					for _, after := range waits {
						c.Documents = append(c.Documents, customers.Document{ID: e.missing(), Verification: customers.DocumentPending, Created: opened.Add(after)})
					}
				}))
			}
			parent := with(e.a, 3*time.Second)
			first := with(parent, 9*time.Second, time.Second)
			second := with(e.a, 2*time.Second)
			with(e.a)
			other := with(e.b, 1500*time.Millisecond)
			e.waits(e.a, first, second, parent)
			e.waits(parent, first)
			e.waits(e.b, other)
			e.waits(e.operator, first, other, second, parent)
			page := func(from *customers.Customer) []*customers.Customer {
				list, err := e.store.WaitingDocuments(e.Context(), rows.WaitingQuery{Tenant: e.a.Tenant, Under: e.a.ID, From: rows.Position{Time: *rows.DocumentsDue(from), ID: from.ID}, Limit: 2})
				e.must(err, "looking for documents")
				return list
			}
			e.sameOrder("what waits from the first on", page(first), []*customers.Customer{first, second})
			e.sameOrder("what waits from the second on", page(second), []*customers.Customer{second, parent})
			if list, err := e.store.WaitingDocuments(e.Context(), rows.WaitingQuery{Tenant: e.b.Tenant, Under: e.a.ID, Limit: 9}); err != nil || len(list) != 0 {
				e.Errorf("another tenant finds %v, %v", labels(list), err)
			}
		}},
		{"reviews that wait for a person come by deadline, then by age, below one customer, and follow every change", func(e *env) {
			with := func(parent *customers.Customer, shape func(*customers.Customer)) *customers.Customer {
				return e.child(parent, Bare(), With(func(c *customers.Customer) {
					c.Identity.Status, c.Identity.Started = reviews.IdentityReview, new(opened)
					shape(c)
				}))
			}
			at := func(after time.Duration) *time.Time { return new(opened.Add(after)) }
			dateless := with(e.a, func(*customers.Customer) {})
			later := with(e.a, func(c *customers.Customer) { c.Identity.Started = at(time.Hour) })
			standing := with(e.a, func(c *customers.Customer) { c.Identity.StandsUntil = at(9 * time.Hour) })
			noted := with(dateless, func(c *customers.Customer) {
				c.ReviewDeadline, c.Identity.StandsUntil = at(8*time.Hour), at(time.Second)
			})
			other := with(e.b, func(c *customers.Customer) { c.ReviewDeadline = at(8*time.Hour + time.Minute) })
			with(e.a, func(c *customers.Customer) {
				c.Identity.Status, c.Identity.StandsUntil = reviews.IdentityPending, at(time.Second)
			})
			e.reviewing(e.a, false, standing, dateless, later)
			e.reviewing(e.a, true, noted, standing, dateless, later)
			e.reviewing(dateless, true, noted)
			e.reviewing(e.b, true, other)
			e.reviewing(e.operator, true, noted, other, standing, dateless, later)
			if page := e.page(rows.Query{Tenant: e.b.Tenant, Under: e.a.ID, Deep: true, Limit: 9, Count: true, Filter: rows.Filter{IdentityStatus: reviews.IdentityReview}, Order: rows.Order{By: rows.ByReviewDeadline, Ascending: true}}); len(page.Customers)+int(page.Total) != 0 {
				e.Errorf("another tenant finds %v of %d", labels(page.Customers), page.Total)
			}
			sooner := next(later, func(c *customers.Customer) { c.Identity.StandsUntil = at(time.Minute) })
			e.must(e.store.Replace(e.Context(), sooner, later.Version), "replacing")
			e.reviewing(e.a, true, sooner, noted, standing, dateless)
			decided := next(sooner, func(c *customers.Customer) { c.Identity.Status, c.Identity.StandsUntil = reviews.IdentityVerified, nil })
			e.must(e.store.Replace(e.Context(), decided, sooner.Version), "replacing")
			e.reviewing(e.a, true, noted, standing, dateless)
			e.must(e.store.Erase(e.Context(), Tombstone(noted), noted.Version), "erasing")
			e.reviewing(e.a, true, standing, dateless)
		}},
		{"a search by words finds beginnings of words, and whole values", func(e *env) {
			shape := With(func(c *customers.Customer) {
				c.Name, c.Email, c.MerchantKey, c.ExternalID = "Zoë’s O'Hara Bäckerei 25%", "Billing+shop@Mail.example.com", "MK-77", "crm:9"
				c.Users = []customers.User{{ID: e.missing(), Username: "Ada.L"}}
				c.LegalEntity = &customers.LegalEntity{BusinessName: "ΣΊΣΥΦΟΣ Holdings"}
				c.Contact = &customers.Contact{Phone: "+12128675309"}
				c.Meta = []byte(`{"crm":{"id":40417,"note":"Moved to São Paulo","live":true},"tags":["vip","Überlingen"]}`)
			})
			mine := e.child(e.a, Bare(), shape)
			e.child(e.b, Bare(), shape)
			e.child(e.a, Bare(), With(func(c *customers.Customer) { c.Name, c.Email = "Somebody", "else@example.org" }))
			for _, text := range []string{
				"zoë", "ZO", "hara", "o'hara", "bäck zoë", "Bäckerei o", "25", "billing", "billing+shop@mail.example.com", "shop example", "mail.exam",
				"MK-77", "mk-77", " crm:9 ", "ada.l", mine.ID.String(), "σίσυ", "hold", "+12128675309", "1212", "40417", "paulo são", "vip", "überl",
			} {
				e.lists(e.a, rows.Filter{Text: text}, mine)
			}
			for _, text := range []string{"ackerei", "MK-7", "mk", "crm:", "ada", "true", mine.ID.String()[:20], "zoë nobody", "%", "_", "*", "=", "=mk", "\U0010ffff", "'; --"} {
				e.lists(e.a, rows.Filter{Text: text})
			}
		}},
	}
}

// waits tests that exactly these customers below one have documents that wait, in this
// order.
func (e *env) waits(under *customers.Customer, want ...*customers.Customer) {
	e.Helper()
	q := rows.WaitingQuery{Under: under.ID, Limit: 10}
	if !tenancy.IsOperator(under) {
		q.Tenant = under.Tenant
	}
	list, err := e.store.WaitingDocuments(e.Context(), q)
	e.must(err, "looking for documents")
	e.sameOrder("what waits", list, want)
}

// reviewing tests the reviews below a customer in the order of their deadlines, both ways.
func (e *env) reviewing(under *customers.Customer, deep bool, want ...*customers.Customer) {
	e.Helper()
	q := rows.Query{Under: under.ID, Deep: deep, Filter: rows.Filter{IdentityStatus: reviews.IdentityReview}, Order: rows.Order{By: rows.ByReviewDeadline, Ascending: true}, Limit: 10, Count: true}
	if !tenancy.IsOperator(under) {
		q.Tenant = under.Tenant
	}
	page := e.page(q)
	e.sameOrder("what is to be decided", page.Customers, want)
	if page.Total != int64(len(want)) {
		e.Errorf("%d are counted, not %d", page.Total, len(want))
	}
	if len(want) > 1 {
		q.After = new(rows.PositionOf(want[0], q.Order.By))
		e.sameOrder("what is to be decided behind the first", e.page(q).Customers, want[1:])
		q.After, q.Order.Ascending = new(rows.PositionOf(want[len(want)-1], q.Order.By)), false
		before := slices.Clone(want[:len(want)-1])
		slices.Reverse(before)
		e.sameOrder("what is to be decided before the last", e.page(q).Customers, before)
	}
}

// sums tests the summary of the children of a customer, which are these.
func (e *env) sums(parent *customers.Customer, want ...*customers.Customer) {
	e.Helper()
	e.sumsOf(rows.CountQuery{Tenant: parent.Tenant, Under: parent.ID}, want...)
}

func (e *env) sumsOf(q rows.CountQuery, want ...*customers.Customer) {
	e.Helper()
	q.Traits = []rows.Trait{
		{}, {Kind: rows.TraitStatus, Word: "active"}, {Kind: rows.TraitStatus, Word: "disabled"}, {Kind: rows.TraitPlanKey, Word: "payer"}, {Kind: rows.TraitPlanKey, Word: "nobody's"},
		{Kind: rows.TraitIdentityStatus, Word: "review"}, {Kind: rows.TraitIdentityStatus, Word: "verified"}, {Kind: rows.TraitIdentityStatus, Word: "none"},
		{Kind: rows.TraitPlanStatus, Word: "verified"}, {Kind: rows.TraitPlanStatus, Word: "unverified"}, {Kind: rows.TraitNeeded, Word: "bankDrops"},
	}
	counts, err := e.store.CountTraits(e.Context(), q)
	e.must(err, "counting")
	for i, trait := range q.Traits {
		n := int64(0)
		for _, c := range want {
			if trait == (rows.Trait{}) || rows.HasTraits(c, []rows.Trait{trait}) {
				n++
			}
		}
		if counts[i] != (rows.Count{N: n}) {
			e.Errorf("%+v below %s (deep: %t) counts %+v, not %d", trait, q.Under, q.Deep, counts[i], n)
		}
	}
}

// through tests every page of two rows, by cursor, against those of mine that pass the
// filter, and the total.
func (e *env) through(mine []*customers.Customer, q rows.Query) {
	e.Helper()
	f := q.Filter
	var want []*customers.Customer
	for _, c := range mine {
		if rows.HasTraits(c, f.Traits()) && (f.Text == "" || rows.WantedOf(f.Text).Finds(rows.SearchWords(c))) &&
			(f.CreatedFrom.IsZero() || !c.Created.Before(f.CreatedFrom)) && (f.CreatedTo.IsZero() || !c.Created.After(f.CreatedTo)) && (f.Name == "" || isNamed(c, f.Name)) {
			want = append(want, c)
		}
	}
	slices.SortFunc(want, func(x, y *customers.Customer) int {
		return compare(rows.PositionOf(x, q.Order.By), rows.PositionOf(y, q.Order.By), q.Order.Ascending)
	})
	q.Limit, q.Count = 2, true
	var got []*customers.Customer
	for {
		page := e.page(q)
		got = append(got, page.Customers...)
		if q.Count && page.Total != int64(len(want)) {
			e.Errorf("%+v: total %d of %d", q, page.Total, len(want))
		}
		if !page.More || len(got) > len(want) {
			break
		}
		q.After, q.Count = page.End, false
	}
	e.sameOrder(fmt.Sprintf("%+v", q), got, want)
}
