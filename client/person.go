package client

import (
	"time"
)

// Address is a postal address.
type Address struct {
	ID         string `json:"id"`
	Object     string `json:"object"`
	Street1    string `json:"street1"`
	Street2    string `json:"street2,omitzero"`
	City       string `json:"city"`
	State      string `json:"state,omitzero"`
	PostalCode string `json:"postalCode,omitzero"`
	// ISO 3166-1 alpha-3; empty where another dialect sent no country, or not a valid one.
	Country     string    `json:"country"`
	Status      string    `json:"status"`
	Created     time.Time `json:"created"`
	LastUpdated time.Time `json:"lastUpdated"`
}

// AddressInput is a postal address as sent. Street1, City and Country must be present after
// the change.
type AddressInput struct {
	// 1 to 256 characters.
	Street1 string `json:"street1,omitzero"`
	// 1 to 256 characters.
	Street2 Optional[string] `json:"street2,omitzero"`
	// 1 to 256 characters.
	City string `json:"city,omitzero"`
	// Two letters in USA. 1 to 64 characters.
	State Optional[string] `json:"state,omitzero"`
	// NNNNN or NNNNN-NNNN in USA, A1A 1A1 in CAN. 1 to 16 characters.
	PostalCode Optional[string] `json:"postalCode,omitzero"`
	// ISO 3166-1, alpha-3 or alpha-2; answers show alpha-3. 2 to 64 characters.
	Country string `json:"country,omitzero"`
}

// Contact is how to reach a person.
type Contact struct {
	ID        string `json:"id"`
	Object    string `json:"object"`
	FirstName string `json:"firstName,omitzero"`
	LastName  string `json:"lastName,omitzero"`
	Email     string `json:"email,omitzero"`
	Phone     string `json:"phone,omitzero"`
	// YYYY-MM-DD, or YYYY-MM where another dialect sent the month alone.
	DateOfBirth string    `json:"dateOfBirth,omitzero"`
	Facebook    string    `json:"facebook,omitzero"`
	Twitter     string    `json:"twitter,omitzero"`
	Created     time.Time `json:"created"`
	LastUpdated time.Time `json:"lastUpdated"`
}

// ContactInput is a contact as sent.
type ContactInput struct {
	// 1 to 128 characters.
	FirstName Optional[string] `json:"firstName,omitzero"`
	// 1 to 128 characters.
	LastName Optional[string] `json:"lastName,omitzero"`
	// At most 128 characters.
	Email Optional[string] `json:"email,omitzero"`
	// 1 to 16 digits with an optional leading +.
	Phone Optional[string] `json:"phone,omitzero"`
	// YYYY-MM-DD, or MM-DD-YYYY; answers show the former. Kept encrypted.
	DateOfBirth Optional[string] `json:"dateOfBirth,omitzero"`
	// How the person is found on Facebook, as a name, a number or an address. 1 to 255
	// characters.
	Facebook Optional[string] `json:"facebook,omitzero"`
	// How the person is found on Twitter, such as @harborlane. 1 to 255 characters.
	Twitter Optional[string] `json:"twitter,omitzero"`
}

// LegalEntity is the party able to contract and to owe tax.
type LegalEntity struct {
	Object string `json:"object"`
	// One of ISP, LLC and CORP.
	EntityType   string `json:"entityType,omitzero"`
	BusinessName string `json:"businessName,omitzero"`
	// In unmasked answers only.
	BusinessTaxID      Secret `json:"businessTaxId,omitzero"`
	Last4BusinessTaxID string `json:"last4BusinessTaxId,omitzero"`
	// Sales of a year, as decimal text.
	BusinessSalesVolume string `json:"businessSalesVolume,omitzero"`
	// Whether the business accepted cards before.
	BusinessAcceptedCards *bool  `json:"businessAcceptedCards,omitzero"`
	YearsInBusiness       string `json:"yearsInBusiness,omitzero"`
	// In unmasked answers only.
	PersonalTaxID      Secret `json:"personalTaxId,omitzero"`
	Last4PersonalTaxID string `json:"last4PersonalTaxId,omitzero"`
	// The primary owner's percentage.
	StakePercent     string   `json:"stakePercent,omitzero"`
	BusinessAddress  *Address `json:"businessAddress,omitzero"`
	PersonalAddress  *Address `json:"personalAddress,omitzero"`
	PersonalContact  *Contact `json:"personalContact,omitzero"`
	AdditionalOwners []Owner  `json:"additionalOwners,omitzero"`
	// People who represent the business; for information only.
	Representatives []Representative `json:"representatives,omitzero"`
}

// Representative is a person who may speak for a business.
type Representative struct {
	Name  string `json:"name"`
	Email string `json:"email,omitzero"`
	Phone string `json:"phone,omitzero"`
}

