package rules

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// applyCustomer puts a flat input onto the draft; creating and changing share it.
func applyCustomer(d *registry.Draft, in CustomerInput) {
	loose(d, in.Name, &d.Customer.Name, "name", maxProfileName)
	fields.Email(d, in.Email, &d.Customer.Email, "email")
	person(d, in)
	fields.FollowName(d, patch.Field[fields.ContactInput]{})
	entity(d, in)
	if in.Address.Set {
		d.Customer.Address = looseAddress(d, d.Customer.Address, in.Address.Value, "address")
	}
	flatMeta(d, in.Meta, &d.Customer.Meta, "meta")
}

// loose applies a text without a form; an empty one clears.
func loose(d *registry.Draft, field patch.Field[string], target *string, path string, limit int) {
	if field.Given() && field.Value == "" {
		field = patch.Field[string]{Set: true, Null: true}
	}
	fields.Text(d, field, target, path, limit)
}

// person applies what belongs to the contact.
func person(d *registry.Draft, in CustomerInput) {
	next := customers.Contact{}
	if d.Customer.Contact != nil {
		next = *d.Customer.Contact
	}
	loose(d, in.Phone, &next.Phone, "contact.phone", maxProfilePhone)
	loose(d, in.Facebook, &next.Facebook, "contact.facebook", maxProfileText)
	loose(d, in.Twitter, &next.Twitter, "contact.twitter", maxProfileText)
	switch {
	case in.DateOfBirth.Given():
		if text, ok := birthMonth(d, in.DateOfBirth.Value, "contact.dateOfBirth"); ok && !isMonthOf(d, text, next.DateOfBirth) {
			next.DateOfBirth = d.Seal(next.DateOfBirth, customers.FieldDateOfBirth, text, false)
		}
	case in.DateOfBirth.Null:
		next.DateOfBirth = nil
	}
	if d.Customer.Contact == nil && next == (customers.Contact{}) {
		return
	}
	d.Customer.Contact = fields.KeepStamps(d, d.Customer.Contact, &next)
}

// isMonthOf reports whether a text is the month of the date of birth that is there: answers
// show it, and to send it back is no change.
func isMonthOf(d *registry.Draft, text secret.Text, there *customers.Sealed) bool {
	if there == nil {
		return false
	}
	birth, err := d.Sealer().Unseal(d.Customer.Ref(), tenancy.ID{}, customers.FieldDateOfBirth, there.Box)
	return err == nil && strings.HasPrefix(birth.Reveal(), text.Reveal()+"-")
}

// birthMonth reads YYYY-MM, or a whole date.
func birthMonth(d *registry.Draft, text secret.Text, path string) (secret.Text, bool) {
	month, ok := check.Date(text.Reveal(), check.ISOMonth)
	if !ok {
		return fields.BirthDate(d, text, path, fields.BornInPast)
	}
	if !month.Before(d.Now) || month.Year() < fields.OldestBirth {
		d.Faults.Add(path, fault.BadValue, "must be in the past, and not before 1880")
		return secret.Text{}, false
	}
	return text, true
}

// entity applies what belongs to the legal entity; one that comes to hold nothing
// is none.
func entity(d *registry.Draft, in CustomerInput) {
	if !in.BusinessName.Set && !in.BusinessTax.Set && !in.TaxLast4.Set {
		return
	}
	next := customers.LegalEntity{}
	if d.Customer.LegalEntity != nil {
		next = *d.Customer.LegalEntity
	}
	loose(d, in.BusinessName, &next.BusinessName, "legalEntity.businessName", maxProfileText)
	businessTax(d, in.BusinessTax, &next.BusinessTaxID)
	taxLast4(d, in.TaxLast4, &next.PersonalTaxID)
	d.Customer.LegalEntity = &next
	if isEmptyEntity(&next) {
		d.Customer.LegalEntity = nil
	}
}

// businessTax keeps an EIN: nine digits however they were laid out, else as given. A
// masked one, as an answer may show it, is no change.
func businessTax(d *registry.Draft, field patch.Field[string], target **customers.Sealed) {
	const path = "legalEntity.businessTaxId"
	if field.Given() && strings.HasPrefix(field.Value, maskText) && *target != nil {
		return
	}
	var text string
	loose(d, field, &text, path, maxProfileTax)
	switch {
	case !field.Set || d.Faults.Has(path):
	case text == "":
		*target = nil
	default:
		number, ok := check.TaxNumber(secret.New(text))
		if !ok {
			number = secret.New(text)
		}
		*target = d.Seal(*target, customers.FieldBusinessTaxID, number, true)
	}
}

// taxLast4 keeps the last four digits of an SSN, unless they end the whole one that
// is there.
func taxLast4(d *registry.Draft, field patch.Field[secret.Text], target **customers.Sealed) {
	text := field.Value.Reveal()
	switch {
	case !field.Set:
	case field.Null:
		*target = nil
	case !check.IsDigits(text, 4, 4):
		d.Faults.Add("legalEntity.personalTaxId", fault.BadValue, "must be the last four digits")
	case *target != nil && (*target).Last4 == text:
	default:
		*target = fields.SealLastFour(d, *target, field.Value)
	}
}

func isEmptyEntity(l *customers.LegalEntity) bool {
	return l.EntityType == "" && l.BusinessName == "" && l.BusinessTaxID == nil && l.BusinessSalesVolume == "" &&
		l.BusinessAcceptedCards == nil && l.YearsInBusiness == "" && l.BusinessAddress == nil && l.PersonalTaxID == nil &&
		l.PersonalAddress == nil && l.PersonalContact == nil && l.StakePercent == "" && len(l.AdditionalOwners) == 0
}

// looseAddress returns the address of the given members, nil when there are none; old
// is the one that it replaces.
func looseAddress(d *registry.Draft, old *customers.Address, given map[string]string, path string) *customers.Address {
	next, other := customers.Address{}, map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(given)) {
		value, at := given[key], fields.Join(path, key)
		if value == "" || !check.Text(&d.Faults, value, at, maxProfileText) {
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
			check.Text(&d.Faults, value, at, maxCountryCode)
			next.CountryGiven = value
			next.Country, _ = check.Country(value)
		default:
			check.Text(&d.Faults, key, path, maxProfileText)
			other[key] = value
		}
	}
	if len(other) > maxAddressOther {
		d.Faults.Add(path, fault.TooMany, "has too many fields")
	}
	if len(other) > 0 {
		text, err := json.Marshal(other)
		d.Fail(err)
		next.Other = string(text)
	}
	if next == (customers.Address{}) {
		return nil
	}
	return fields.KeepStamps(d, old, &next)
}
