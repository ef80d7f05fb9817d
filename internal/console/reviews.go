package console

import (
	"cmp"
	"net/url"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/console/page"
)

// queued is a customer that waits for somebody.
type queued struct {
	row
	Since    time.Time
	Deadline *time.Time
	Reason   string
}

// waitingReviews lists the reviews of customers below the person's own that wait for a
// decision: those with the nearest deadline first, then the oldest.
func (v *visit) waitingReviews(in lifecycle.ListInput, backwards bool) (lifecycle.Listing, error) {
	in.Deep, in.Filter = true, rows.Filter{IdentityStatus: reviews.IdentityReview}
	in.Order = rows.Order{By: rows.ByReviewDeadline, Ascending: !backwards}
	return v.app.Lifecycle.List(v.r.Context(), v.caller, in)
}

// queue returns the reviews of a list as the desk shows them.
func (v *visit) queue(found lifecycle.Listing) (list []queued) {
	for _, c := range found.Customers {
		list = append(list, queued{row: v.row(c), Since: rows.ReviewSince(c), Deadline: rows.ReviewDeadline(c), Reason: c.Identity.Reason})
	}
	return list
}

// showReviews shows a page of the queue of the review desk.
func showReviews(v *visit) error {
	found, err := v.waitingReviews(lifecycle.ListInput{Cursor: v.r.URL.Query().Get("cursor")}, false)
	if err != nil {
		return err
	}
	shown := map[string]any{"Queue": v.queue(found), "Total": page.Total(found.Total, found.AtLeast), "Damaged": len(found.Damaged)}
	if found.NextCursor != "" {
		shown["Next"] = "/console/reviews?cursor=" + url.QueryEscape(found.NextCursor)
	}
	v.curl("GET", "/v3/customers?deep=true&identityStatus=review&order=reviewDeadline%20ASC", nil)
	return v.show("reviews", shown)
}

// beside returns the page of the review behind the place of a customer in the queue, or
// before it; empty for none.
func (v *visit) beside(c *customers.Customer, backwards bool) (string, error) {
	found, err := v.waitingReviews(lifecycle.ListInput{Behind: c, Limit: 1, Uncounted: true}, backwards)
	if err != nil || len(found.Customers) == 0 {
		return "", err
	}
	return "/console/reviews/" + found.Customers[0].ID.String(), nil
}

// nextReview returns the page of the review behind the place that a customer had in the
// queue, or of the queue if there is none.
func (v *visit) nextReview(had *customers.Customer) (string, error) {
	next, err := v.beside(had, false)
	return cmp.Or(next, "/console/reviews"), err
}

// showReview shows one review: what was given, what the provider found, and the evidence.
func showReview(v *visit) error {
	data, err := v.deskOf()
	if err != nil {
		return err
	}
	first, err := v.waitingReviews(lifecycle.ListInput{Limit: 1}, false)
	if err != nil {
		return err
	}
	was, err := v.stored()
	if err != nil {
		return err
	}
	documents, err := v.documentRows()
	if err != nil {
		return err
	}
	owners, err := v.app.Evidence.Owners(v.r.Context(), v.caller, v.id())
	if err != nil {
		return err
	}
	data["Groups"] = filled(groupsOf(append(profileParts(nil), entityParts("", "")...), was))
	data["Documents"], data["Owners"], data["Total"], data["Deadline"] = documents, owners, page.Total(first.Total, first.AtLeast), rows.ReviewDeadline(v.customer)
	if rows.ReviewPlace(v.customer) != nil {
		if data["Previous"], err = v.beside(v.customer, true); err != nil {
			return err
		}
		if data["Next"], err = v.beside(v.customer, false); err != nil {
			return err
		}
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/identity", nil)
	v.shell.Customer, v.shell.Tabs = nil, nil // the desk has a head of its own
	data["Name"], data["ID"], data["Since"] = v.customer.Name, v.id(), rows.ReviewSince(v.customer)
	return v.show("review", data)
}

// filled leaves out what is empty.
func filled(groups []group) (list []group) {
	for _, g := range groups {
		if g.Empty {
			continue
		}
		kept := group{Title: g.Title}
		for _, one := range g.Facts {
			if one.Value != "" {
				kept.Facts = append(kept.Facts, one)
			}
		}
		list = append(list, kept)
	}
	return list
}
