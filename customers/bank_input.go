package customers

import (
	"fmt"
	"slices"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// maxBanks bounds the active banks of a customer.
const maxBanks = 50

// sandboxRouting are the routing numbers of the sandbox's only bank.
var sandboxRouting = []string{"110000000", "11000-000"}

// addBank adds a bank to the draft and gives its index, -1 when it is faulty.
// It becomes the default one when no usable bank is.
func (d *draft) addBank(in BankInput, path string) int {
	if !d.roomForBank(path) {
		return -1
	}
	bank := Bank{ID: d.idFor(in.ID), Active: true, Created: d.now, LastUpdated: d.now}
	if in.Status.Set {
		d.faults.Add(join(path, "status"), fault.Immutable, "a new bank is active; leave it out")
	}
	if in.Token.Given() {
		d.faults.Add(join(path, "token"), fault.BadValue, "a token is taken by POST …/banks only")
		return -1
	}
	found := d.faults.Len()
	d.bankAccount(in, &bank, path)
	d.bankDetails(in, &bank, path)
	if d.faults.Len() > found {
		return -1
	}
	d.dropInactiveBank()
	d.c.Banks = append(d.c.Banks, bank)
	at := len(d.c.Banks) - 1
	if in.IsDefault.Or(false) || !d.hasDefault() {
		d.makeDefault(at)
	}
	return at
}

// roomForBank refuses to go past the bound of active banks.
func (d *draft) roomForBank(path string) bool {
	active := 0
	for i := range d.c.Banks {
		if d.c.Banks[i].Active {
			active++
		}
	}
	if active >= maxBanks {
		d.faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d active banks; make one that is not used inactive first", maxBanks))
	}
	return active < maxBanks
}

// dropInactiveBank makes room in the record: past the bound, the oldest inactive
// bank to which nothing refers leaves it. Its events stay.
func (d *draft) dropInactiveBank() {
	if len(d.c.Banks) < maxBanks {
		return
	}
	at := slices.IndexFunc(d.c.Banks, func(b Bank) bool {
		return !b.Active && (d.c.Merchant == nil || d.c.Merchant.BankID != b.ID)
	})
	if at >= 0 {
		d.c.Banks = slices.Delete(d.c.Banks, at, at+1)
	}
}

// giveBank gives the index of the usable bank of that account: one that is there,
// so that sending it again is no change, or else a new one. -1 when it is faulty.
func (d *draft) giveBank(in BankInput, path string) int {
	at := d.sameAccount(in)
	if at < 0 {
		return d.addBank(in, path)
	}
	bank, before := &d.c.Banks[at], d.c.Banks[at]
	d.bankDetails(in, bank, path)
	if !sameBank(before, *bank) {
		bank.LastUpdated = d.now
	}
	if in.IsDefault.Or(false) {
		d.makeDefault(at)
	}
	return at
}

// sameAccount finds the usable bank that equals in in all that names an account;
// -1 when there is none.
func (d *draft) sameAccount(in BankInput) int {
	probe, sent := d.Probe(), Bank{}
	if len(d.c.Banks) == 0 || in.Token.Set || in.Status.Set {
		return -1
	}
	if probe.bankAccount(in, &sent, ""); probe.err() != nil {
		return -1
	}
	return slices.IndexFunc(d.c.Banks, func(b Bank) bool {
		return b.Active && b.AccountNumber.Fingerprint == sent.AccountNumber.Fingerprint &&
			b.AccountHolderType == sent.AccountHolderType && b.AccountType == sent.AccountType &&
			b.BankName == sent.BankName && b.Currency == sent.Currency && b.Country == sent.Country
	})
}

// bankAccount applies what names the account; it never changes afterwards.
func (d *draft) bankAccount(in BankInput, bank *Bank, path string) {
	d.choice(in.AccountHolderType, &bank.AccountHolderType, join(path, "accountHolderType"), "individual", "company")
	d.choice(in.AccountType, &bank.AccountType, join(path, "accountType"), "checking", "savings")
	d.text(in.BankName, &bank.BankName, join(path, "bankName"), 128)
	bank.Currency, bank.Country = "USD", check.USA
	d.choice(in.Currency, &bank.Currency, join(path, "currency"), "USD", "CAD")
	if bank.Currency == "CAD" {
		bank.Country = check.Canada
	}
	if in.Country.Given() {
		country, ok := check.Country(in.Country.Value)
		if !ok || (country != check.USA && country != check.Canada) {
			d.faults.AddValue(join(path, "country"), fault.BadValue, in.Country.Value, "must be USA or CAN")
		}
		bank.Country = country
	}
	d.required(in.RoutingNumber, &bank.RoutingNumber, join(path, "routingNumber"), 16)
	if bank.RoutingNumber != "" && !check.IsRouting(bank.RoutingNumber, bank.Country) && !d.isTestRouting(bank.RoutingNumber) {
		d.faults.AddValue(join(path, "routingNumber"), fault.BadValue, bank.RoutingNumber,
			"must be a routing number: nine digits with a right check digit in USA, NNNNN-NNN in CAN")
	}
	if bank.BankName == "" && d.mode() == keys.Test && slices.Contains(sandboxRouting, bank.RoutingNumber) {
		bank.BankName = "Sandbox Test Bank"
	}
	switch {
	case !in.AccountNumber.Given():
		d.missing(join(path, "accountNumber"))
	case !check.IsDigits(in.AccountNumber.Value.Reveal(), 4, 17):
		d.faults.Add(join(path, "accountNumber"), fault.BadValue, "must be 4 to 17 digits, as a string")
	default:
		d.sealAccount(in.AccountNumber.Value, bank)
	}
}

// sealAccount keeps the account number; its fingerprint is that of the account,
// so it covers the routing number too.
func (d *draft) sealAccount(number secret.Text, bank *Bank) {
	if sealed := d.seal(nil, kindAccount, number, true); sealed != nil {
		bank.AccountNumber = *sealed
		bank.AccountNumber.Fingerprint = d.sealer().Fingerprint(d.c.Tenant, kindAccount,
			secret.New(bank.RoutingNumber+":"+number.Reveal()))
	}
}

// bankDetails applies what may change later.
func (d *draft) bankDetails(in BankInput, bank *Bank, path string) {
	d.text(in.NameOnAccount, &bank.NameOnAccount, join(path, "nameOnAccount"), 128)
	d.text(in.ExternalID, &bank.ExternalID, join(path, "externalId"), 255)
	d.newAddress(in.BillingAddress, &bank.BillingAddress, join(path, "billingAddress"))
	copyPart(d, &bank.BillingAddress, d.c.Address)
	d.meta(in.Meta, &bank.Meta, join(path, "meta"))
	in.IsApDefault.Apply(&bank.IsApDefault)
	if bank.IsApDefault {
		for i := range d.c.Banks {
			d.c.Banks[i].IsApDefault = d.c.Banks[i].IsApDefault && d.c.Banks[i].ID == bank.ID
		}
	}
}

// makeDefault makes one bank the default: there is exactly one.
func (d *draft) makeDefault(at int) {
	for i := range d.c.Banks {
		if bank := &d.c.Banks[i]; bank.IsDefault != (i == at) {
			bank.IsDefault = i == at
			bank.LastUpdated = d.now
		}
	}
}

// hasDefault tells whether a usable bank is the default one.
func (d *draft) hasDefault() bool {
	return slices.ContainsFunc(d.c.Banks, func(b Bank) bool { return b.IsDefault && b.Active })
}

// isTestRouting accepts the number that a client's own tests use in the sandbox,
// although its check digit is wrong.
func (d *draft) isTestRouting(number string) bool {
	return d.mode() == keys.Test && number == "121000000"
}

func join(path, name string) string { return fault.Join(path, name) }
