package straddle

import (
	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/internal/check"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/jsonobj"
	"tenantry/internal/patch"
)

// input translates what changes: all of sent for a new customer, else what differs from
// before as it is shown. What is required must be in sent, whatever was there before.
func (b customerBody) input(sent customerBody, before *customers.Customer) rules.CustomerInput {
	kind, stored := customers.PartyType(b.Type.Value), patch.Raw(nil)
	if before != nil {
		kind, stored = before.EffectivePartyType(), before.Meta
	}
	in := rules.CustomerInput{
		Input: fields.Input{
			Name: demanded(b.Name, sent.Name), Email: demanded(b.Email, sent.Email), ExternalID: b.ExternalID,
			Meta: metadata(b.Metadata, stored), Address: b.address(),
		},
		Screening: rules.ReviewInput{
			Kind: b.Type, IPAddress: demanded(b.Device.Value.IPAddress, sent.Device.Value.IPAddress), Status: demanded(b.Status, sent.Status),
			Processing: notNull(b.Config.Value.ProcessingMethod), Outcome: notNull(b.Config.Value.SandboxOutcome),
		},
	}
	contact := fields.ContactInput{Phone: demanded(b.Phone, sent.Phone)}
	if kind == customers.PartyIndividual && b.Name.Given() {
		first, last := customers.SplitName(b.Name.Value)
		contact.FirstName, contact.LastName = textOrNull(first), textOrNull(last)
	}
	b.profile(&in, &contact, kind, before)
	if sent.Profile.Given() {
		in.Screening.Profile, in.Screening.Unnamed = sent.Profile.Value.kindOf(kind), sent.Profile.Value.unnamed(kind)
	}
	if contact.Phone.Set || contact.FirstName.Set || contact.LastName.Set || contact.DateOfBirth.Set {
		in.Contact = patch.Of(contact)
	}
	return in
}

// demanded returns a required member: null, which clears it and so is refused, where it was
// not sent.
func demanded[T any](changed, sent patch.Field[T]) patch.Field[T] {
	if !sent.Given() {
		return patch.Field[T]{Set: true, Null: true}
	}
	return changed
}

// metadata translates metadata, which replaces what is stored, into what differs from it.
func metadata(field patch.Field[patch.Raw], stored patch.Raw) patch.Field[patch.Raw] {
	if !field.Given() {
		return field
	}
	had, _ := jsonobj.Members(stored)
	sent, _ := jsonobj.Members(field.Value)
	edits := jsonobj.Write(jsonobj.Edits(had, sent, jsonobj.Text))
	return patch.Field[patch.Raw]{Set: edits != nil, Value: edits}
}

// profile spreads a compliance profile over the document.
func (b customerBody) profile(in *rules.CustomerInput, contact *fields.ContactInput, kind customers.PartyType, before *customers.Customer) {
	if !b.Profile.Set {
		return
	}
	p := b.Profile.Value
	if b.Profile.Null {
		p = cleared(kind)
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
