package customers

import "tenantry/tenancy"

// SubresourceIDs are the ids by which parts of the customer are found: of its further
// owners and its documents. Stores keep an index over them.
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
