package fields

import (
	"regexp"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/patch"
)

var descriptorForm = regexp.MustCompile(`^[0-9a-zA-Z&*#., ]+$`)

// currencies are the currencies of payments (PayStand API reference, payments).
var currencies = []string{"USD", "CAD", "EUR", "MXN", "AUD", "GBP"}

// Merchant applies a merchant. A new one takes what it lacks from the root address,
// contact and default bank.
func Merchant(d *registry.Draft, field patch.Field[MerchantInput], rules Rules) {
	if !field.Set {
		return
	}
	if field.Null {
		d.Customer.Merchant = nil
		return
	}
	in, next := field.Value, customers.Merchant{}
	fresh := d.Customer.Merchant == nil
	if !fresh {
		next = *d.Customer.Merchant
	}
	const path = "merchant"
	Name(d, in.BusinessName, &next.BusinessName, path+".businessName", 256)
	WebURL(d, in.BusinessURL, &next.BusinessURL, path+".businessUrl", 128)
	WebURL(d, in.BusinessLogo, &next.BusinessLogo, path+".businessLogo", 128)
	Email(d, in.SupportEmail, &next.SupportEmail, path+".supportEmail")
	Matching(d, in.SupportPhone, &next.SupportPhone, path+".supportPhone", check.IsWrittenPhone, 16, "must be a telephone number such as +1 207 555 0142")
	WebURL(d, in.SupportURL, &next.SupportURL, path+".supportUrl", 128)
	Text(d, in.ProductDescription, &next.ProductDescription, path+".productDescription", 512)
	Matching(d, in.StatementDescriptor, &next.StatementDescriptor, path+".statementDescriptor", descriptorForm.MatchString, 20,
		"may hold only letters A-Z, digits, spaces and & * # . ,")
	Choice(d, in.DefaultCurrency, &next.DefaultCurrency, path+".defaultCurrency", currencies...)
	Matching(d, in.MerchantCategoryCode, &next.MerchantCategoryCode, path+".merchantCategoryCode", isCategory, 16, "must be exactly four digits")
	NewAddress(d, in.BusinessAddress, &next.BusinessAddress, path+".businessAddress")
	NewContact(d, in.PersonalContact, &next.PersonalContact, path+".personalContact", rules.Person(false))
	if fresh && !rules.Bare {
		CopyFromRoot(d, &next.BusinessAddress, d.Customer.Address)
		CopyFromRoot(d, &next.PersonalContact, d.Customer.Contact)
	}
	merchantBank(d, in.Bank, &next, fresh && !rules.Bare)
	d.Customer.Merchant = &next
}

// isCategory reports whether a text is the code of a merchant's category (ISO 18245).
func isCategory(text string) bool { return check.IsDigits(text, 4, 4) }

// merchantBank ties a bank to the merchant and starts its micro-deposits: the bank that
// was sent, or for a new merchant the default bank.
func merchantBank(d *registry.Draft, field patch.Field[BankInput], next *customers.Merchant, fresh bool) {
	bank := -1
	switch {
	case field.Given():
		bank = giveBank(d, field.Value, "merchant.bank")
	case fresh:
		bank = slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.IsDefault && b.Active })
	case field.Null:
		next.BankID = [12]byte{}
	}
	if bank >= 0 {
		next.BankID = d.Customer.Banks[bank].ID
		StartDrops(d, &d.Customer.Banks[bank])
	}
}
