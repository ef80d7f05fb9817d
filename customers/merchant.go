package customers

import (
	"regexp"
	"slices"

	"tenantry/internal/check"
	"tenantry/internal/patch"
)

var descriptorForm = regexp.MustCompile(`^[0-9a-zA-Z&*#., ]+$`)

// currencies are those that payments can have (PayStand API reference, payments).
var currencies = []string{"USD", "CAD", "EUR", "MXN", "AUD", "GBP"}

// merchant applies a merchant. One that is new takes what it lacks from the root
// address, contact and default bank.
func (d *draft) merchant(field patch.Field[MerchantInput], rules Rules) {
	if !field.Set {
		return
	}
	if field.Null {
		d.c.Merchant = nil
		return
	}
	in, next := field.Value, Merchant{}
	fresh := d.c.Merchant == nil
	if !fresh {
		next = *d.c.Merchant
	}
	const path = "merchant"
	d.text(in.BusinessName, &next.BusinessName, path+".businessName", 256)
	d.webURL(in.BusinessURL, &next.BusinessURL, path+".businessUrl", 128)
	d.webURL(in.BusinessLogo, &next.BusinessLogo, path+".businessLogo", 128)
	d.email(in.SupportEmail, &next.SupportEmail, path+".supportEmail")
	d.matching(in.SupportPhone, &next.SupportPhone, path+".supportPhone", check.IsWrittenPhone, 16, "must be a telephone number")
	d.webURL(in.SupportURL, &next.SupportURL, path+".supportUrl", 128)
	d.text(in.ProductDescription, &next.ProductDescription, path+".productDescription", 512)
	d.matching(in.StatementDescriptor, &next.StatementDescriptor, path+".statementDescriptor", descriptorForm.MatchString, 20,
		"may hold only letters A-Z, digits, blanks and & * # . ,")
	d.choice(in.DefaultCurrency, &next.DefaultCurrency, path+".defaultCurrency", currencies...)
	d.matching(in.MerchantCategoryCode, &next.MerchantCategoryCode, path+".merchantCategoryCode", isCategory, 16, "must be exactly four digits")
	d.newAddress(in.BusinessAddress, &next.BusinessAddress, path+".businessAddress")
	d.newContact(in.PersonalContact, &next.PersonalContact, path+".personalContact", rules.person(false))
	if fresh && !rules.Bare {
		copyPart(d, &next.BusinessAddress, d.c.Address)
		copyPart(d, &next.PersonalContact, d.c.Contact)
	}
	d.merchantBank(in.Bank, &next, fresh && !rules.Bare)
	d.c.Merchant = &next
}

// isCategory reports whether a text is the code of a merchant's category (ISO 18245).
func isCategory(text string) bool { return check.IsDigits(text, 4, 4) }

// merchantBank ties a bank to the merchant and starts its micro-deposits: the
// given one, or for a new merchant the default bank.
func (d *draft) merchantBank(field patch.Field[BankInput], next *Merchant, fresh bool) {
	bank := -1
	switch {
	case field.Given():
		bank = d.giveBank(field.Value, "merchant.bank")
	case fresh:
		bank = slices.IndexFunc(d.c.Banks, func(b Bank) bool { return b.IsDefault && b.Active })
	case field.Null:
		next.BankID = [12]byte{}
	}
	if bank >= 0 {
		next.BankID = d.c.Banks[bank].ID
		d.startDrops(&d.c.Banks[bank])
	}
}
