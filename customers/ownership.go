package customers

// OwnershipStatus says whether somebody stood for the list of owners being whole
// and right (Dwolla API reference, beneficial ownership).
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

// OwnershipStatus gives the certification of the customer's owners.
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

// HasOwners tells whether the customer can have owners beside itself: a business that
// is no sole proprietorship.
func (c *Customer) HasOwners() bool {
	return c.LegalEntity != nil && c.IsBusiness() && c.LegalEntity.EntityType != EntityISP
}
