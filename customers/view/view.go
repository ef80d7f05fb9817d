package view

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/plans"
	"tenantry/settings"
)

// View is the native representation of a customer: what answers and events show.
// It holds no key, no password, no full account or tax number.
type View struct {
	ID       string              `json:"id"`
	Object   string              `json:"object"` // customer
	ParentID string              `json:"parentId,omitempty"`
	Kind     customers.PartyType `json:"kind,omitempty"` // of customers that are reviewed whatever their plan
	// Type is what an enrolled customer was enrolled as, Enrollment what only a business gives.
	Type            customers.EnrollmentType  `json:"type,omitempty"`
	Enrollment      *EnrollmentView           `json:"enrolment,omitempty"`
	Name            string                    `json:"name"`
	Email           string                    `json:"email"`
	PlanKey         string                    `json:"planKey"`
	PlanName        string                    `json:"planName"`
	Description     string                    `json:"description,omitempty"`
	MerchantKey     string                    `json:"merchantKey,omitempty"`
	VanityName      string                    `json:"vanityName,omitempty"`
	ExternalID      string                    `json:"externalId,omitempty"`
	Status          customers.Status          `json:"status"`
	PlanStatus      *plans.Status             `json:"planStatus,omitempty"`
	Keys            *KeysView                 `json:"keys,omitempty"` // in the answer that made them only
	User            *UserView                 `json:"user,omitempty"`
	Device          *DeviceView               `json:"device,omitempty"` // unmasked answers only
	Address         *AddressView              `json:"address,omitempty"`
	Contact         *ContactView              `json:"contact,omitempty"`
	DefaultBank     *BankView                 `json:"defaultBank,omitempty"`
	LegalEntity     *LegalEntityView          `json:"legalEntity,omitempty"`
	Merchant        *MerchantView             `json:"merchant,omitempty"`
	Settings        *settings.Settings        `json:"settings,omitempty"`
	DefaultSettings *settings.Settings        `json:"defaultSettings,omitempty"`
	Identity        *IdentityBrief            `json:"identity,omitempty"`
	Documents       []DocumentView            `json:"documents,omitempty"`
	Ownership       customers.OwnershipStatus `json:"ownership,omitempty"` // once it was certified
	Meta            json.RawMessage           `json:"meta,omitempty"`
	Created         Stamp                     `json:"created"`
	LastUpdated     Stamp                     `json:"lastUpdated"`
}

// KeysView shows a fresh pair, once.
type KeysView struct {
	Publishable string `json:"publishable"`
	Secret      string `json:"secret"`
}

// UserView shows a dashboard user.
type UserView struct {
	ID       string         `json:"id"`
	Object   string         `json:"object"` // user
	Username string         `json:"username"`
	Role     customers.Role `json:"role"`
	Status   string         `json:"status"` // active, disabled
	Created  Stamp          `json:"created"`
}

// AddressView shows an address.
type AddressView struct {
	ID          string `json:"id"`
	Object      string `json:"object"` // address
	Street1     string `json:"street1"`
	Street2     string `json:"street2,omitempty"`
	City        string `json:"city"`
	State       string `json:"state,omitempty"`
	PostalCode  string `json:"postalCode,omitempty"`
	Country     string `json:"country"`
	Status      string `json:"status"` // active
	Created     Stamp  `json:"created"`
	LastUpdated Stamp  `json:"lastUpdated"`
}

// ContactView shows a contact. The date of birth is left out of events.
type ContactView struct {
	ID          string `json:"id"`
	Object      string `json:"object"` // contact
	FirstName   string `json:"firstName,omitempty"`
	LastName    string `json:"lastName,omitempty"`
	Email       string `json:"email,omitempty"`
	Phone       string `json:"phone,omitempty"`
	DateOfBirth string `json:"dateOfBirth,omitempty"`
	Created     Stamp  `json:"created"`
	LastUpdated Stamp  `json:"lastUpdated"`
}

