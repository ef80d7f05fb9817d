package rules

import (
	"tenantry/customers"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// CustomerInput is a customer as flat dialects send it (Balanced API, customers): one
// level of optional members, little of which has a form. Absent members stay, null
// clears, and address and meta are replaced as a whole. Faults name the fields in the
// words of the native API.
type CustomerInput struct {
	Name         patch.Field[string]
	Email        patch.Field[string] // an address such as name@example.com
	Phone        patch.Field[string] // kept as given, up to 64 characters
	BusinessName patch.Field[string]
	BusinessTax  patch.Field[string]      // an EIN in any form, up to 32 characters
	DateOfBirth  patch.Field[secret.Text] // YYYY-MM or YYYY-MM-DD
	TaxLast4     patch.Field[secret.Text] // the last four digits of an SSN
	Facebook     patch.Field[string]
	Twitter      patch.Field[string]
	// Address holds line1, line2, city, state, postal_code, country_code and whatever
	// else was given; none of them is required.
	Address patch.Field[map[string]string]
	// Meta is a JSON object of texts.
	Meta patch.Field[patch.Raw]
}

// CreateInput creates a child of the caller's subject.
type CreateInput struct {
	CustomerInput
	// PlanKey is what its dialect is configured to give.
	PlanKey string
	Attachments
}

// UpdateInput changes a customer.
type UpdateInput struct {
	CustomerInput
	CustomerID string
	// Changes returns what of the input differs from the stored record as it is shown,
	// because what comes back as it was shown is no change; nil for all of it.
	Changes func(stored *customers.Customer) (CustomerInput, error)
	Attachments
}

// against returns what of the input is a change of the stored record.
func (in UpdateInput) against(stored *customers.Customer) (CustomerInput, error) {
	if in.Changes == nil {
		return in.CustomerInput, nil
	}
	return in.Changes(stored)
}

// Customer is a customer as flat dialects show it.
type Customer struct {
	ID           tenancy.ID
	Created      view.Stamp
	Name         string
	Email        string
	Phone        string
	BusinessName string
	// BusinessTax is the EIN in full: a number that businesses publish. That of a sole
	// proprietor may be an SSN, and shows as x and its last four digits.
	BusinessTax string
	// BirthMonth is the month of the date of birth, as YYYY-MM.
	BirthMonth string
	// HasTaxID reports whether the record has an SSN, or the last four digits of one.
	HasTaxID          bool
	Facebook, Twitter string
	Address           map[string]string
	Meta              patch.Raw
	// Business reports whether it is a business, with legal name and EIN, and no person.
	Business bool
	Verified bool
	// Source is what the customer is debited by, Destination where it is credited.
	Source, Destination *InstrumentName
}

// InstrumentName names a card or a bank of one customer.
type InstrumentName struct {
	ID   tenancy.ID
	Bank bool
}

// Limits of a profile (Balanced API, customers, and what its clients send).
const (
	maxProfileName  = 255
	maxProfileText  = 255
	maxProfilePhone = 64
	maxProfileTax   = 32
	maxCountryCode  = 3
	maxAddressOther = 16
)