// LegalEntityInput is a legal entity as sent. A new one takes the addresses and the contact
// that it lacks from the customer's own.
type LegalEntityInput struct {
	// An individual sole proprietorship, a limited liability company, or a corporation. One of
	// ISP, LLC and CORP.
	EntityType Optional[string] `json:"entityType,omitzero"`
	// The registered name. 1 to 256 characters.
	BusinessName Optional[string] `json:"businessName,omitzero"`
	// Nine digits in USA, elsewhere A-Z, digits and . / &; spaces and hyphens are ignored.
	// Kept encrypted and shown as its last four digits. A string, so that leading zeros are
	// kept.
	BusinessTaxID Optional[Secret] `json:"businessTaxId,omitzero"`
	// Sales of a year.
	BusinessSalesVolume Optional[string] `json:"businessSalesVolume,omitzero"`
	// Whether the business accepted cards before.
	BusinessAcceptedCards Optional[bool] `json:"businessAcceptedCards,omitzero"`
	// Whole years.
	YearsInBusiness Optional[string] `json:"yearsInBusiness,omitzero"`
	// Replaced as a whole.
	BusinessAddress Optional[AddressInput] `json:"businessAddress,omitzero"`
	// Nine digits in USA, elsewhere A-Z, digits and . / &; spaces and hyphens are ignored.
	// Kept encrypted and shown as its last four digits. A string, so that leading zeros are
	// kept.
	PersonalTaxID Optional[Secret] `json:"personalTaxId,omitzero"`
	// Replaced as a whole.
	PersonalAddress Optional[AddressInput] `json:"personalAddress,omitzero"`
	// Replaced as a whole.
	PersonalContact Optional[ContactInput] `json:"personalContact,omitzero"`
	// The primary owner's percentage. 100 when there are no further owners; all owners
	// together own at most 100.
	StakePercent Optional[string] `json:"stakePercent,omitzero"`
	// The list is replaced. An ISP has none. At most 10.
	AdditionalOwners Optional[[]OwnerInput] `json:"additionalOwners,omitzero"`
}

// Merchant is the business that a legal entity runs, as payers see it.
type Merchant struct {
	Object              string `json:"object"`
	BusinessName        string `json:"businessName,omitzero"`
	BusinessURL         string `json:"businessUrl,omitzero"`
	BusinessLogo        string `json:"businessLogo,omitzero"`
	SupportEmail        string `json:"supportEmail,omitzero"`
	SupportPhone        string `json:"supportPhone,omitzero"`
	SupportURL          string `json:"supportUrl,omitzero"`
	ProductDescription  string `json:"productDescription,omitzero"`
	StatementDescriptor string `json:"statementDescriptor,omitzero"`
	// May grow. One of USD, CAD, EUR, MXN, AUD and GBP.
	DefaultCurrency      string     `json:"defaultCurrency,omitzero"`
	MerchantCategoryCode string     `json:"merchantCategoryCode,omitzero"`
	Bank                 *BankBrief `json:"bank,omitzero"`
	BusinessAddress      *Address   `json:"businessAddress,omitzero"`
	PersonalContact      *Contact   `json:"personalContact,omitzero"`
}

// MerchantInput is a merchant as sent. A new one takes the address, the contact and the bank
// that it lacks from the customer's own.
type MerchantInput struct {
	// The trading name. 1 to 256 characters.
	BusinessName Optional[string] `json:"businessName,omitzero"`
	// An absolute http or https URL. 1 to 128 characters.
	BusinessURL Optional[string] `json:"businessUrl,omitzero"`
	// An absolute http or https URL. 1 to 128 characters.
	BusinessLogo Optional[string] `json:"businessLogo,omitzero"`
	// At most 128 characters.
	SupportEmail Optional[string] `json:"supportEmail,omitzero"`
	// 1 to 16 characters.
	SupportPhone Optional[string] `json:"supportPhone,omitzero"`
	// An absolute http or https URL. 1 to 128 characters.
	SupportURL Optional[string] `json:"supportUrl,omitzero"`
	// 1 to 512 characters.
	ProductDescription Optional[string] `json:"productDescription,omitzero"`
	// What payers read on their statement. 1 to 20 characters.
	StatementDescriptor Optional[string] `json:"statementDescriptor,omitzero"`
	// One of USD, CAD, EUR, MXN, AUD and GBP.
	DefaultCurrency Optional[string] `json:"defaultCurrency,omitzero"`
	// Four digits.
	MerchantCategoryCode Optional[string] `json:"merchantCategoryCode,omitzero"`
	// Adds a bank for this merchant and starts its micro-deposits.
	Bank Optional[BankInput] `json:"bank,omitzero"`
	// Replaced as a whole.
	BusinessAddress Optional[AddressInput] `json:"businessAddress,omitzero"`
	// Replaced as a whole.
	PersonalContact Optional[ContactInput] `json:"personalContact,omitzero"`
}

// BankBrief names a bank of the same customer.
type BankBrief struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	Last4  string `json:"last4"`
}