// LegalEntityView shows a legal entity, tax numbers as their last four digits.
type LegalEntityView struct {
	Object                string       `json:"object"` // legalEntity
	EntityType            string       `json:"entityType,omitempty"`
	BusinessName          string       `json:"businessName,omitempty"`
	BusinessTaxID         string       `json:"businessTaxId,omitempty"` // unmasked answers only
	Last4BusinessTaxID    string       `json:"last4BusinessTaxId,omitempty"`
	BusinessSalesVolume   string       `json:"businessSalesVolume,omitempty"`
	BusinessAcceptedCards *bool        `json:"businessAcceptedCards,omitempty"`
	YearsInBusiness       string       `json:"yearsInBusiness,omitempty"`
	PersonalTaxID         string       `json:"personalTaxId,omitempty"` // unmasked answers only
	Last4PersonalTaxID    string       `json:"last4PersonalTaxId,omitempty"`
	StakePercent          string       `json:"stakePercent,omitempty"`
	BusinessAddress       *AddressView `json:"businessAddress,omitempty"`
	PersonalAddress       *AddressView `json:"personalAddress,omitempty"`
	PersonalContact       *ContactView `json:"personalContact,omitempty"`
	AdditionalOwners      []OwnerView  `json:"additionalOwners,omitempty"`

	Representatives []RepresentativeView `json:"representatives,omitempty"`
}

// RepresentativeView shows a person who speaks for a business.
type RepresentativeView struct {
	Name  string `json:"name"`
	Email string `json:"email,omitempty"`
	Phone string `json:"phone,omitempty"`
}

// DeviceView shows what a customer signed up with.
type DeviceView struct {
	IPAddress string `json:"ipAddress"`
}

// OwnerView shows a further owner.
type OwnerView struct {
	ID                 string                      `json:"id"`
	Object             string                      `json:"object"`               // legalEntityAdditionalOwner
	CustomerID         string                      `json:"customerId,omitempty"` // of an owner shown by itself
	StakePercent       string                      `json:"stakePercent,omitempty"`
	Title              string                      `json:"title,omitempty"`
	PersonalTaxID      string                      `json:"personalTaxId,omitempty"` // unmasked answers only
	Last4PersonalTaxID string                      `json:"last4PersonalTaxId,omitempty"`
	Passport           *PassportView               `json:"passport,omitempty"`
	VerificationStatus customers.OwnerVerification `json:"verificationStatus"`
	Address            *AddressView                `json:"address,omitempty"`
	Contact            *ContactView                `json:"contact,omitempty"`
	Created            Stamp                       `json:"created"`
	LastUpdated        Stamp                       `json:"lastUpdated"`
}

// MerchantView shows a merchant.
type MerchantView struct {
	Object               string       `json:"object"` // merchant
	BusinessName         string       `json:"businessName,omitempty"`
	BusinessURL          string       `json:"businessUrl,omitempty"`
	BusinessLogo         string       `json:"businessLogo,omitempty"`
	SupportEmail         string       `json:"supportEmail,omitempty"`
	SupportPhone         string       `json:"supportPhone,omitempty"`
	SupportURL           string       `json:"supportUrl,omitempty"`
	ProductDescription   string       `json:"productDescription,omitempty"`
	StatementDescriptor  string       `json:"statementDescriptor,omitempty"`
	DefaultCurrency      string       `json:"defaultCurrency,omitempty"`
	MerchantCategoryCode string       `json:"merchantCategoryCode,omitempty"`
	Bank                 *BankBrief   `json:"bank,omitempty"`
	BusinessAddress      *AddressView `json:"businessAddress,omitempty"`
	PersonalContact      *ContactView `json:"personalContact,omitempty"`
}

// BankBrief names a bank of the same customer.
type BankBrief struct {
	ID     string `json:"id"`
	Object string `json:"object"` // bank
	Last4  string `json:"last4"`
}

