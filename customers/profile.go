package customers

// HasBusinessProfile reports whether the customer has data of a business to review.
func (c *Customer) HasBusinessProfile() bool {
	l := c.LegalEntity
	return l != nil && (l.BusinessTaxID != nil || l.BusinessName != "" || len(l.Representatives) > 0)
}

// hasPersonalProfile reports whether the customer has data of a person to review.
func (c *Customer) hasPersonalProfile() bool {
	return (c.Contact != nil && c.Contact.DateOfBirth != nil) || (c.LegalEntity != nil && c.LegalEntity.PersonalTaxID != nil)
}

// HasProfile reports whether the customer has data that reviews of its party type look
// at.
func (c *Customer) HasProfile() bool {
	if c.EffectivePartyType() == PartyBusiness {
		return c.HasBusinessProfile()
	}
	return c.hasPersonalProfile()
}
