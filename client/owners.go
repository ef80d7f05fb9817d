package client

import (
	"context"
	"net/http"
	"time"
)

// OwnersService manages the further owners of a business and their certification.
type OwnersService struct{ c *Client }

// List returns the owners beside the primary one, their tax numbers masked.
func (s *OwnersService) List(ctx context.Context, customer string, options ...CallOption) ([]Owner, error) {
	return all[Owner](ctx, s.c, path("customers", customer, "owners"), options)
}

// Create adds a further owner. First and last name, date of birth, address, and a tax number
// (nine digits, or the last four) or a passport are required.
func (s *OwnersService) Create(ctx context.Context, customer string, input OwnerInput, options ...CallOption) (*Owner, error) {
	return call[Owner](ctx, s.c, http.MethodPost, path("customers", customer, "owners"), input, options)
}

// Get returns a further owner.
func (s *OwnersService) Get(ctx context.Context, customer, owner string, options ...CallOption) (*Owner, error) {
	return call[Owner](ctx, s.c, http.MethodGet, path("customers", customer, "owners", owner), nil, options)
}

// Update changes a further owner; what is sent is merged. The identity of an owner can only be
// changed while its verification is incomplete.
func (s *OwnersService) Update(ctx context.Context, customer, owner string, input OwnerInput, options ...CallOption) (*Owner, error) {
	return call[Owner](ctx, s.c, http.MethodPut, path("customers", customer, "owners", owner), input, options)
}

// Delete removes an owner and the documents about it.
func (s *OwnersService) Delete(ctx context.Context, customer, owner string, options ...CallOption) error {
	return run(ctx, s.c, http.MethodDelete, path("customers", customer, "owners", owner), nil, options)
}

// Ownership returns whether the owners were certified to be all there are, and whether they
// changed since.
func (s *OwnersService) Ownership(ctx context.Context, customer string, options ...CallOption) (*Ownership, error) {
	return call[Ownership](ctx, s.c, http.MethodGet, path("customers", customer, "ownership"), nil, options)
}

// Certify certifies that the list of owners is complete and correct.
func (s *OwnersService) Certify(ctx context.Context, customer string, input OwnershipInput, options ...CallOption) (*Ownership, error) {
	return call[Ownership](ctx, s.c, http.MethodPost, path("customers", customer, "ownership"), input, options)
}

// OwnerVerification is the verification of an owner's identity. It may grow.
type OwnerVerification string

// The values of OwnerVerification.
const (
	OwnerVerified   OwnerVerification = "verified"
	OwnerDocument   OwnerVerification = "document"
	OwnerIncomplete OwnerVerification = "incomplete"
)

// Owner is a further owner of a legal entity.
type Owner struct {
	ID     string `json:"id"`
	Object string `json:"object"`
	// The customer of the owner; present where the owner is shown by itself.
	CustomerID         string            `json:"customerId,omitzero"`
	VerificationStatus OwnerVerification `json:"verificationStatus"`
	Passport           *Passport         `json:"passport,omitzero"`
	StakePercent       string            `json:"stakePercent,omitzero"`
	Title              string            `json:"title,omitzero"`
	// In unmasked answers only.
	PersonalTaxID      Secret    `json:"personalTaxId,omitzero"`
	Last4PersonalTaxID string    `json:"last4PersonalTaxId,omitzero"`
	Address            *Address  `json:"address,omitzero"`
	Contact            *Contact  `json:"contact,omitzero"`
	Created            time.Time `json:"created"`
	LastUpdated        time.Time `json:"lastUpdated"`
}

// Passport is a passport, its number masked unless it was read in full.
type Passport struct {
	// In unmasked answers only.
	Number  Secret `json:"number,omitzero"`
	Last4   string `json:"last4,omitzero"`
	Country string `json:"country"`
}

// OwnerInput is a further owner as sent. With the ID of an existing owner, what is absent
// stays as it is.
type OwnerInput struct {
	// The owner to change; absent for a new one.
	ID string `json:"id,omitzero"`
	// Percent, with at most two decimals; required in legalEntity.additionalOwners.
	StakePercent string `json:"stakePercent,omitzero"`
	// 1 to 256 characters.
	Title Optional[string] `json:"title,omitzero"`
	// Nine digits in USA, elsewhere A-Z, digits and . / &; spaces and hyphens are ignored.
	// Kept encrypted and shown as its last four digits. A string, so that leading zeros are
	// kept.
	PersonalTaxID Optional[Secret] `json:"personalTaxId,omitzero"`
	// Instead of a tax number; replaced as a whole. The number is kept encrypted.
	Passport Optional[PassportInput] `json:"passport,omitzero"`
	// Replaced as a whole in legalEntity.additionalOwners.
	Address Optional[AddressInput] `json:"address,omitzero"`
	// Required.
	Contact *ContactInput `json:"contact,omitzero"`
}

// PassportInput is a passport as sent.
type PassportInput struct {
	// 1 to 255 characters.
	Number Secret `json:"number"`
	// 1 to 64 characters.
	Country string `json:"country"`
}

// Ownership is the certification of the owners.
type Ownership struct {
	Object string `json:"object"`
	// recertify means that the owners changed after they were certified; people and sole
	// proprietors are exempt. One of uncertified, certified, recertify and exempt.
	Status string `json:"status"`
}

// OwnershipInput certifies the owners.
type OwnershipInput struct {
	Status string `json:"status"`
}
