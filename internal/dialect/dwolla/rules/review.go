package rules

import (
	"reflect"

	"tenantry/customers"
	"tenantry/customers/identity"
)

// EnrollmentPolicy reviews customers that were enrolled: people and businesses by what
// their type requires. How to reach a customer is not reviewed, except where it lives.
type EnrollmentPolicy struct{}

// Applies reports whether the policy reviews the customer.
func (EnrollmentPolicy) Applies(c *customers.Customer) bool {
	return c.EnrollmentType.Reviewed() && c.Status == customers.StatusActive
}

// Lacking returns why a customer has too little to be reviewed, or nothing.
func (EnrollmentPolicy) Lacking(c *customers.Customer) string {
	if enrolledWhole(c) {
		return ""
	}
	return identity.DataTakenAway
}

// Same reports whether a review would see the same in both.
func (EnrollmentPolicy) Same(before, after *customers.Customer) bool {
	return sameEnrolled(before, after)
}

// Describe completes the subject with what this policy lets the provider see.
func (EnrollmentPolicy) Describe(c *customers.Customer, subject *identity.Subject, open identity.Opener) {
	subject.Kind = c.EffectivePartyType()
	enrolled(subject, c.Enrollment, open)
}

// sameEnrolled reports whether a review would see the same in both. How to reach the
// customer is not reviewed, except where it lives.
func sameEnrolled(a, b *customers.Customer) bool {
	was, now := reviewedOf(a), reviewedOf(b)
	for i := range was {
		if was[i].path != "externalId" && !reflect.DeepEqual(was[i].value, now[i].value) {
			return false
		}
	}
	return a.Name == b.Name && a.Address == b.Address
}

// enrolledWhole reports whether what a review of the type looks at is all there.
func enrolledWhole(c *customers.Customer) bool {
	if c.LegalEntity == nil || c.Address == nil {
		return false
	}
	if c.EnrollmentType == customers.EnrollmentBusiness && businessForm(c) != SoleProprietorship {
		return c.LegalEntity.BusinessTaxID != nil
	}
	return c.LegalEntity.PersonalTaxID != nil && c.Contact != nil && c.Contact.DateOfBirth != nil
}

// enrolled adds what only an enrolled business gives.
func enrolled(s *identity.Subject, e *customers.Enrollment, open identity.Opener) {
	if e == nil {
		return
	}
	s.BusinessType, s.BusinessClassification = e.BusinessType, e.BusinessClassification
	c := e.Controller
	if c == nil {
		return
	}
	s.Controller = &identity.ControllerSubject{
		Title: c.Title, FirstName: c.FirstName, LastName: c.LastName, Address: c.Address,
		DateOfBirth: open(customers.FieldDateOfBirth, c.DateOfBirth), PersonalTax: open(customers.FieldPersonalTaxID, c.PersonalTaxID),
	}
	if c.Passport != nil {
		s.Controller.Passport, s.Controller.PassportCountry = open(customers.FieldPassportNumber, c.Passport.Number), c.Passport.Country
	}
}
