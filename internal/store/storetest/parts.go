package storetest

import (
	"encoding/hex"
	"time"

	"tenantry/customers"
	"tenantry/keys"
	"tenantry/tenancy"
)

func (m *maker) address() *customers.Address {
	return &customers.Address{
		ID: m.id(), Street1: m.digits(3) + " " + m.pick(streets), Street2: "Suite " + m.digits(2),
		City: m.pick(cities), State: "CA", PostalCode: m.digits(5), Country: "USA", Created: m.at, LastUpdated: m.later(),
	}
}

func (m *maker) contact() *customers.Contact {
	return &customers.Contact{
		ID: m.id(), FirstName: m.pick(givenNames), LastName: m.pick(surnames), Email: "owner" + m.digits(4) + "@example.com",
		Phone: "+1831" + m.digits(7), DateOfBirth: m.sealed(""), Created: m.at, LastUpdated: m.later(),
	}
}

func (m *maker) sealed(last4 string) *customers.Sealed {
	return &customers.Sealed{Box: m.random(40), Last4: last4, Fingerprint: hex.EncodeToString(m.random(12))}
}

func (m *maker) legalEntity() *customers.LegalEntity {
	yes := true
	return &customers.LegalEntity{
		EntityType: "LLC", BusinessName: m.pick(trades) + " LLC", BusinessTaxID: m.sealed(m.digits(4)),
		BusinessSalesVolume: "1250000.50", BusinessAcceptedCards: &yes, YearsInBusiness: "7",
		BusinessAddress: m.address(), PersonalTaxID: m.sealed(m.digits(4)), PersonalAddress: m.address(),
		PersonalContact: m.contact(), StakePercent: "50.5",
		AdditionalOwners: []customers.Owner{{
			ID: m.id(), StakePercent: "49.5", Title: "CFO", PersonalTaxID: m.sealed(m.digits(4)),
			Address: m.address(), Contact: m.contact(), Created: m.at, LastUpdated: m.later(),
			Passport: &customers.Passport{Number: m.sealed("7A"), Country: "NOR"}, Verification: customers.OwnerDocument,
		}},
	}
}

// documents returns a document of the customer and a decided one of its owner.
func (m *maker) documents(owner tenancy.ID) []customers.Document {
	decided := m.later()
	return []customers.Document{
		{
			ID: m.id(), Kind: customers.DocumentPassport, Media: "image/jpeg", Size: 4711, Fingerprint: hex.EncodeToString(m.random(12)),
			Verification: customers.DocumentPending, Created: m.at,
		},
		{
			ID: m.id(), Kind: customers.DocumentOther, Owner: owner, Media: "image/png", Size: 10 << 20, Fingerprint: hex.EncodeToString(m.random(12)),
			Verification: customers.DocumentRejected, FailureReasons: []string{"ScanNotReadable"}, Created: m.at, Decided: &decided,
		},
	}
}

func (m *maker) merchant() *customers.Merchant {
	return &customers.Merchant{
		BusinessName: m.pick(trades), BusinessURL: "https://shop.example.com/?a=1&b=<2>", BusinessLogo: "https://cdn.example.com/logo.svg",
		SupportEmail: "help@example.com", SupportPhone: "+1831" + m.digits(7), SupportURL: "https://shop.example.com/help",
		ProductDescription: "Bread, by subscription.", StatementDescriptor: "ZOE*BREAD", DefaultCurrency: "USD",
		MerchantCategoryCode: "5462", BusinessAddress: m.address(), PersonalContact: m.contact(),
	}
}

func (m *maker) bank(first bool) customers.Bank {
	return customers.Bank{
		ID: m.id(), Nickname: "Everyday", NameOnAccount: m.pick(givenNames) + " " + m.pick(surnames), AccountHolderType: "company", AccountType: "checking",
		BankName: "First Example Bank", RoutingNumber: "110000000", AccountNumber: *m.sealed(m.digits(4)), Currency: "USD", Country: "USA",
		IsDefault: first, IsApDefault: !first, BillingAddress: m.address(), ExternalID: "bank-" + m.digits(6), Active: true, Verified: first,
		Drops: &customers.Drops{Amounts: *m.sealed(""), Started: m.later(), Failures: 1, Refused: []tenancy.ID{m.id()}, Confirmed: m.id()},
		Meta:  []byte(`{"source":"import","line":7.0}`), Token: m.id(), Created: m.at, LastUpdated: m.later(),
	}
}

func (m *maker) card() customers.Card {
	return customers.Card{
		ID: m.id(), NameOnCard: m.pick(givenNames) + " " + m.pick(surnames), Brand: "visa", Last4: m.digits(4),
		ExpirationMonth: 1 + m.number.IntN(12), ExpirationYear: 2031, Fingerprint: hex.EncodeToString(m.random(12)),
		BillingAddress: m.address(), IsDefault: true, Active: true, Meta: []byte(`{"wallet":false}`), Token: m.id(),
		Created: m.at, LastUpdated: m.later(),
	}
}

func (m *maker) user(role customers.Role, tag string) customers.User {
	return customers.User{
		ID: m.id(), Username: string(role) + "." + tag, Role: role, Active: true, PasswordHash: m.bcryptLike(),
		Created: m.at, LastUpdated: m.later(),
	}
}

func (m *maker) pair(number int32) keys.Entry {
	return keys.Entry{
		Number: number, Mode: keys.Test, SecretHash: m.bcryptLike(), PublishableHash: m.bcryptLike(),
		Hint: m.digits(4), Created: m.at, Attempt: m.id(),
	}
}

func (m *maker) restricted(number int32) keys.Entry {
	expires, revoked := m.at.Add(90*24*time.Hour), m.later()
	return keys.Entry{
		Number: number, Restricted: true, Name: "reporting", Mode: keys.Test, Scopes: tenancy.Read | tenancy.BanksWrite,
		SecretHash: m.bcryptLike(), Hint: m.digits(4), Created: m.at, Expires: &expires, Revoked: &revoked,
	}
}

// bcryptLike returns a text of the length and form of a bcrypt hash; no password fits it.
func (m *maker) bcryptLike() []byte {
	return append([]byte("$2a$04$"), hex.EncodeToString(m.random(27))[:53]...)
}
