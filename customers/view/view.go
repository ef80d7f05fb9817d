package view

import (
	"encoding/json"

	"tenantry/customers"
	"tenantry/plans"
	"tenantry/settings"
)

// View is the native representation of a customer, in answers and in events. It holds no
// key, no password, and, unless unmasked, no full account or tax number.
type View struct {
	ID       string              `json:"id"`
	Object   string              `json:"object"` // customer
	ParentID string              `json:"parentId,omitempty"`
	Kind     customers.PartyType `json:"kind,omitempty"` // of customers that are reviewed whatever their plan
	// Type is what an enrolled customer was enrolled as; Enrollment is there for a business.
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
	Username        string                    `json:"username,omitempty"` // of User, as it was sent
	Device          *DeviceView               `json:"device,omitempty"`   // unmasked answers only
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
	// ChildCount is the number of its children, in rows of lists only; with
	// ChildCountIsLowerBound there may be more.
	ChildCount             *int64 `json:"childCount,omitempty"`
	ChildCountIsLowerBound bool   `json:"childCountIsLowerBound,omitempty"`
	Created                Stamp  `json:"created"`
	LastUpdated            Stamp  `json:"lastUpdated"`
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
	Facebook    string `json:"facebook,omitempty"`
	Twitter     string `json:"twitter,omitempty"`
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

// DeviceView shows the device that a customer signed up with.
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

// PassportView shows a passport, its number as the last characters.
type PassportView struct {
	Number  string `json:"number,omitempty"` // unmasked answers only
	Last4   string `json:"last4,omitempty"`
	Country string `json:"country"`
}
