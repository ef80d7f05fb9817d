package customers

import (
	"net/netip"
	"reflect"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// forms are the legal forms with the entity type that means the same; empty where
// none does.
var forms = map[string]string{
	SoleProprietorship: entityISP, FormLLC: entityLLC, FormCorporation: entityCORP, FormPartnership: "",
}

// origin is the address that a customer signed up from.
func (e *enroller) origin() {
	const path = "device.ipAddress"
	field := e.in.IPAddress
	if !field.Set || unsaid(field) {
		return
	}
	if _, err := netip.ParseAddr(field.Value.Reveal()); err != nil {
		e.faults.Add(path, fault.BadFormat, "must be an IP address")
		return
	}
	var old *Sealed
	if e.c.Device != nil {
		old = e.c.Device.IPAddress
	}
	if sealed := e.seal(old, kindAddress, field.Value, false); sealed != old {
		e.c.Device = &Device{IPAddress: sealed}
	}
}

// form is the legal form that the customer has in the end.
func (e *enroller) form() string {
	if e.in.BusinessType.Given() {
		return e.in.BusinessType.Value
	}
	return e.c.businessForm()
}

// plain tells whether a business is enrolled with a tax number alone, as the first
// version of the vendor's interface had it.
func (e *enroller) plain() bool {
	in := e.in
	return e.form() == "" && !blank(in.BusinessType) && !in.BusinessClassification.Given() && !in.Controller.Given() && !in.EIN.Given() &&
		(in.TIN.Given() || (e.c.LegalEntity != nil && e.c.LegalEntity.BusinessTaxID != nil))
}

// taxes gives the personal and the business tax number as sent.
func (e *enroller) taxes() (personal, business patch.Field[secret.Text]) {
	personal, business = e.in.SSN, e.in.EIN
	switch {
	case !e.in.TIN.Set:
	case e.as == TypeBusiness && e.form() != SoleProprietorship:
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
func (e *enroller) entity() {
	next := LegalEntity{}
	if e.c.LegalEntity != nil {
		next = *e.c.LegalEntity
	}
	business, plain := e.as == TypeBusiness, e.plain()
	alone := business && e.form() == SoleProprietorship
	if e.as != TypePersonal {
		e.say(e.in.BusinessName, &next.BusinessName, "legalEntity.businessName", business && !plain, companyName)
	}
	personal, ein := e.taxes()
	if e.as == TypePersonal || alone {
		next.PersonalTaxID = e.number(personal, next.PersonalTaxID, "legalEntity.personalTaxId", true, func(old *Sealed, text secret.Text, path string) *Sealed {
			return e.sealTax(old, text, path, e.need)
		})
		e.birth()
	}
	if business {
		next.BusinessTaxID = e.number(ein, next.BusinessTaxID, "legalEntity.businessTaxId", !alone, e.employer)
		if form, known := forms[e.form()]; known {
			next.EntityType = form
		}
	}
	if !reflect.DeepEqual(next, LegalEntity{}) || e.c.LegalEntity != nil {
		e.c.LegalEntity = &next
	}
}

// number applies a sealed member, which must be there in the end when it is required.
func (e *enroller) number(field patch.Field[secret.Text], old *Sealed, path string, required bool, sealed func(*Sealed, secret.Text, string) *Sealed) *Sealed {
	given := field.Set && !unsaid(field)
	lacks := (field.Set && !given) || (!field.Set && (e.need == anew || (e.need == whole && old == nil)))
	switch {
	case required && lacks:
		e.missing(path)
	case given:
		return sealed(old, field.Value, path)
	case field.Set:
		return nil
	}
	return old
}

// employer seals an employer identification number.
func (e *enroller) employer(old *Sealed, text secret.Text, path string) *Sealed {
	number, ok := check.TaxNumber(text)
	if !ok {
		e.faults.Add(path, fault.BadFormat, "must be the nine digits of an employer identification number")
		return old
	}
	return e.seal(old, kindTaxBusiness, number, true)
}

func (e *enroller) birth() {
	next := Contact{}
	if e.c.Contact != nil {
		next = *e.c.Contact
	}
	next.DateOfBirth = e.number(e.in.DateOfBirth, next.DateOfBirth, "contact.dateOfBirth", true, e.bornSealed)
	if e.c.Contact != nil || next.DateOfBirth != nil {
		e.c.Contact = keepPart(e.draft, e.c.Contact, &next)
	}
}

func (d *draft) bornSealed(old *Sealed, text secret.Text, path string) *Sealed {
	date, ok := d.born(text, path)
	if !ok {
		return old
	}
	return d.seal(old, kindBirth, date, false)
}

// business applies what only a business has.
func (e *enroller) business() {
	in, plain := e.in, e.plain()
	next := Enrolment{}
	if e.c.Enrolment != nil {
		next = *e.c.Enrolment
	}
	e.legalForm(&next, plain)
	e.say(in.BusinessClassification, &next.BusinessClassification, "businessClassification", !plain, industry)
	_, known := forms[e.form()]
	managed := !plain && e.form() != SoleProprietorship && (known || e.form() == "")
	switch {
	case in.Controller.Given():
		next.Controller = e.controller(in.Controller.Value, next.Controller)
	case managed && (in.Controller.Null || e.need == anew || (e.need == whole && next.Controller == nil)):
		e.missing("controller")
	case in.Controller.Null:
		next.Controller = nil
	}
	if next != (Enrolment{}) || e.c.Enrolment != nil {
		e.c.Enrolment = &next
	}
	e.storefront()
}

func (e *enroller) legalForm(next *Enrolment, plain bool) {
	const path = "businessType"
	switch {
	case e.in.BusinessType.Given() && !blank(e.in.BusinessType):
		e.choice(e.in.BusinessType, &next.BusinessType, path, SoleProprietorship, FormLLC, FormCorporation, FormPartnership)
	case plain:
	case e.lacks(e.in.BusinessType, next.BusinessType != ""):
		e.missing(path)
	}
}

// storefront is how the business shows itself.
func (e *enroller) storefront() {
	if !e.in.DoingBusinessAs.Set && !e.in.Website.Set {
		return
	}
	next := Merchant{}
	if e.c.Merchant != nil {
		next = *e.c.Merchant
	}
	e.say(e.in.DoingBusinessAs, &next.BusinessName, "merchant.businessName", false, companyName)
	if blank(e.in.Website) {
		next.BusinessURL = ""
	} else {
		e.webURL(e.in.Website, &next.BusinessURL, "merchant.businessUrl", maxEnrolledText)
	}
	if next != (Merchant{}) || e.c.Merchant != nil {
		e.c.Merchant = &next
	}
}
