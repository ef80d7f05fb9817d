package rows

import (
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/tenancy"
)

// undated is how many milliseconds behind its beginning a review without a deadline stands
// in the order of deadlines: a thousand years, which is behind all that have one.
const undated = 1000 * 365 * 24 * 60 * 60 * 1000

// inReview is the trait of customers whose review waits for a person.
var inReview = Trait{TraitIdentityStatus, string(reviews.IdentityReview)}

// ReviewDeadline returns by when the review of a customer should be decided that waits for
// a person, or nil for none. Records of earlier builds do not say what the plan demands,
// only how long the judgment before stands.
func ReviewDeadline(c *customers.Customer) *time.Time {
	switch {
	case c.Deleted != nil || c.Identity.Status != reviews.IdentityReview:
		return nil
	case c.ReviewDeadline != nil:
		return c.ReviewDeadline
	default:
		return c.Identity.StandsUntil
	}
}

// ReviewSince returns since when a review goes on.
func ReviewSince(c *customers.Customer) time.Time {
	if c.Identity.Started != nil {
		return *c.Identity.Started
	}
	return c.Created
}

// ReviewPlace returns the place of a customer among the reviews that wait for a person: its
// deadline or, behind all of these, since when it goes on. It is nil for a customer without
// such a review.
func ReviewPlace(c *customers.Customer) *time.Time {
	if c.Deleted != nil || c.Identity.Status != reviews.IdentityReview {
		return nil
	}
	if deadline := ReviewDeadline(c); deadline != nil {
		return deadline
	}
	return new(time.UnixMilli(ReviewSince(c).UnixMilli() + undated).UTC())
}

// ReviewMarks returns the marks under which an index keeps the customers of ReviewPlace in
// that order; none of a customer without one.
func ReviewMarks(c *customers.Customer) (marks []tenancy.ID) {
	if ReviewPlace(c) == nil {
		return nil
	}
	if !c.Parent.IsZero() {
		marks = append(marks, inReview.Mark(c.Parent, false))
	}
	for _, above := range c.Path {
		marks = append(marks, inReview.Mark(above, true))
	}
	return marks
}

// ReviewMark returns the mark of ReviewMarks by which the customers of a query are kept.
func ReviewMark(q Query) tenancy.ID { return inReview.Mark(q.Under, q.Deep) }
