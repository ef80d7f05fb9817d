package rules

import (
	"reflect"

	"tenantry/customers"
	"tenantry/customers/identity"
)

// ScreeningPolicy reviews people and businesses whatever their plan: on creation, when
// what was reviewed changes, and when an inactive one comes back. A business that gave
// no profile has nothing to review. Devices and free data are not reviewed.
type ScreeningPolicy struct{}

// Applies reports whether the policy reviews the customer.
func (ScreeningPolicy) Applies(c *customers.Customer) bool { return c.Status == customers.StatusActive }

// Lacking returns why a customer has too little to be reviewed, or nothing.
func (ScreeningPolicy) Lacking(c *customers.Customer) string {
	if c.PartyType == customers.PartyBusiness && !c.HasProfile() && !forced(c) {
		return "there is no business profile to review"
	}
	return ""
}

// Same reports whether a review would see the same in both.
func (ScreeningPolicy) Same(before, after *customers.Customer) bool {
	return sameScreened(before, after)
}

// Describe completes the subject with what this policy lets the provider see.
func (ScreeningPolicy) Describe(*customers.Customer, *identity.Subject, identity.Opener) {}

// sameScreened reports whether a review would see the same in both. Devices and free
// data are not reviewed.
func sameScreened(a, b *customers.Customer) bool {
	return a.Name == b.Name && customers.Fold(a.Email) == customers.Fold(b.Email) && a.Contact == b.Contact && a.Address == b.Address &&
		websiteOf(a) == websiteOf(b) && reflect.DeepEqual(a.LegalEntity, b.LegalEntity)
}

func websiteOf(c *customers.Customer) string {
	if c.Merchant == nil {
		return ""
	}
	return c.Merchant.BusinessURL
}
