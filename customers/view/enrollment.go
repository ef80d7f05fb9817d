package view

import "tenantry/customers"

// EnrollmentView shows the data that only enrolled businesses have.
type EnrollmentView struct {
	BusinessType           string          `json:"businessType,omitempty"`
	BusinessClassification string          `json:"businessClassification,omitempty"`
	Controller             *ControllerView `json:"controller,omitempty"`
}

// ControllerView shows the person who manages a business. Sensitive members are in
// unmasked answers only.
type ControllerView struct {
	Title              string                 `json:"title,omitempty"`
	FirstName          string                 `json:"firstName"`
	LastName           string                 `json:"lastName"`
	DateOfBirth        string                 `json:"dateOfBirth,omitempty"`
	PersonalTaxID      string                 `json:"personalTaxId,omitempty"`
	Last4PersonalTaxID string                 `json:"last4PersonalTaxId,omitempty"`
	Passport           *PassportView          `json:"passport,omitempty"`
	Address            *ControllerAddressView `json:"address,omitempty"`
}

// ControllerAddressView shows an address; the country is alpha-2.
type ControllerAddressView struct {
	Street1    string `json:"street1"`
	Street2    string `json:"street2,omitempty"`
	Street3    string `json:"street3,omitempty"`
	City       string `json:"city"`
	State      string `json:"state"`
	PostalCode string `json:"postalCode,omitempty"`
	Country    string `json:"country"`
}

func (show showing) enrollment(e *customers.Enrollment) *EnrollmentView {
	if e == nil {
		return nil
	}
	view := &EnrollmentView{BusinessType: e.BusinessType, BusinessClassification: e.BusinessClassification}
	if c := e.Controller; c != nil {
		view.Controller = &ControllerView{
			Title: c.Title, FirstName: c.FirstName, LastName: c.LastName,
			DateOfBirth: show.fully(customers.FieldDateOfBirth, c.DateOfBirth), PersonalTaxID: show.fully(customers.FieldPersonalTaxID, c.PersonalTaxID),
			Last4PersonalTaxID: last4(c.PersonalTaxID),
		}
		if c.Passport != nil && show.full {
			view.Controller.Passport = &PassportView{Number: show.fully(customers.FieldPassportNumber, c.Passport.Number), Last4: last4(c.Passport.Number), Country: c.Passport.Country}
		}
		if c.Address != nil {
			shown := ControllerAddressView(*c.Address)
			view.Controller.Address = &shown
		}
	}
	return view
}
