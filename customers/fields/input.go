package fields

import (
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Input is what a client sends to create or to change a customer (PayStand API
// reference, customer resource). On a change, absent members stay, null clears an
// optional one, objects merge one level deep, lists are replaced, `meta` merges
// key by key.
type Input struct {
	Name            patch.Field[string]           `json:"name"`        // 1 to 256 characters; required
	Email           patch.Field[string]           `json:"email"`       // local part 1 to 64, total 1 to 128; required
	PlanKey         patch.Field[string]           `json:"planKey"`     // key of a plan; required (or planName)
	PlanName        patch.Field[string]           `json:"planName"`    // deprecated twin of planKey: name or key of a plan
	Description     patch.Field[string]           `json:"description"` // 1 to 512 characters
	VanityName      patch.Field[string]           `json:"vanityName"`  // 1 to 64 of a-z 0-9 - _; unique in the installation
	MerchantKey     patch.Field[string]           `json:"merchantKey"` // 1 to 128 of A-Z a-z 0-9 . _ -; unique under its parent
	ExternalID      patch.Field[string]           `json:"externalId"`  // 1 to 255 characters
	Status          patch.Field[string]           `json:"status"`      // change only, from above only
	Settings        patch.Field[settings.Patch]   `json:"settings"`
	DefaultSettings patch.Field[settings.Patch]   `json:"defaultSettings"`
	Address         patch.Field[AddressInput]     `json:"address"`
	Contact         patch.Field[ContactInput]     `json:"contact"`
	DefaultBank     patch.Field[BankInput]        `json:"defaultBank"`
	LegalEntity     patch.Field[LegalEntityInput] `json:"legalEntity"`
	Merchant        patch.Field[MerchantInput]    `json:"merchant"`
	Username        patch.Field[string]           `json:"username"` // create only, with password
	Password        patch.Field[secret.Text]      `json:"password"`
	Meta            patch.Field[patch.Raw]        `json:"meta"`

	// Reading holds the faults found by reading the request, which are answered together
	// with those of the rules; nil for none.
	Reading error `json:"-"`

	ID          patch.ReadOnly `json:"id"`
	Object      patch.ReadOnly `json:"object"`
	ParentID    patch.ReadOnly `json:"parentId"`
	Keys        patch.ReadOnly `json:"keys"`
	User        patch.ReadOnly `json:"user"`
	PlanStatus  patch.ReadOnly `json:"planStatus"`
	Identity    patch.ReadOnly `json:"identity"`
	Documents   patch.ReadOnly `json:"documents"`
	Ownership   patch.ReadOnly `json:"ownership"`
	Created     patch.ReadOnly `json:"created"`
	LastUpdated patch.ReadOnly `json:"lastUpdated"`
}

// AddressInput is a postal address as sent.
type AddressInput struct {
	Street1    patch.Field[string] `json:"street1"` // 1 to 256; required
	Street2    patch.Field[string] `json:"street2"`
	City       patch.Field[string] `json:"city"`       // 1 to 256; required
	State      patch.Field[string] `json:"state"`      // 1 to 64; two letters in USA
	PostalCode patch.Field[string] `json:"postalCode"` // 1 to 16; NNNNN or NNNNN-NNNN in USA, A1A 1A1 in CAN
	Country    patch.Field[string] `json:"country"`    // ISO 3166-1 alpha-3 or alpha-2; required

	ReadOnlyStamps
	Status patch.ReadOnly `json:"status"`
}

// ContactInput is a contact as sent; nothing in it is required.
type ContactInput struct {
	FirstName   patch.Field[string]      `json:"firstName"` // 1 to 128
	LastName    patch.Field[string]      `json:"lastName"`  // 1 to 128
	Email       patch.Field[string]      `json:"email"`
	Phone       patch.Field[string]      `json:"phone"`       // 1 to 16 digits, with an optional +
	DateOfBirth patch.Field[secret.Text] `json:"dateOfBirth"` // YYYY-MM-DD or MM-DD-YYYY
	Facebook    patch.Field[string]      `json:"facebook"`    // 1 to 255
	Twitter     patch.Field[string]      `json:"twitter"`     // 1 to 255

	ReadOnlyStamps
}

// ReadOnlyStamps are the members that answers add to a nested object.
type ReadOnlyStamps struct {
	ID          patch.ReadOnly `json:"id"`
	Object      patch.ReadOnly `json:"object"`
	Created     patch.ReadOnly `json:"created"`
	LastUpdated patch.ReadOnly `json:"lastUpdated"`
}

// LegalEntityInput is a legal entity as sent.
type LegalEntityInput struct {
	EntityType            patch.Field[string]       `json:"entityType"` // ISP, LLC, CORP
	BusinessName          patch.Field[string]       `json:"businessName"`
	BusinessTaxID         patch.Field[secret.Text]  `json:"businessTaxId"`
	BusinessSalesVolume   patch.Field[patch.Number] `json:"businessSalesVolume"`
	BusinessAcceptedCards patch.Field[bool]         `json:"businessAcceptedCards"`
	YearsInBusiness       patch.Field[patch.Number] `json:"yearsInBusiness"`
	BusinessAddress       patch.Field[AddressInput] `json:"businessAddress"`
	PersonalTaxID         patch.Field[secret.Text]  `json:"personalTaxId"`
	PersonalAddress       patch.Field[AddressInput] `json:"personalAddress"`
	PersonalContact       patch.Field[ContactInput] `json:"personalContact"`
	StakePercent          patch.Field[patch.Number] `json:"stakePercent"`
	AdditionalOwners      patch.Field[[]OwnerInput] `json:"additionalOwners"`

	Object             patch.ReadOnly `json:"object"`
	Last4BusinessTaxID patch.ReadOnly `json:"last4BusinessTaxId"`
	Last4PersonalTaxID patch.ReadOnly `json:"last4PersonalTaxId"`
}

// OwnerInput is a further owner as sent. An id keeps that owner's sealed tax
// number and stamps when the list is replaced.
type OwnerInput struct {
	ID            patch.Field[string]        `json:"id"`
	StakePercent  patch.Field[patch.Number]  `json:"stakePercent"` // required
	Title         patch.Field[string]        `json:"title"`
	PersonalTaxID patch.Field[secret.Text]   `json:"personalTaxId"`
	Passport      patch.Field[PassportInput] `json:"passport"`
	Address       patch.Field[AddressInput]  `json:"address"`
	Contact       patch.Field[ContactInput]  `json:"contact"` // required
	// Attempt, when not zero, is the id that an idempotent attempt reserved.
	Attempt tenancy.ID `json:"-"`

	VerificationStatus patch.ReadOnly `json:"verificationStatus"`
	CustomerID         patch.ReadOnly `json:"customerId"`
	Object             patch.ReadOnly `json:"object"`
	Last4PersonalTaxID patch.ReadOnly `json:"last4PersonalTaxId"`
	Created            patch.ReadOnly `json:"created"`
	LastUpdated        patch.ReadOnly `json:"lastUpdated"`
}

// MerchantInput is a merchant as sent.
type MerchantInput struct {
	BusinessName         patch.Field[string]       `json:"businessName"`
	BusinessURL          patch.Field[string]       `json:"businessUrl"`
	BusinessLogo         patch.Field[string]       `json:"businessLogo"`
	SupportEmail         patch.Field[string]       `json:"supportEmail"`
	SupportPhone         patch.Field[string]       `json:"supportPhone"`
	SupportURL           patch.Field[string]       `json:"supportUrl"`
	ProductDescription   patch.Field[string]       `json:"productDescription"`
	StatementDescriptor  patch.Field[string]       `json:"statementDescriptor"`
	DefaultCurrency      patch.Field[string]       `json:"defaultCurrency"`
	MerchantCategoryCode patch.Field[string]       `json:"merchantCategoryCode"`
	Bank                 patch.Field[BankInput]    `json:"bank"` // starts micro-deposits
	BusinessAddress      patch.Field[AddressInput] `json:"businessAddress"`
	PersonalContact      patch.Field[ContactInput] `json:"personalContact"`

	Object patch.ReadOnly `json:"object"`
}

// BankInput is a bank account as sent. To change a bank, only Nickname, NameOnAccount,
// BillingAddress, ExternalID, IsDefault, IsApDefault, Status and Meta may be sent.
type BankInput struct {
	// Token is a single-use token made from a bank; instead of the account itself.
	Token             patch.Field[string]       `json:"token"`
	Nickname          patch.Field[string]       `json:"nickname"`
	NameOnAccount     patch.Field[string]       `json:"nameOnAccount"`
	AccountHolderType patch.Field[string]       `json:"accountHolderType"` // individual, company
	AccountType       patch.Field[string]       `json:"accountType"`       // checking, savings, generalLedger, loan
	BankName          patch.Field[string]       `json:"bankName"`
	RoutingNumber     patch.Field[string]       `json:"routingNumber"` // required
	AccountNumber     patch.Field[secret.Text]  `json:"accountNumber"` // required; 4 to 17 letters and digits
	Currency          patch.Field[string]       `json:"currency"`      // default USD
	Country           patch.Field[string]       `json:"country"`       // default USA
	IsDefault         patch.Field[bool]         `json:"isDefault"`
	IsApDefault       patch.Field[bool]         `json:"isApDefault"`
	BillingAddress    patch.Field[AddressInput] `json:"billingAddress"`
	ExternalID        patch.Field[string]       `json:"externalId"`
	Status            patch.Field[string]       `json:"status"` // change only: active, inactive
	Meta              patch.Field[patch.Raw]    `json:"meta"`
	// Reading is what reading the request found faulty, to be told together with what
	// the rules find; nil when nothing was.
	Reading error `json:"-"`
	// Unique refuses an account that the customer has as a usable bank already.
	Unique bool `json:"-"`
	// ID, when not zero, is the id that an idempotent attempt reserved for the bank.
	ID tenancy.ID `json:"-"`
	// Reason is why it changes, for the event; empty for none.
	Reason string `json:"-"`

	ReadOnlyStamps
	Last4       patch.ReadOnly `json:"last4"`
	Fingerprint patch.ReadOnly `json:"fingerprint"`
	Dropped     patch.ReadOnly `json:"dropped"`
	Verified    patch.ReadOnly `json:"verified"`
}
