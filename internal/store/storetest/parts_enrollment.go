package storetest

import (
	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/internal/dialect/dwolla/rules"
)

// enrollment returns the enrolment of a business with a controller identified in both
// ways.
func (m *maker) enrollment() *customers.Enrollment {
	return &customers.Enrollment{
		BusinessType: rules.FormLLC, BusinessClassification: "9ed3f670-7d6f-11e3-b1ce-5404a6144203",
		Controller: &customers.Controller{
			Title: "Director", FirstName: m.pick(givenNames), LastName: m.pick(surnames), DateOfBirth: m.sealed(""), PersonalTaxID: m.sealed("6789"),
			Passport: &customers.Passport{Number: m.sealed("3311"), Country: "DE"},
			Address: &customers.ControllerAddress{
				Street1: m.pick(streets), Street2: "Rear", Street3: "Floor 3", City: m.pick(cities), State: "BE", PostalCode: "10115", Country: "DE",
			},
		},
	}
}

func (m *maker) questionnaire() *reviews.Questionnaire {
	choice := func(text string) reviews.Choice { return reviews.Choice{ID: m.id(), Text: text} }
	return &reviews.Questionnaire{Created: m.later(), Questions: []reviews.Question{
		{ID: m.id(), Text: "Where have you lived?", Answers: []reviews.Choice{choice("Königsallee"), choice("None of the above")}},
		{ID: m.id(), Text: "Whom have you worked for?"},
	}}
}
