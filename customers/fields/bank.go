package fields

import (
	"fmt"
	"reflect"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
)

// MaxBanks bounds the active banks of a customer.
const MaxBanks = 50

// sandboxRouting are the routing numbers of the sandbox's only bank.
var sandboxRouting = []string{"110000000", "11000-000"}

// AddBank adds a bank to the draft and returns its index, or -1 for a faulty one. It
// becomes the default when no usable bank is the default.
func AddBank(d *registry.Draft, in BankInput, path string) int {
	if !RoomForBank(d, path) {
		return -1
	}
	bank := customers.Bank{ID: d.IDFor(in.ID), Active: true, Created: d.Now, LastUpdated: d.Now}
	if in.Status.Set {
		d.Faults.Add(Join(path, "status"), fault.Immutable, "a new bank is active; leave it out")
	}
	if in.Token.Given() {
		d.Faults.Add(Join(path, "token"), fault.BadValue, "a token is accepted only by POST …/banks")
		return -1
	}
	found := d.Faults.Len()
	d.Faults.Include(in.Reading)
	BankAccount(d, in, &bank, path)
	BankDetails(d, in, &bank, path)
	if d.Faults.Len() > found {
		return -1
	}
	dropInactiveBank(d)
	d.Customer.Banks = append(d.Customer.Banks, bank)
	at := len(d.Customer.Banks) - 1
	if in.IsDefault.Or(false) || !HasDefault(d) {
		MakeDefault(d, at)
	}
	return at
}

// SameAccount returns another usable bank of the customer that is the same account, nil for
// none.
func SameAccount(d *registry.Draft, bank *customers.Bank) *customers.Bank {
	for i := range d.Customer.Banks {
		other := &d.Customer.Banks[i]
		if other.ID != bank.ID && other.Active && SameFingerprint(d, other.AccountNumber.Fingerprint, bank.AccountNumber.Fingerprint) {
			return other
		}
	}
	return nil
}

// RoomForBank reports whether the customer may have another active bank, and adds a
// fault when not.
func RoomForBank(d *registry.Draft, path string) bool {
	active := 0
	for i := range d.Customer.Banks {
		if d.Customer.Banks[i].Active {
			active++
		}
	}
	if active >= MaxBanks {
		d.Faults.Add(path, fault.TooMany, fmt.Sprintf("at most %d active banks; make one that you do not use inactive first", MaxBanks))
	}
	return active < MaxBanks
}

// dropInactiveBank makes room in the record: past the bound, the oldest inactive
// bank to which nothing refers leaves it. Its events stay.
func dropInactiveBank(d *registry.Draft) {
	if len(d.Customer.Banks) < MaxBanks {
		return
	}
	at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool {
		return !b.Active && (d.Customer.Merchant == nil || d.Customer.Merchant.BankID != b.ID)
	})
	if at >= 0 {
		d.Customer.Banks = slices.Delete(d.Customer.Banks, at, at+1)
	}
}

// giveBank returns the index of the usable bank of an account: the one that exists, so
// that sending it again changes nothing, or else a new one. It returns -1 for a faulty
// one.
func giveBank(d *registry.Draft, in BankInput, path string) int {
	at := sameAccount(d, in)
	if at < 0 {
		return AddBank(d, in, path)
	}
	bank, before := &d.Customer.Banks[at], d.Customer.Banks[at]
	BankDetails(d, in, bank, path)
	if !SameBank(before, *bank) {
		bank.LastUpdated = d.Now
	}
	if in.IsDefault.Or(false) {
		MakeDefault(d, at)
	}
	return at
}

// sameAccount returns the index of the usable bank that equals in in all that names an
// account, or -1.
func sameAccount(d *registry.Draft, in BankInput) int {
	probe, sent := d.Probe(), customers.Bank{}
	if len(d.Customer.Banks) == 0 || in.Token.Set || in.Status.Set {
		return -1
	}
	if BankAccount(probe, in, &sent, ""); probe.Err() != nil {
		return -1
	}
	return slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool {
		return b.Active && SameFingerprint(d, b.AccountNumber.Fingerprint, sent.AccountNumber.Fingerprint) &&
			b.AccountHolderType == sent.AccountHolderType && b.AccountType == sent.AccountType &&
			b.BankName == sent.BankName && b.Currency == sent.Currency && b.Country == sent.Country
	})
}

