package identity

import (
	"tenantry/customers"
	"tenantry/customers/registry"
)

// ReviewedAfter tells of a change and of the judgement that followed at once as two
// events: first what was done, with the review as it was, then the review.
func ReviewedAfter(d *registry.Draft, event string, was *customers.Identity) {
	if d.Customer.Identity.Status == customers.IdentityPending {
		d.Event = event // the judgement follows by itself
		return
	}
	state := d.Customer.Clone()
	state.Identity, state.LastUpdated = *was, d.Now
	d.AddIntermediate(event, state)
	d.Event = "identity.reviewed"
}
