package status

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
)

// Status is the Straddle status of a customer: one word, from its status and identity
// review, for whether it may transact.
type Status string

// The statuses.
const (
	Pending  Status = "pending"  // the review runs, or there was none yet
	Review   Status = "review"   // somebody must decide or send more
	Verified Status = "verified" // may transact
	Rejected Status = "rejected" // may not transact
	Inactive Status = "inactive" // switched off
)

// All returns all statuses, in the order of the bits of a WordSet.
func All() []Status {
	return []Status{Pending, Review, Verified, Rejected, Inactive}
}

// Of returns the status of the customer. Without a review a customer is pending,
// but a business without data to review counts as verified.
func Of(c *customers.Customer) Status {
	if c.Status == customers.StatusDisabled || c.Status == customers.StatusLocked {
		return Inactive
	}
	switch c.Identity.Status {
	case reviews.IdentityVerified:
		return Verified
	case reviews.IdentityRejected:
		return Rejected
	case reviews.IdentityReview, reviews.IdentityRetry, reviews.IdentityDocument, reviews.IdentityKBA:
		return Review
	case reviews.IdentityNone:
		if c.EffectivePartyType() == customers.PartyBusiness && !c.HasBusinessProfile() {
			return Verified
		}
		return Pending
	case reviews.IdentityPending:
		return Pending
	default:
		return Pending
	}
}

// SetOf returns the set of the given statuses; what is no status is left out.
func SetOf(list ...Status) rows.WordSet { return rows.SetOf(All(), list) }

// In returns the statuses of a set; all of them for the empty one.
func In(set rows.WordSet) []Status { return rows.WordsIn(All(), set) }

// Passes reports whether a filter by the set lets the status through.
func Passes(set rows.WordSet, status Status) bool { return set == 0 || set&SetOf(status) != 0 }
