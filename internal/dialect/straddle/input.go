package straddle

import (
	"strings"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/internal/check"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/patch"
)

// input translates what was sent. before is the customer that it changes, nil for a
// new one.
func (b customerBody) input(before *customers.Customer) rules.CustomerInput {
	kind := customers.PartyType(b.Type.Value)
	if before != nil {
		kind = before.EffectivePartyType()
	}
	in := rules.CustomerInput{
		Input: fields.Input{Name: b.Name, Email: b.Email, ExternalID: b.ExternalID, Meta: b.Metadata, Address: b.address()},
		Screening: rules.ReviewInput{
			Kind: b.Type, IPAddress: b.Device.Value.IPAddress, Status: b.Status,
			Processing: notNull(b.Config.Value.ProcessingMethod), Outcome: notNull(b.Config.Value.SandboxOutcome),
		},
	}
	if !b.Name.Given() { // required, and missing is missing whatever was there before
		in.Name = patch.Field[string]{Set: true, Null: true}
	}
	if !b.Email.Given() {
		in.Email = patch.Field[string]{Set: true, Null: true}
	}
	contact := fields.ContactInput{Phone: b.Phone}
	if !b.Phone.Given() {
		contact.Phone = patch.Field[string]{Set: true, Null: true}
	}
	if !b.Device.Value.IPAddress.Given() {
		in.Screening.IPAddress.Set, in.Screening.IPAddress.Null = true, true
	}
	if kind == customers.PartyIndividual && b.Name.Given() {
		first, last, _ := strings.Cut(strings.TrimSpace(b.Name.Value), " ")
		contact.FirstName, contact.LastName = textOrNull(first), textOrNull(strings.TrimSpace(last))
	}
	b.profile(&in, &contact, kind, before)
	in.Contact = patch.Of(contact)
	return in
}

// profile spreads a compliance profile over the document.
func (b customerBody) profile(in *rules.CustomerInput, contact *fields.ContactInput, kind customers.PartyType, before *customers.Customer) {
	if !b.Profile.Set {
		return
	}
	p := b.Profile.Value
	if b.Profile.Null {
		p = cleared(kind)
	} else {
		in.Screening.Profile = p.kindOf(kind)
	}
	hasEntity := before != nil && before.LegalEntity != nil
	hasMerchant := before != nil && before.Merchant != nil
	contact.DateOfBirth = p.DateOfBirth
	entity := fields.LegalEntityInput{PersonalTaxID: p.SSN, BusinessTaxID: p.EIN, BusinessName: p.LegalName}
	in.LegalEntity = patch.Field[fields.LegalEntityInput]{Value: entity}
	in.LegalEntity.Set = hasEntity || p.SSN.Given() || p.EIN.Given() || p.LegalName.Given()
	in.Merchant = patch.Field[fields.MerchantInput]{Value: fields.MerchantInput{BusinessURL: p.Website}}
	in.Merchant.Set = p.Website.Given() || (p.Website.Set && hasMerchant)
	if p.Representatives.Set && (hasEntity || len(p.Representatives.Value) > 0) {
		in.Screening.Representatives.Set, in.Screening.Representatives.Null = true, p.Representatives.Null
		for _, r := range p.Representatives.Value {
			in.Screening.Representatives.Value = append(in.Screening.Representatives.Value,
				rules.RepresentativeInput{Name: r.Name, Email: r.Email, Phone: r.Phone})
		}
	}
}

// cleared is a profile without anything.
func cleared(kind customers.PartyType) (p profileBody) {
	if kind == customers.PartyIndividual {
		p.DateOfBirth.Set, p.DateOfBirth.Null = true, true
		p.SSN.Set, p.SSN.Null = true, true
		return p
	}
	p.EIN.Set, p.EIN.Null = true, true
	p.LegalName.Set, p.LegalName.Null = true, true
	p.Website.Set, p.Website.Null = true, true
	p.Representatives.Set, p.Representatives.Null = true, true
	return p
}

// address translates an address, which replaces the one that is there.
func (b customerBody) address() patch.Field[fields.AddressInput] {
	field := patch.Field[fields.AddressInput]{Set: b.Address.Set, Null: b.Address.Null}
	if b.Address.Given() {
		a := b.Address.Value
		field.Value = fields.AddressInput{
			Street1: orNull(a.Address1), Street2: orNull(a.Address2), City: orNull(a.City), State: orNull(a.State),
			PostalCode: orNull(a.ZIP), Country: patch.Of(check.USA),
		}
	}
	return field
}

// orNull clears what was not sent.
func orNull(field patch.Field[string]) patch.Field[string] {
	if !field.Set {
		return patch.Field[string]{Set: true, Null: true}
	}
	return field
}

// notNull leaves out what is null.
func notNull(field patch.Field[string]) patch.Field[string] {
	if field.Null {
		return patch.Field[string]{}
	}
	return field
}

func textOrNull(text string) patch.Field[string] {
	if text == "" {
		return patch.Field[string]{Set: true, Null: true}
	}
	return patch.Of(text)
}
