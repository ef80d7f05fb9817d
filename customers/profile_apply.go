package customers

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// applyProfile puts a flat input onto the draft; creating and changing share it.
func (d *draft) applyProfile(in ProfileInput) {
	d.loose(in.Name, &d.c.Name, "name", maxProfileName)
	d.email(in.Email, &d.c.Email, "email")
	d.person(in)
	d.entity(in)
	if in.Address.Set {
		d.c.Address = d.looseAddress(d.c.Address, in.Address.Value, "address")
	}
	d.flatMeta(in.Meta, &d.c.Meta, "meta")
}

// loose applies a text without a form; an empty one clears.
func (d *draft) loose(field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && field.Value == "" {
		field = patch.Field[string]{Set: true, Null: true}
	}
	d.text(field, target, path, limit)
}

// person applies what belongs to the contact.
func (d *draft) person(in ProfileInput) {
	next := Contact{}
	if d.c.Contact != nil {
		next = *d.c.Contact
	}
	d.loose(in.Phone, &next.Phone, "contact.phone", maxProfilePhone)
	d.loose(in.Facebook, &next.Facebook, "contact.facebook", maxProfileText)
	d.loose(in.Twitter, &next.Twitter, "contact.twitter", maxProfileText)
	switch {
	case in.DateOfBirth.Given():
		if text, ok := d.birthMonth(in.DateOfBirth.Value, "contact.dateOfBirth"); ok {
			next.DateOfBirth = d.seal(next.DateOfBirth, kindBirth, text, false)
		}
	case in.DateOfBirth.Null:
		next.DateOfBirth = nil
	}
	if d.c.Contact == nil && next == (Contact{}) {
		return
	}
	d.c.Contact = keepPart(d, d.c.Contact, &next)
}

// birthMonth reads YYYY-MM, or a whole date.
func (d *draft) birthMonth(text secret.Text, path string) (secret.Text, bool) {
	month, ok := check.Date(text.Reveal(), check.ISOMonth)
	if !ok {
		return d.birthDate(text, path, bornInPast)
	}
	if !month.Before(d.now) || month.Year() < oldestBirth {
		d.faults.Add(path, fault.BadValue, "must be in the past, and not before 1880")
		return secret.Text{}, false
	}
	return text, true
}

// entity applies what belongs to the legal entity; one that comes to hold nothing
// is none.
func (d *draft) entity(in ProfileInput) {
	if !in.BusinessName.Set && !in.BusinessTax.Set && !in.TaxLast4.Set {
		return
	}
	next := LegalEntity{}
	if d.c.LegalEntity != nil {
		next = *d.c.LegalEntity
	}
	d.loose(in.BusinessName, &next.BusinessName, "legalEntity.businessName", maxProfileText)
	d.businessTax(in.BusinessTax, &next.BusinessTaxID)
	d.taxLast4(in.TaxLast4, &next.PersonalTaxID)
	d.c.LegalEntity = &next
	if isEmptyEntity(&next) {
		d.c.LegalEntity = nil
	}
}

// businessTax keeps an EIN: nine digits however they were laid out, else as given. A
// masked one, as an answer may show it, is no change.
func (d *draft) businessTax(field patch.Field[string], target **Sealed) {
	const path = "legalEntity.businessTaxId"
	if field.Given() && strings.HasPrefix(field.Value, maskText) && *target != nil {
		return
	}
	var text string
	d.loose(field, &text, path, maxProfileTax)
	switch {
	case !field.Set || d.faults.Has(path):
	case text == "":
		*target = nil
	default:
		number, ok := check.TaxNumber(secret.New(text))
		if !ok {
			number = secret.New(text)
		}
		*target = d.seal(*target, kindTaxBusiness, number, true)
	}
}

// taxLast4 keeps the last four digits of an SSN, unless they end the whole one that
// is there.
func (d *draft) taxLast4(field patch.Field[secret.Text], target **Sealed) {
	text := field.Value.Reveal()
	switch {
	case !field.Set:
	case field.Null:
		*target = nil
	case !check.IsDigits(text, 4, 4):
		d.faults.Add("legalEntity.personalTaxId", fault.BadValue, "must be the last four digits")
	case *target != nil && (*target).Last4 == text:
	default:
		*target = d.sealLastFour(*target, field.Value)
	}
}

func isEmptyEntity(l *LegalEntity) bool {
	return l.EntityType == "" && l.BusinessName == "" && l.BusinessTaxID == nil && l.BusinessSalesVolume == "" &&
		l.BusinessAcceptedCards == nil && l.YearsInBusiness == "" && l.BusinessAddress == nil && l.PersonalTaxID == nil &&
		l.PersonalAddress == nil && l.PersonalContact == nil && l.StakePercent == "" && len(l.AdditionalOwners) == 0
}

// looseAddress gives the address of the given members, nil when there are none; old
// is the one that it replaces.
func (d *draft) looseAddress(old *Address, given map[string]string, path string) *Address {
	next, other := Address{}, map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value, at := given[key], join(path, key)
		if value == "" || !check.Text(&d.faults, value, at, maxProfileText) {
			continue
		}
		switch key {
		case "line1":
			next.Street1 = value
		case "line2":
			next.Street2 = value
		case "city":
			next.City = value
		case "state":
			next.State = value
		case "postal_code":
			next.PostalCode = value
		case "country_code":
			check.Text(&d.faults, value, at, maxCountryCode)
			next.CountryGiven = value
			next.Country, _ = check.Country(value)
		default:
			check.Text(&d.faults, key, path, maxProfileText)
			other[key] = value
		}
	}
	if len(other) > maxAddressOther {
		d.faults.Add(path, fault.TooMany, "holds too many members of its own")
	}
	if len(other) > 0 {
		text, err := json.Marshal(other)
		d.fail(err)
		next.Other = string(text)
	}
	if next == (Address{}) {
		return nil
	}
	return keepPart(d, old, &next)
}
