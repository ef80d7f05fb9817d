package customers

import (
	"time"

	"tenantry/tenancy"
)

// Owner is a further owner of a legal entity.
type Owner struct {
	ID            tenancy.ID `bson:"id"`
	StakePercent  string     `bson:"stakePercent"` // empty where it was not said
	Title         string     `bson:"title,omitempty"`
	PersonalTaxID *Sealed    `bson:"personalTaxId,omitempty"`
	Passport      *Passport  `bson:"passport,omitempty"`
	// Verification is empty for owners that were stored before owners were judged.
	Verification OwnerVerification `bson:"verification,omitempty"`
	Address      *Address          `bson:"address,omitempty"`
	Contact      *Contact          `bson:"contact,omitempty"`
	Created      time.Time         `bson:"created"`
	LastUpdated  time.Time         `bson:"lastUpdated"`
}

// Owner returns the further owner with an id, or nil.
func (c *Customer) Owner(id tenancy.ID) *Owner {
	if c.LegalEntity == nil {
		return nil
	}
	for i := range c.LegalEntity.AdditionalOwners {
		if c.LegalEntity.AdditionalOwners[i].ID == id {
			return &c.LegalEntity.AdditionalOwners[i]
		}
	}
	return nil
}

// Complete reports whether the owner has all the data that a judgment takes.
func (o *Owner) Complete() bool {
	return o.Contact != nil && o.Contact.FirstName != "" && o.Contact.LastName != "" && o.Contact.DateOfBirth != nil &&
		o.Address != nil && (o.PersonalTaxID != nil || o.Passport != nil)
}

// Status returns the verification of the owner, which is incomplete until it was judged.
func (o *Owner) Status() OwnerVerification {
	if o.Verification == "" {
		return OwnerIncomplete
	}
	return o.Verification
}

// AwaitsDocument reports whether the verification of the owner asks for documents.
func (o *Owner) AwaitsDocument() bool { return o.Verification == OwnerDocument }

// OwnerVerification says how far the identity of an owner was confirmed (Dwolla API
// reference, beneficial owners).
type OwnerVerification string

// The verifications of owners.
const (
	OwnerVerified OwnerVerification = "verified"
	// OwnerDocument asks for a document of the owner.
	OwnerDocument OwnerVerification = "document"
	// OwnerIncomplete asks for data that are missing or do not fit together.
	OwnerIncomplete OwnerVerification = "incomplete"
)

// Passport identifies a person without a US tax number. The country is as in the address
// beside it: ISO 3166-1 alpha-3 of an owner, alpha-2 of a controller.
type Passport struct {
	Number  *Sealed `bson:"number"`
	Country string  `bson:"country"`
}

// OwnershipStatus says whether the list of owners was certified as complete and correct
// (Dwolla API reference, beneficial ownership).
type OwnershipStatus string

// The statuses of ownership.
const (
	OwnershipUncertified OwnershipStatus = "uncertified"
	OwnershipCertified   OwnershipStatus = "certified"
	// OwnershipRecertify is certified before the owners changed.
	OwnershipRecertify OwnershipStatus = "recertify"
	// OwnershipExempt is for people and sole proprietors: they own themselves.
	OwnershipExempt OwnershipStatus = "exempt"
)

// OwnershipStatus returns the certification of the customer's owners.
func (c *Customer) OwnershipStatus() OwnershipStatus {
	switch {
	case !c.HasOwners():
		return OwnershipExempt
	case c.Ownership == "":
		return OwnershipUncertified
	default:
		return c.Ownership
	}
}

// HasOwners reports whether the customer can have owners beside itself: it is a
// business, but no sole proprietorship.
func (c *Customer) HasOwners() bool {
	return c.LegalEntity != nil && c.IsBusiness() && c.LegalEntity.EntityType != EntityISP
}
