package rules

import (
	"reflect"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// controller returns a controller made of the input alone. What is equal to the old
// one keeps its seal.
func (e *applier) controller(in ControllerInput, old *customers.Controller) *customers.Controller {
	if old == nil {
		old = &customers.Controller{}
	}
	next := &customers.Controller{}
	if blank(in.Title) || !in.Title.Set {
		fields.Missing(e.Draft, "controller.title")
	} else if jobTitle.holds(&e.Faults, in.Title.Value, "controller.title") {
		next.Title = in.Title.Value
	}
	e.person(in, old, next, "controller")
	if reflect.DeepEqual(old, next) {
		return old
	}
	return next
}

// person applies what is known of somebody who manages or owns a business; path is
// what its faults begin with.
func (e *applier) person(in ControllerInput, old, next *customers.Controller, path string) {
	e.part(in.FirstName, &next.FirstName, path+".firstName", true, personName)
	e.part(in.LastName, &next.LastName, path+".lastName", true, personName)
	if in.DateOfBirth.Set && !unsaid(in.DateOfBirth) {
		next.DateOfBirth = bornSealed(e.Draft, old.DateOfBirth, in.DateOfBirth.Value, path+".dateOfBirth")
	} else {
		fields.Missing(e.Draft, path+".dateOfBirth")
	}
	switch {
	case in.PersonalTaxID.Set && !unsaid(in.PersonalTaxID):
		next.PersonalTaxID = sealTax(e.Draft, old.PersonalTaxID, in.PersonalTaxID.Value, path+".personalTaxId", e.need)
	case in.Passport.Given():
		next.Passport = e.passport(in.Passport.Value, old.Passport, path+".passport")
	default:
		fields.Missing(e.Draft, path+".personalTaxId")
	}
	if in.Address.Given() {
		next.Address = e.anywhere(in.Address.Value, path+".address")
	} else {
		fields.Missing(e.Draft, path+".address")
	}
}

// part applies a member of something that is replaced as a whole.
func (e *applier) part(field patch.Field[string], target *string, path string, required bool, fits textRule) {
	switch {
	case field.Given() && !blank(field):
		if fits.holds(&e.Faults, field.Value, path) {
			*target = field.Value
		}
	case required:
		fields.Missing(e.Draft, path)
	}
}

func (e *applier) passport(in fields.PassportInput, old *customers.Passport, path string) *customers.Passport {
	next := &customers.Passport{}
	if old != nil {
		next.Number = old.Number
	}
	if !in.Number.Set || unsaid(in.Number) {
		fields.Missing(e.Draft, path+".number")
	} else if check.Text(&e.Faults, in.Number.Value.Reveal(), path+".number", maxEnrolledText) {
		next.Number = e.Seal(next.Number, customers.FieldPassportNumber, in.Number.Value, true)
	}
	next.Country = e.alpha2(in.Country, path+".country")
	return next
}

// alpha2 reads a required country of two letters.
func (e *applier) alpha2(field patch.Field[string], path string) string {
	if !field.Given() || blank(field) {
		fields.Missing(e.Draft, path)
		return ""
	}
	alpha3, known := check.Country(field.Value)
	if !known || len(field.Value) != 2 {
		e.Faults.AddValue(path, fault.BadValue, field.Value, "must be a country as the two letters of ISO 3166-1, such as US")
		return ""
	}
	return check.CountryAlpha2(alpha3)
}

// anywhere returns an address in any country.
func (e *applier) anywhere(in ControllerAddressInput, path string) *customers.ControllerAddress {
	next := &customers.ControllerAddress{Country: e.alpha2(in.Country, path+".country")}
	home := next.Country == "US"
	street, state, code := anyText, anyText, anyText
	if home {
		street, state, code = streetLine, stateCode, zipCode
	}
	e.part(in.Street1, &next.Street1, path+".street1", true, street)
	e.part(in.Street2, &next.Street2, path+".street2", false, street)
	e.part(in.Street3, &next.Street3, path+".street3", false, street)
	e.part(in.City, &next.City, path+".city", true, anyText)
	e.part(in.State, &next.State, path+".state", true, state)
	e.part(in.PostalCode, &next.PostalCode, path+".postalCode", home, code)
	return next
}