// BankAccount applies the members that name the account; they never change afterwards.
func BankAccount(d *registry.Draft, in BankInput, bank *customers.Bank, path string) {
	Choice(d, in.AccountHolderType, &bank.AccountHolderType, Join(path, "accountHolderType"), "individual", "company")
	Choice(d, in.AccountType, &bank.AccountType, Join(path, "accountType"), "checking", "savings", "generalLedger", "loan")
	Name(d, in.BankName, &bank.BankName, Join(path, "bankName"), 128)
	Choice(d, in.Currency, &bank.Currency, Join(path, "currency"), "USD", "CAD")
	if bank.Currency == "" { // absent or null
		bank.Currency = "USD"
	}
	bank.Country = check.USA
	if bank.Currency == "CAD" {
		bank.Country = check.Canada
	}
	if in.Country.Given() {
		country, ok := check.Country(in.Country.Value)
		if !ok || (country != check.USA && country != check.Canada) {
			d.Faults.AddValue(Join(path, "country"), fault.BadValue, in.Country.Value, "must be USA or CAN")
		}
		bank.Country = country
	}
	Required(d, in.RoutingNumber, &bank.RoutingNumber, Join(path, "routingNumber"), 16)
	if bank.RoutingNumber != "" && !check.IsRouting(bank.RoutingNumber, bank.Country) && !isTestRouting(d, bank.RoutingNumber) {
		d.Faults.AddValue(Join(path, "routingNumber"), fault.BadValue, bank.RoutingNumber,
			"must be a routing number: nine digits with a valid check digit in USA, NNNNN-NNN in CAN")
	}
	if bank.BankName == "" && d.Mode() == keys.Test && slices.Contains(sandboxRouting, bank.RoutingNumber) {
		bank.BankName = "Sandbox Test Bank"
	}
	if !in.AccountNumber.Given() {
		Missing(d, Join(path, "accountNumber"))
	} else if number, ok := check.AccountNumber(in.AccountNumber.Value); ok {
		SealAccount(d, number, bank)
	} else {
		d.Faults.Add(Join(path, "accountNumber"), fault.BadValue, "must be 4 to 17 letters and digits, as a string; spaces and hyphens do not count")
	}
}

// SealAccount seals the account number of a bank. Its fingerprint covers the routing
// number too.
func SealAccount(d *registry.Draft, number secret.Text, bank *customers.Bank) {
	defer d.SealsFor(bank.ID)()
	if sealed := d.Seal(nil, customers.FieldAccountNumber, number, true); sealed != nil {
		bank.AccountNumber = *sealed
		bank.AccountNumber.Fingerprint = d.Sealer().Fingerprint(d.Customer.Tenant, customers.FieldAccountNumber,
			secret.New(bank.RoutingNumber+":"+number.Reveal()))
	}
}

// BankDetails applies the members of a bank that may change later.
func BankDetails(d *registry.Draft, in BankInput, bank *customers.Bank, path string) {
	Name(d, in.Nickname, &bank.Nickname, Join(path, "nickname"), 128)
	Name(d, in.NameOnAccount, &bank.NameOnAccount, Join(path, "nameOnAccount"), 128)
	Text(d, in.ExternalID, &bank.ExternalID, Join(path, "externalId"), 255)
	NewAddress(d, in.BillingAddress, &bank.BillingAddress, Join(path, "billingAddress"))
	CopyFromRoot(d, &bank.BillingAddress, d.Customer.Address)
	Meta(d, in.Meta, &bank.Meta, Join(path, "meta"))
	in.IsApDefault.Apply(&bank.IsApDefault)
	if bank.IsApDefault {
		for i := range d.Customer.Banks {
			d.Customer.Banks[i].IsApDefault = d.Customer.Banks[i].IsApDefault && d.Customer.Banks[i].ID == bank.ID
		}
	}
}

// MakeDefault makes one bank the only default.
func MakeDefault(d *registry.Draft, at int) {
	for i := range d.Customer.Banks {
		if bank := &d.Customer.Banks[i]; bank.IsDefault != (i == at) {
			bank.IsDefault = i == at
			bank.LastUpdated = d.Now
		}
	}
}

// HasDefault reports whether a usable bank is the default.
func HasDefault(d *registry.Draft) bool {
	return slices.ContainsFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.IsDefault && b.Active })
}

// testRouting are the routing numbers that clients' own tests use in a sandbox although
// their check digits are wrong.
var testRouting = []string{"121000000", "121000359", "321174811"}

// isTestRouting reports whether a routing number is good in a sandbox alone.
func isTestRouting(d *registry.Draft, number string) bool {
	return d.Mode() == keys.Test && slices.Contains(testRouting, number)
}

// Join returns the path of a member.
func Join(path, name string) string { return fault.Join(path, name) }

// SameBank reports whether two banks differ in nothing but the time of their last
// change.
func SameBank(a, b customers.Bank) bool {
	a.LastUpdated = b.LastUpdated
	return reflect.DeepEqual(a, b)
}
