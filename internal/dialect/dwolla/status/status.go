package status

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
)

// Status is the Dwolla status of a customer: one word for its status, type and identity
// review together.
type Status string

// The statuses.
const (
	Unverified  Status = "unverified" // of a type that is not reviewed
	Verified    Status = "verified"
	Retry       Status = "retry" // not judged yet, or to be corrected
	Document    Status = "document"
	KBA         Status = "kba"
	Suspended   Status = "suspended"
	Deactivated Status = "deactivated"
)

// All returns all statuses, in the order of the bits of a WordSet.
func All() []Status {
	return []Status{Unverified, Verified, Retry, Document, KBA, Suspended, Deactivated}
}

// Of returns the status of the customer.
func Of(c *customers.Customer) Status {
	switch {
	case c.Status == customers.StatusLocked:
		return Suspended
	case c.Status == customers.StatusDisabled:
		return Deactivated
	case !EnrollmentTypeOf(c).Reviewed():
		return Unverified
	}
	switch c.Identity.Status {
	case reviews.IdentityVerified:
		return Verified
	case reviews.IdentityRejected:
		return Suspended
	case reviews.IdentityReview, reviews.IdentityDocument:
		return Document
	case reviews.IdentityKBA:
		return KBA
	case reviews.IdentityNone, reviews.IdentityPending, reviews.IdentityRetry:
		return Retry
	default:
		return Retry
	}
}

// SetOf returns the set of the given statuses; what is no status is left out.
func SetOf(list ...Status) rows.WordSet { return rows.SetOf(All(), list) }

// In returns the statuses of a set; all of them for the empty one.
func In(set rows.WordSet) []Status { return rows.WordsIn(All(), set) }

// Passes reports whether a filter by the set lets the status through.
func Passes(set rows.WordSet, status Status) bool { return set == 0 || set&SetOf(status) != 0 }
