package fields

import (
	"regexp"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/settings"
	"tenantry/tenancy"
)

var vanityForm = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]*$`)

const maxVanityName = 64

// IsVanityName reports whether a text has the form of a vanity name.
func IsVanityName(text string) bool {
	return len(text) <= maxVanityName && vanityForm.MatchString(text)
}

// reservedKeys are the handles that name no merchant: they mean something in payment
// splits (PayStand API reference, accounts).
var reservedKeys = map[string]bool{
	"default": true, "owner": true, "payer": true, "origin": true, "merchant": true, "customer": true, "platform": true,
}

// Rules is where the native rules differ for a dialect.
type Rules struct {
	// Bare leaves a new legal entity or merchant as it was sent; else it takes what it
	// lacks from the root address, contact and bank.
	Bare bool
	// AnyBirth takes any date of birth, because the review judges it.
	AnyBirth bool
	// Piecewise merges the contact of a legal entity into the one that is stored, for input
	// that brings one member at a time; else it replaces it as a whole.
	Piecewise bool
	// MaxPersonName bounds the first and the last name of a person; 0 is the native 128.
	MaxPersonName int
}

// Apply puts an input onto the draft, for creating and for changing alike. giver is the
// customer that hands out plan and policies.
func Apply(d *registry.Draft, in Input, giver *customers.Customer, rules Rules) {
	d.Faults.Include(in.Reading)
	// A customer of a flat dialect may have neither, and can be changed all the same.
	if in.Name.Set || d.Before == nil {
		RequiredName(d, in.Name, &d.Customer.Name, "name", MaxName)
	}
	if in.Email.Set || d.Before == nil {
		RequiredEmail(d, in.Email)
	}
	Text(d, in.Description, &d.Customer.Description, "description", 512)
	Text(d, in.ExternalID, &d.Customer.ExternalID, "externalId", 255)
	handle(d, in.MerchantKey, &d.Customer.MerchantKey, "merchantKey", check.IsHandle, 128, "may hold only A-Z a-z 0-9 . _ -")
	handle(d, in.VanityName, &d.Customer.VanityName, "vanityName", vanityForm.MatchString, maxVanityName, "may hold only a-z 0-9 - _ and must begin with a letter or digit")
	Plan(d, in, giver)
	Address(d, in.Address, &d.Customer.Address, "address")
	// The root contact becomes the owner's where a new legal entity brings none.
	owner := d.Customer.LegalEntity == nil && in.LegalEntity.Given() && !in.LegalEntity.Value.PersonalContact.Given()
	Contact(d, in.Contact, &d.Customer.Contact, "contact", rules.Person(owner))
	if in.DefaultBank.Given() {
		bank := in.DefaultBank.Value
		bank.IsDefault = patch.Of(true)
		giveBank(d, bank, "defaultBank")
	}
	LegalEntity(d, in.LegalEntity, rules)
	Merchant(d, in.Merchant, rules)
	applySettings(d, in.Settings, &d.Customer.Settings, giver, "settings")
	Meta(d, in.Meta, &d.Customer.Meta, "meta")
}

// Defaults applies defaultSettings: what the customer hands down, which may hold only
// policies that the customer holds itself.
func Defaults(d *registry.Draft, in Input) {
	applySettings(d, in.DefaultSettings, &d.Customer.DefaultSettings, d.Customer, "defaultSettings")
}

// RequiredEmail applies the e-mail address of the customer, which must be there in the
// end.
func RequiredEmail(d *registry.Draft, field patch.Field[string]) {
	if field.Null || (!field.Set && d.Customer.Email == "") {
		Missing(d, "email")
		return
	}
	Email(d, field, &d.Customer.Email, "email")
}

// handle applies a unique name made of few characters; some words are reserved.
func handle(d *registry.Draft, field patch.Field[string], target *string, path string, form func(string) bool, limit int, says string) {
	if field.Given() && reservedKeys[customers.Fold(field.Value)] {
		d.Faults.AddValue(path, fault.BadValue, field.Value, "is a reserved word; choose another")
		return
	}
	Matching(d, field, target, path, form, limit, says)
}

// applySettings applies settings handed down by giver.
func applySettings(d *registry.Draft, field patch.Field[settings.Patch], target **settings.Settings, giver *customers.Customer, path string) {
	if !field.Set {
		return
	}
	if field.Null {
		*target = nil
		return
	}
	next := settings.Merge(*target, field.Value)
	rules := d.SettingsRules()
	for _, receiver := range (*target).Receivers() {
		rules.Stood = append(rules.Stood, receiver.URL)
	}
	rules.Validate(next, path, &d.Faults)
	if field.Value.Customers.Given() && !tenancy.IsOperator(giver) {
		settings.Handing(inHand(giver.Settings, *target, d.Mode() == keys.Test), next, path, &d.Faults)
	}
	*target = next
}

// inHand returns the policies that a giver may leave with a customer: those that it
// holds itself, and those that the customer already has from above both. byDefault is
// whether accounts decide identity while nobody said who does.
func inHand(giver, has *settings.Settings, byDefault bool) *settings.Settings {
	decidedBy := settings.DecidedByOperator
	if giver.DecidesIdentity(byDefault) || has.DecidesIdentity(false) {
		decidedBy = settings.DecidedByPlatform
	}
	return &settings.Settings{Customers: &settings.Policies{
		IdentityDecidedBy: &decidedBy,
		AllowDataUnmask:   new(giver.MayUnmask() || has.MayUnmask()),
		AllowIdentitySkip: new(giver.MaySkipIdentity() || has.MaySkipIdentity()),
	}}
}
