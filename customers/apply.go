package customers

import (
	"regexp"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/settings"
	"tenantry/tenancy"
)

var vanityForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

// reservedKeys may name no merchant: they mean something in payment splits
// (PayStand API reference, accounts).
var reservedKeys = map[string]bool{
	"default": true, "owner": true, "payer": true, "origin": true, "merchant": true, "customer": true, "platform": true,
}

// Rules are where the native rules differ for a dialect.
type Rules struct {
	// ReplaceMeta replaces free data as a whole; it merges otherwise.
	ReplaceMeta bool
	// Bare leaves a new legal entity or merchant as it was sent; else it takes what it
	// lacks from the root address, contact and bank.
	Bare bool
	// AnyBirth takes any date of birth, because the review judges it.
	AnyBirth bool
	// MaxPersonName bounds the first and the last name of a person; 0 is the native 128.
	MaxPersonName int
}

// apply puts an input onto the draft; creating and changing share it. giver hands out
// plan and policies.
func (d *draft) apply(in Input, giver *Customer, rules Rules) {
	d.faults.Include(in.Reading)
	if rules.ReplaceMeta && in.Meta.Given() {
		d.c.Meta = nil
	}
	// Who was made through a flat face may have neither, and can be changed all the same.
	if in.Name.Set || d.before == nil {
		d.required(in.Name, &d.c.Name, "name", maxName)
	}
	if in.Email.Set || d.before == nil {
		d.requiredEmail(in.Email)
	}
	d.text(in.Description, &d.c.Description, "description", 512)
	d.text(in.ExternalID, &d.c.ExternalID, "externalId", 255)
	d.handle(in.MerchantKey, &d.c.MerchantKey, "merchantKey", check.IsHandle, 128, "may hold only A-Z a-z 0-9 . _ -")
	d.handle(in.VanityName, &d.c.VanityName, "vanityName", vanityForm.MatchString, 64, "may hold only a-z 0-9 - _ and must begin with a letter or digit")
	d.plan(in, giver)
	d.address(in.Address, &d.c.Address, "address")
	// The root contact becomes the owner's where a new legal entity brings none.
	owner := d.c.LegalEntity == nil && in.LegalEntity.Given() && !in.LegalEntity.Value.PersonalContact.Given()
	d.contact(in.Contact, &d.c.Contact, "contact", rules.person(owner))
	if in.DefaultBank.Given() {
		bank := in.DefaultBank.Value
		bank.IsDefault = patch.Of(true)
		d.giveBank(bank, "defaultBank")
	}
	d.legalEntity(in.LegalEntity, rules)
	d.merchant(in.Merchant, rules)
	d.settings(in.Settings, &d.c.Settings, giver, "settings")
	d.meta(in.Meta, &d.c.Meta, "meta")
}

// defaults applies defaultSettings: what the customer hands down, so it may hold
// only policies that the customer holds itself.
func (d *draft) defaults(in Input) {
	d.settings(in.DefaultSettings, &d.c.DefaultSettings, d.c, "defaultSettings")
}

func (d *draft) requiredEmail(field patch.Field[string]) {
	if field.Null || (!field.Set && d.c.Email == "") {
		d.missing("email")
		return
	}
	d.email(field, &d.c.Email, "email")
}

// handle applies a unique name made of few characters; some words are reserved.
func (d *draft) handle(field patch.Field[string], target *string, path string, form func(string) bool, limit int, says string) {
	if field.Given() && reservedKeys[Fold(field.Value)] {
		d.faults.AddValue(path, fault.BadValue, field.Value, "is a reserved word; choose another")
		return
	}
	d.matching(field, target, path, form, limit, says)
}

// settings applies settings handed down by giver.
func (d *draft) settings(field patch.Field[settings.Patch], target **settings.Settings, giver *Customer, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	next := settings.Merge(*target, field.Value)
	d.settingsRules().Validate(next, path, &d.faults)
	if field.Value.Customers.Given() && !tenancy.IsOperator(giver) {
		settings.Handing(inHand(giver.Settings, *target), next, path, &d.faults)
	}
	*target = next
}

// inHand gives the policies that a giver may leave with a customer: those that it
// holds itself, and those that the customer has from whoever is above both.
func inHand(giver, has *settings.Settings) *settings.Settings {
	return &settings.Settings{Customers: &settings.Policies{
		AllowDataUnmask:   new(giver.MayUnmask() || has.MayUnmask()),
		AllowIdentitySkip: new(giver.MaySkipIdentity() || has.MaySkipIdentity()),
	}}
}
