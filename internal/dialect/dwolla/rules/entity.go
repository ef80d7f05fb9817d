package rules

import (
	"net/netip"
	"reflect"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// forms are the legal forms with the entity type that means the same; empty where
// none does.
var forms = map[string]string{
	SoleProprietorship: customers.EntityISP, FormLLC: customers.EntityLLC, FormCorporation: customers.EntityCORP, FormPartnership: "",
}

// origin is the address that a customer signed up from.
func (e *applier) origin() {
	const path = "device.ipAddress"
	field := e.in.IPAddress
	if !field.Set || unsaid(field) {
		return
	}
	if _, err := netip.ParseAddr(field.Value.Reveal()); err != nil {
		e.Faults.Add(path, fault.BadFormat, "must be an IP address")
		return
	}
	var old *customers.Sealed
	if e.Customer.Device != nil {
		old = e.Customer.Device.IPAddress
	}
	if sealed := e.Seal(old, customers.FieldIPAddress, field.Value, false); sealed != old {
		e.Customer.Device = &customers.Device{IPAddress: sealed}
	}
}

// form is the legal form that the customer has in the end.
func (e *applier) form() string {
	if e.in.BusinessType.Given() {
		return e.in.BusinessType.Value
	}
	return businessForm(e.Customer)
}

// plain reports whether a business is enrolled with a tax number alone, as the first
// version of the vendor's interface had it.
func (e *applier) plain() bool {
	in := e.in
	return e.form() == "" && !blank(in.BusinessType) && !in.BusinessClassification.Given() && !in.Controller.Given() && !in.EIN.Given() &&
		(in.TIN.Given() || (e.Customer.LegalEntity != nil && e.Customer.LegalEntity.BusinessTaxID != nil))
}

// taxes returns the personal and the business tax number as sent.
func (e *applier) taxes() (personal, business patch.Field[secret.Text]) {
	personal, business = e.in.SSN, e.in.EIN
	switch {
	case !e.in.TIN.Set:
	case e.as == customers.EnrollmentBusiness && e.form() != SoleProprietorship:
		if !business.Set {
			business = e.in.TIN
		}
	case !personal.Set:
		personal = e.in.TIN
	}
	return personal, business
}

// entity applies the legal entity and the date of birth of its owner. For a person
// there is none but the tax number.
func (e *applier) entity() {
	next := customers.LegalEntity{}
	if e.Customer.LegalEntity != nil {
		next = *e.Customer.LegalEntity
	}
	business, plain := e.as == customers.EnrollmentBusiness, e.plain()
	alone := business && e.form() == SoleProprietorship
	if e.as != customers.EnrollmentPersonal {
		e.say(e.in.BusinessName, &next.BusinessName, "legalEntity.businessName", business && !plain, companyName)
	}
	personal, ein := e.taxes()
	if e.as == customers.EnrollmentPersonal || alone {
		next.PersonalTaxID = e.number(personal, next.PersonalTaxID, "legalEntity.personalTaxId", true, func(old *customers.Sealed, text secret.Text, path string) *customers.Sealed {
			return sealTax(e.Draft, old, text, path, e.need)
		})
		e.birth()
	}
	if business {
		next.BusinessTaxID = e.number(ein, next.BusinessTaxID, "legalEntity.businessTaxId", !alone, e.employer)
		if form, known := forms[e.form()]; known {
			next.EntityType = form
		}
	}
	if !reflect.DeepEqual(next, customers.LegalEntity{}) || e.Customer.LegalEntity != nil {
		e.Customer.LegalEntity = &next
	}
}

// number applies a sealed member, which must be there in the end when it is required.
func (e *applier) number(field patch.Field[secret.Text], old *customers.Sealed, path string, required bool, sealed func(*customers.Sealed, secret.Text, string) *customers.Sealed) *customers.Sealed {
	given := field.Set && !unsaid(field)
	lacks := (field.Set && !given) || (!field.Set && (e.need == anew || (e.need == whole && old == nil)))
	switch {
	case required && lacks:
		fields.Missing(e.Draft, path)
	case given:
		return sealed(old, field.Value, path)
	case field.Set:
		return nil
	}
	return old
}

// employer seals an employer identification number.
func (e *applier) employer(old *customers.Sealed, text secret.Text, path string) *customers.Sealed {
	number, ok := check.TaxNumber(text)
	if !ok {
		e.Faults.Add(path, fault.BadFormat, "must be the nine digits of an employer identification number")
		return old
	}
	return e.Seal(old, customers.FieldBusinessTaxID, number, true)
}

func (e *applier) birth() {
	next := customers.Contact{}
	if e.Customer.Contact != nil {
		next = *e.Customer.Contact
	}
	next.DateOfBirth = e.number(e.in.DateOfBirth, next.DateOfBirth, "contact.dateOfBirth", true, func(old *customers.Sealed, text secret.Text, path string) *customers.Sealed {
		return bornSealed(e.Draft, old, text, path)
	})
	if e.Customer.Contact != nil || next.DateOfBirth != nil {
		e.Customer.Contact = fields.KeepStamps(e.Draft, e.Customer.Contact, &next)
	}
}

func bornSealed(d *registry.Draft, old *customers.Sealed, text secret.Text, path string) *customers.Sealed {
	date, ok := born(d, text, path)
	if !ok {
		return old
	}
	return d.Seal(old, customers.FieldDateOfBirth, date, false)
}

// business applies what only a business has.
func (e *applier) business() {
	in, plain := e.in, e.plain()
	next := customers.Enrollment{}
	if e.Customer.Enrollment != nil {
		next = *e.Customer.Enrollment
	}
	e.legalForm(&next, plain)
	e.say(in.BusinessClassification, &next.BusinessClassification, "businessClassification", !plain, industry)
	_, known := forms[e.form()]
	managed := !plain && e.form() != SoleProprietorship && (known || e.form() == "")
	switch {
	case in.Controller.Given():
		next.Controller = e.controller(in.Controller.Value, next.Controller)
	case managed && (in.Controller.Null || e.need == anew || (e.need == whole && next.Controller == nil)):
		fields.Missing(e.Draft, "controller")
	case in.Controller.Null:
		next.Controller = nil
	}
	if next != (customers.Enrollment{}) || e.Customer.Enrollment != nil {
		e.Customer.Enrollment = &next
	}
	e.storefront()
}

func (e *applier) legalForm(next *customers.Enrollment, plain bool) {
	const path = "businessType"
	switch {
	case e.in.BusinessType.Given() && !blank(e.in.BusinessType):
		fields.Choice(e.Draft, e.in.BusinessType, &next.BusinessType, path, SoleProprietorship, FormLLC, FormCorporation, FormPartnership)
	case plain:
	case e.lacks(e.in.BusinessType, next.BusinessType != ""):
		fields.Missing(e.Draft, path)
	}
}

// storefront is how the business shows itself.
func (e *applier) storefront() {
	if !e.in.DoingBusinessAs.Set && !e.in.Website.Set {
		return
	}
	next := customers.Merchant{}
	if e.Customer.Merchant != nil {
		next = *e.Customer.Merchant
	}
	e.say(e.in.DoingBusinessAs, &next.BusinessName, "merchant.businessName", false, companyName)
	if blank(e.in.Website) {
		next.BusinessURL = ""
	} else {
		fields.WebURL(e.Draft, e.in.Website, &next.BusinessURL, "merchant.businessUrl", maxEnrolledText)
	}
	if next != (customers.Merchant{}) || e.Customer.Merchant != nil {
		e.Customer.Merchant = &next
	}
}
