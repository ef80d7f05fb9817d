package rules

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/identity"
)

// BasicPolicy reviews a customer on name, date of birth and postal code, as soon as
// all are there (Balanced API, identity of customers).
type BasicPolicy struct{}

// Applies reports whether the policy reviews the customer.
func (BasicPolicy) Applies(*customers.Customer) bool { return true }

// Lacking returns why a customer has too little to be reviewed, or nothing.
func (BasicPolicy) Lacking(c *customers.Customer) string {
	if hasBasicData(c) {
		return ""
	}
	return identity.DataTakenAway
}

// Same reports whether a review would see the same in both.
func (BasicPolicy) Same(before, after *customers.Customer) bool { return sameBasicData(before, after) }

// Describe completes the subject with what a flat record knows: a first name out of the
// whole one.
func (BasicPolicy) Describe(c *customers.Customer, subject *identity.Subject, _ identity.Opener) {
	if subject.FirstName == "" {
		subject.FirstName, subject.LastName, _ = strings.Cut(c.Name, " ")
	}
}

func hasBasicData(c *customers.Customer) bool {
	return c.Name != "" && c.Contact != nil && c.Contact.DateOfBirth != nil && c.Address != nil && c.Address.PostalCode != ""
}

// sameBasicData reports whether a basic review would see the same in both.
func sameBasicData(a, b *customers.Customer) bool {
	return a.Address == b.Address && sameContact(a.Contact, b.Contact) && identity.SameLegalIdentity(a, b)
}

func sameContact(a, b *customers.Contact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.DateOfBirth == b.DateOfBirth && a.Phone == b.Phone && a.FirstName == b.FirstName && a.LastName == b.LastName
}
