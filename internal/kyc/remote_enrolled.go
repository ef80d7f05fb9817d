package kyc

import "tenantry/customers/identity"

// questionEnrollment is what a question tells of enrolled customers alone.
type questionEnrollment struct {
	Type                   string              `json:"type,omitempty"`
	Trigger                string              `json:"trigger,omitempty"`
	BusinessType           string              `json:"businessType,omitempty"`
	BusinessClassification string              `json:"businessClassification,omitempty"`
	Controller             *questionController `json:"controller,omitempty"`
}

// questionController is who manages a business.
type questionController struct {
	Title           string         `json:"title,omitempty"`
	FirstName       string         `json:"firstName"`
	LastName        string         `json:"lastName"`
	DateOfBirth     string         `json:"dateOfBirth,omitempty"`
	PersonalTax     string         `json:"personalTaxId,omitempty"`
	Passport        string         `json:"passport,omitempty"`
	PassportCountry string         `json:"passportCountry,omitempty"`
	Address         *questionPlace `json:"address,omitempty"`
}

// questionPlace is an address anywhere; the country is alpha-2.
type questionPlace struct {
	Street1    string `json:"street1"`
	Street2    string `json:"street2,omitempty"`
	Street3    string `json:"street3,omitempty"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country"`
}

func enrollmentOf(s identity.Subject) questionEnrollment {
	if s.Type == "" {
		return questionEnrollment{}
	}
	q := questionEnrollment{
		Type: string(s.Type), Trigger: string(s.Trigger), BusinessType: s.BusinessType, BusinessClassification: s.BusinessClassification,
	}
	if c := s.Controller; c != nil {
		q.Controller = &questionController{
			Title: c.Title, FirstName: c.FirstName, LastName: c.LastName, DateOfBirth: c.DateOfBirth.Reveal(),
			PersonalTax: c.PersonalTax.Reveal(), Passport: c.Passport.Reveal(), PassportCountry: c.PassportCountry,
		}
		if c.Address != nil {
			place := questionPlace(*c.Address)
			q.Controller.Address = &place
		}
	}
	return q
}
