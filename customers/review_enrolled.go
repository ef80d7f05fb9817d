package customers

import (
	"reflect"
)

// enrolmentPolicy reviews customers that were enrolled: people and businesses by what
// their type requires. How to reach a customer is not reviewed, except where it lives.
type enrolmentPolicy struct{}

func (enrolmentPolicy) Applies(c *Customer) bool {
	return c.Type.reviewed() && c.Status == StatusActive
}

func (enrolmentPolicy) Lacking(c *Customer) string {
	if c.enrolledWhole() {
		return ""
	}
	return dataTakenAway
}

func (enrolmentPolicy) Same(before, after *Customer) bool { return sameEnrolled(before, after) }

func (enrolmentPolicy) Describe(c *Customer, subject *IdentitySubject, open Opener) {
	subject.Kind = c.EffectiveKind()
	subject.enrolled(c.Enrolment, open)
}

// sameEnrolled tells whether a review would see the same in both. How to reach the
// customer is not reviewed, except where it lives.
func sameEnrolled(a, b *Customer) bool {
	was, now := reviewedOf(a), reviewedOf(b)
	for i := range was {
		if was[i].path != "externalId" && !reflect.DeepEqual(was[i].value, now[i].value) {
			return false
		}
	}
	return a.Name == b.Name && a.Address == b.Address
}

// enrolledWhole tells whether what a review of the type looks at is all there.
func (c *Customer) enrolledWhole() bool {
	if c.LegalEntity == nil || c.Address == nil {
		return false
	}
	if c.Type == TypeBusiness && c.businessForm() != SoleProprietorship {
		return c.LegalEntity.BusinessTaxID != nil
	}
	return c.LegalEntity.PersonalTaxID != nil && c.Contact != nil && c.Contact.DateOfBirth != nil
}

// enrolled adds what only an enrolled business gives.
func (s *IdentitySubject) enrolled(e *Enrolment, open Opener) {
	if e == nil {
		return
	}
	s.BusinessType, s.BusinessClassification = e.BusinessType, e.BusinessClassification
	c := e.Controller
	if c == nil {
		return
	}
	s.Controller = &ControllerSubject{
		Title: c.Title, FirstName: c.FirstName, LastName: c.LastName, Address: c.Address,
		DateOfBirth: open(kindBirth, c.DateOfBirth), PersonalTax: open(kindTaxPersonal, c.PersonalTaxID),
	}
	if c.Passport != nil {
		s.Controller.Passport, s.Controller.PassportCountry = open(kindPassport, c.Passport.Number), c.Passport.Country
	}
}
