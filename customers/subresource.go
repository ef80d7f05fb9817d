package customers

import (
	"slices"

	"tenantry/tenancy"
)

// SubresourceIDs returns the ids of the further owners and documents of the customer, of
// owners that a remembered attempt removed, and those of the credentials that made its keys,
// users and webhooks, by which it can be found too.
// Stores keep an index over them.
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
	for i := range c.Attempts {
		if !c.Attempts[i].Part.IsZero() {
			ids = append(ids, c.Attempts[i].Part)
		}
	}
	makers := len(ids)
	add := func(maker tenancy.ID) {
		if !maker.IsZero() && !slices.Contains(ids[makers:], maker) {
			ids = append(ids, maker)
		}
	}
	for i := range c.Keys {
		add(c.Keys[i].CreatedBy)
	}
	for i := range c.Users {
		add(c.Users[i].CreatedBy)
	}
	for i := range c.Webhooks {
		add(c.Webhooks[i].CreatedBy)
	}
	return ids
}
