package rules

import (
	"tenantry/customers/fields"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// CustomerInput is what a dialect sends to enrol a customer or to change one (Dwolla
// API reference, customers). It is flat as the vendor's, and its rules are the
// vendor's; beside each member stands where it is kept, which is the path of its
// faults. An absent member stays on a change; null and the empty text clear what
// may be cleared.
type CustomerInput struct {
	// Reading is what reading the request found faulty, to be told together with what
	// the rules find; nil when nothing was.
	Reading error

	Type                   patch.Field[string]          // type: unverified (absent), receiveOnly, personal, business
	FirstName              patch.Field[string]          // contact.firstName: 1 to 50 characters
	LastName               patch.Field[string]          // contact.lastName: 1 to 50 characters
	Email                  patch.Field[string]          // email
	IPAddress              patch.Field[secret.Text]     // device.ipAddress; never shown
	BusinessName           patch.Field[string]          // legalEntity.businessName: at most 255 characters
	DoingBusinessAs        patch.Field[string]          // merchant.businessName: at most 255 characters
	Website                patch.Field[string]          // merchant.businessUrl
	ExternalID             patch.Field[string]          // externalId: at most 255 of A-Z a-z 0-9 - . _
	Street1                patch.Field[string]          // address.street1: at most 50 characters, not those of names, no post office box
	Street2                patch.Field[string]          // address.street2
	City                   patch.Field[string]          // address.city
	State                  patch.Field[string]          // address.state: of the US
	PostalCode             patch.Field[string]          // address.postalCode: NNNNN or NNNNN-NNNN
	Phone                  patch.Field[string]          // contact.phone: ten digits
	DateOfBirth            patch.Field[secret.Text]     // contact.dateOfBirth: YYYY-MM-DD, age 18 to 125
	SSN                    patch.Field[secret.Text]     // legalEntity.personalTaxId: nine digits, or the last four
	EIN                    patch.Field[secret.Text]     // legalEntity.businessTaxId: nine digits
	TIN                    patch.Field[secret.Text]     // EIN of a business, SSN of a person, where those are absent
	BusinessType           patch.Field[string]          // businessType: a legal form
	BusinessClassification patch.Field[string]          // businessClassification: 1 to 64 characters
	Controller             patch.Field[ControllerInput] // controller
}

// ControllerInput is a controller as sent; it is replaced as a whole. It has a
// Social Security number or a passport.
type ControllerInput struct {
	Title         patch.Field[string]                 `json:"title"` // at most 100 characters; required
	FirstName     patch.Field[string]                 `json:"firstName"`
	LastName      patch.Field[string]                 `json:"lastName"`
	DateOfBirth   patch.Field[secret.Text]            `json:"dateOfBirth"`
	PersonalTaxID patch.Field[secret.Text]            `json:"personalTaxId"`
	Passport      patch.Field[fields.PassportInput]   `json:"passport"`
	Address       patch.Field[ControllerAddressInput] `json:"address"`
}

// ControllerAddressInput is the address of a controller as sent. In the US it is held
// against the same rules as the customer's own.
type ControllerAddressInput struct {
	Street1    patch.Field[string] `json:"street1"`
	Street2    patch.Field[string] `json:"street2"`
	Street3    patch.Field[string] `json:"street3"`
	City       patch.Field[string] `json:"city"`
	State      patch.Field[string] `json:"state"`      // or province or region
	PostalCode patch.Field[string] `json:"postalCode"` // required in the US
	Country    patch.Field[string] `json:"country"`    // alpha-2
}

// CreateInput enrols a child of the caller's subject.
type CreateInput struct {
	CustomerInput
	// PlanKey is the plan of the new customer.
	PlanKey string
	// ID, when not zero, is the id that was reserved by an idempotent attempt.
	ID tenancy.ID
}

// UpdateInput changes a customer by the rules of CustomerInput: its data, its type,
// or its status, which goes with nothing else. What was sent as the customer is shown is
// no change, and not there.
type UpdateInput struct {
	CustomerInput
	CustomerID string
	// Whole is all that was sent, which a second review looks at.
	Whole CustomerInput
	// Status is deactivated, reactivated or suspended.
	Status patch.Field[string]
}
