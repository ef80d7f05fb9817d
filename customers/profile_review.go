package customers

import "strings"

// basicPolicy reviews a customer on name, date of birth and postal code, as soon as
// all are there (Balanced API, identity of customers).
type basicPolicy struct{}

func (basicPolicy) Applies(*Customer) bool { return true }

func (basicPolicy) Lacking(c *Customer) string {
	if c.hasBasicData() {
		return ""
	}
	return dataTakenAway
}

func (basicPolicy) Same(before, after *Customer) bool { return sameBasicData(before, after) }

// Describe completes the subject with what a flat record knows: a first name out of the
// whole one.
func (basicPolicy) Describe(c *Customer, subject *IdentitySubject, open Opener) {
	if subject.FirstName == "" {
		subject.FirstName, subject.LastName, _ = strings.Cut(c.Name, " ")
	}
}

func (c *Customer) hasBasicData() bool {
	return c.Name != "" && c.Contact != nil && c.Contact.DateOfBirth != nil && c.Address != nil && c.Address.PostalCode != ""
}

// sameBasicData tells whether a basic review would see the same in both.
func sameBasicData(a, b *Customer) bool {
	return a.Address == b.Address && sameContact(a.Contact, b.Contact) && SameLegalIdentity(a, b)
}

func sameContact(a, b *Contact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.DateOfBirth == b.DateOfBirth && a.Phone == b.Phone && a.FirstName == b.FirstName && a.LastName == b.LastName
}
