package customers

// IsBusiness tells whether the customer shows itself as a business.
func (c *Customer) IsBusiness() bool {
	return c.EffectivePartyType() == PartyBusiness || (c.LegalEntity != nil && c.LegalEntity.BusinessName != "")
}
