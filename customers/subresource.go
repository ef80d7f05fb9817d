package customers

import "tenantry/tenancy"

// SubresourceIDs returns the ids of the further owners and documents of the customer, by
// which it can be found too. Stores keep an index over them.
func (c *Customer) SubresourceIDs() []tenancy.ID {
	var ids []tenancy.ID
	if c.LegalEntity != nil {
		for i := range c.LegalEntity.AdditionalOwners {
			ids = append(ids, c.LegalEntity.AdditionalOwners[i].ID)
		}
	}
	for i := range c.Documents {
		ids = append(ids, c.Documents[i].ID)
	}
	return ids
}
