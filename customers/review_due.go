package customers

import (
	"time"

	"tenantry/customers/reviews"
)

// ReviewDue returns when the background work should ask the provider about a pending
// review, or nil when it should not.
func (c *Customer) ReviewDue() *time.Time {
	if c.Deleted != nil || c.Identity.Status != reviews.IdentityPending {
		return nil
	}
	return c.Identity.Due
}