// BankView shows a bank, its account number as the last four digits.
type BankView struct {
	ID                string          `json:"id"`
	Object            string          `json:"object"` // bank
	NameOnAccount     string          `json:"nameOnAccount,omitempty"`
	AccountHolderType string          `json:"accountHolderType,omitempty"`
	AccountType       string          `json:"accountType,omitempty"`
	BankName          string          `json:"bankName,omitempty"`
	RoutingNumber     string          `json:"routingNumber"`
	AccountNumber     string          `json:"accountNumber,omitempty"` // unmasked answers only
	Last4             string          `json:"last4"`
	Fingerprint       string          `json:"fingerprint,omitempty"` // none in a token
	Currency          string          `json:"currency"`
	Country           string          `json:"country"`
	IsDefault         bool            `json:"isDefault"`
	IsApDefault       bool            `json:"isApDefault"`
	BillingAddress    *AddressView    `json:"billingAddress,omitempty"`
	ExternalID        string          `json:"externalId,omitempty"`
	Dropped           bool            `json:"dropped"`
	Verified          bool            `json:"verified"`
	Status            string          `json:"status"` // active, inactive
	Meta              json.RawMessage `json:"meta,omitempty"`
	Created           Stamp           `json:"created"`
	LastUpdated       Stamp           `json:"lastUpdated"`
	// Kept tells that it can be found by its id alone: see Service.Instrument.
	Kept bool `json:"-"`
}

// CardView shows a card.
type CardView struct {
	ID              string          `json:"id"`
	Object          string          `json:"object"` // card
	NameOnCard      string          `json:"nameOnCard,omitempty"`
	Brand           string          `json:"brand"`
	Last4           string          `json:"last4"`
	ExpirationMonth int             `json:"expirationMonth"`
	ExpirationYear  int             `json:"expirationYear"`
	Fingerprint     string          `json:"fingerprint,omitempty"` // none in a token
	BillingAddress  *AddressView    `json:"billingAddress,omitempty"`
	IsDefault       bool            `json:"isDefault"`
	Status          string          `json:"status"` // active, inactive
	Meta            json.RawMessage `json:"meta,omitempty"`
	Created         Stamp           `json:"created"`
	LastUpdated     Stamp           `json:"lastUpdated"`
	// Kept tells that it can be found by its id alone: see Service.Instrument.
	Kept bool `json:"-"`
}

// IdentityBrief is the state of the identity review inside a customer.
type IdentityBrief struct {
	Status customers.IdentityStatus `json:"status"`
}

// IdentityView is the review itself.
type IdentityView struct {
	Object   string                   `json:"object"` // identity
	Status   customers.IdentityStatus `json:"status"`
	ReviewID string                   `json:"reviewId,omitempty"`
	Provider string                   `json:"provider,omitempty"`
	Reason   string                   `json:"reason,omitempty"`
	Messages map[string]string        `json:"messages,omitempty"`
	Trigger  customers.Trigger        `json:"trigger,omitempty"` // why the latest review ran
	// Processing is how reviews of this customer run, when it was said.
	Processing customers.Processing `json:"processing,omitempty"`
	// Report is what the provider found.
	Report    *customers.Report `json:"report,omitempty"`
	Decisions []DecisionView    `json:"decisions"`
	// NextAttempt is when the provider is asked (again) about a pending review.
	NextAttempt *Stamp `json:"nextAttempt,omitempty"`
	Started     *Stamp `json:"started,omitempty"`
	Updated     *Stamp `json:"updated,omitempty"`
}

// DecisionView shows one judgement.
type DecisionView struct {
	ReviewID string                   `json:"reviewId,omitempty"` // absent where a review was skipped
	Status   customers.IdentityStatus `json:"status"`
	At       Stamp                    `json:"at"`
	Provider string                   `json:"provider,omitempty"`
	ActorID  string                   `json:"actorId,omitempty"`
	Reason   string                   `json:"reason,omitempty"`
}

// KeyView shows a credential in a list: never the key.
type KeyView struct {
	ID       string   `json:"id"`     // key_<number>
	Object   string   `json:"object"` // key
	Type     string   `json:"type"`   // pair, restricted
	Name     string   `json:"name,omitempty"`
	Mode     string   `json:"mode"` // live, test
	Scopes   []string `json:"scopes"`
	Hint     string   `json:"hint"`   // last four characters of the secret half
	Status   string   `json:"status"` // active, expired, revoked
	Created  Stamp    `json:"created"`
	Expires  *Stamp   `json:"expires,omitempty"`
	Revoked  *Stamp   `json:"revoked,omitempty"`
	LastUsed *Stamp   `json:"lastUsed,omitempty"` // approximate
}
