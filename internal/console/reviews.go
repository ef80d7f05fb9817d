package console

import (
	"sort"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
)

// queued is a customer that waits for somebody.
type queued struct {
	row
	Since    time.Time
	Deadline *time.Time
	Reason   string
}

// mostQueued is how many of what waits a page shows; the oldest come first.
const mostQueued = 100

// waitingReviews returns the reviews of customers below the person's own that wait for a
// decision: those with the nearest deadline first, then the oldest.
func (v *visit) waitingReviews() (list []queued, total int64, err error) {
	found, err := v.app.Lifecycle.List(v.r.Context(), v.caller, lifecycle.ListInput{
		Deep: true, Filter: rows.Filter{IdentityStatus: reviews.IdentityReview}, Order: rows.Order{By: rows.ByCreated, Ascending: true}, Limit: mostQueued,
	})
	if err != nil {
		return nil, 0, err
	}
	for _, c := range found.Customers {
		list = append(list, v.queuedOf(c))
	}
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if (a.Deadline == nil) != (b.Deadline == nil) {
			return a.Deadline != nil
		}
		if a.Deadline != nil && !a.Deadline.Equal(*b.Deadline) {
			return a.Deadline.Before(*b.Deadline)
		}
		return a.Since.Before(b.Since)
	})
	return list, found.Total, nil
}

func (v *visit) queuedOf(c *customers.Customer) queued {
	q := queued{row: v.row(c), Since: c.Created, Reason: c.Identity.Reason}
	if c.Identity.Started != nil {
		q.Since = *c.Identity.Started
	}
	for _, one := range v.app.View.PlanStatus(c).Requirements {
		if one.Path == "identity" && one.Deadline != "" {
			if at, err := time.Parse(time.RFC3339, one.Deadline); err == nil {
				q.Deadline = &at
			}
		}
	}
	return q
}

// showReviews shows the queue of the review desk.
func showReviews(v *visit) error {
	list, total, err := v.waitingReviews()
	if err != nil {
		return err
	}
	v.curl("GET", "/v3/customers?deep=true&identityStatus=review&order=created", nil)
	return v.show("reviews", map[string]any{"Queue": list, "Total": total})
}

// nextReview returns the page of the review behind that of a customer in the queue, or of
// the queue if there is none.
func (v *visit) nextReview(after string) (string, error) {
	list, _, err := v.waitingReviews()
	if err != nil {
		return "", err
	}
	for i, one := range list {
		if one.ID == after {
			if i+1 < len(list) {
				return "/console/reviews/" + list[i+1].ID, nil
			}
			list = append(list[:i:i], list[i+1:]...)
			break
		}
	}
	if len(list) > 0 {
		return "/console/reviews/" + list[0].ID, nil
	}
	return "/console/reviews", nil
}

// showReview shows one review: what was given, what the provider found, and the evidence.
func showReview(v *visit) error {
	data, err := v.deskOf()
	if err != nil {
		return err
	}
	list, total, err := v.waitingReviews()
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
	data["Documents"], data["Owners"], data["Total"] = documents, owners, total
	for i, one := range list {
		if one.ID == v.id() {
			data["Position"] = i + 1
			if one.Deadline != nil {
				data["Deadline"] = one.Deadline
			}
			if i > 0 {
				data["Previous"] = "/console/reviews/" + list[i-1].ID
			}
			if i+1 < len(list) {
				data["Next"] = "/console/reviews/" + list[i+1].ID
			}
		}
	}
	v.curl("GET", "/v3/customers/"+v.id()+"/identity", nil)
	v.shell.Customer, v.shell.Tabs = nil, nil // the desk has a head of its own
	data["Name"], data["ID"], data["Since"] = v.customer.Name, v.id(), v.queuedOf(v.customer).Since
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
