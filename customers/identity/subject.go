package identity

import (
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Subject is the data of a customer that a provider may see.
type Subject struct {
	Ref      tenancy.Ref
	ReviewID tenancy.ID
	// Kind is set for customers that are reviewed as a person or a business whatever
	// their plan; HasProfile reports that such a one has data to review.
	Kind       customers.PartyType
	HasProfile bool
	// Outcome is what a ForcedProvider was asked for; empty is standard.
	Outcome string
	// Type is set for enrolled customers; of a business it comes with its legal form,
	// its industry and the person who manages it.
	Type                                 customers.EnrollmentType
	BusinessType, BusinessClassification string
	Controller                           *ControllerSubject
	// Trigger is why the review runs; retry is the last one that may ask for another.
	Trigger      reviews.Trigger
	Name, Email  string
	Phone        string
	FirstName    string
	LastName     string
	EntityType   string
	BusinessName string
	DateOfBirth  secret.Text // YYYY-MM-DD
	PersonalTax  secret.Text // digits
	BusinessTax  secret.Text // digits
	IPAddress    secret.Text
	Website      string
	Address      *customers.Address
	// Now is the moment of the judgment.
	Now time.Time
}

// ControllerSubject is the person who manages a business, as a provider may see it.
type ControllerSubject struct {
	Title, FirstName, LastName string
	DateOfBirth                secret.Text // YYYY-MM-DD
	PersonalTax                secret.Text // digits: nine, or the last four
	Passport                   secret.Text
	PassportCountry            string // alpha-2
	Address                    *customers.ControllerAddress
}

// subject returns the data that the provider may see, in clear.
func (s *Service) subject(c *customers.Customer, now time.Time) (Subject, error) {
	subject := Subject{
		Ref: c.Ref(), ReviewID: c.Identity.ReviewID, Kind: c.PartyType, HasProfile: c.HasProfile(), Outcome: c.Identity.Outcome,
		Name: c.Name, Email: c.Email, Now: now, Address: c.Address, Type: c.EnrollmentType, Trigger: c.Identity.Trigger,
	}
	if c.Merchant != nil {
		subject.Website = c.Merchant.BusinessURL
	}
	var failed []error
	open := func(kind string, sealed *customers.Sealed) secret.Text {
		plain, err := s.view.Open(c, tenancy.ID{}, kind, sealed)
		failed = append(failed, err)
		return plain
	}
	if c.Device != nil {
		subject.IPAddress = open(customers.FieldIPAddress, c.Device.IPAddress)
	}
	if entity := c.LegalEntity; entity != nil {
		subject.EntityType, subject.BusinessName = entity.EntityType, entity.BusinessName
		subject.PersonalTax = open(customers.FieldPersonalTaxID, entity.PersonalTaxID)
		subject.BusinessTax = open(customers.FieldBusinessTaxID, entity.BusinessTaxID)
	}
	subject.Person(c.Contact, open)
	s.policyOf(c).Describe(c, &subject, open)
	return subject, errors.Join(failed...)
}

// Opener opens a sealed value of the customer under review.
type Opener = func(kind string, sealed *customers.Sealed) secret.Text

// Person puts the person of a contact into the subject; nil leaves it as it is.
func (s *Subject) Person(person *customers.Contact, open Opener) {
	if person == nil {
		return
	}
	s.FirstName, s.LastName, s.Phone = person.FirstName, person.LastName, person.Phone
	s.DateOfBirth = open(customers.FieldDateOfBirth, person.DateOfBirth)
}
