package rows

import (
	"tenantry/customers"
	"tenantry/tenancy"
)

// PartIDs returns the ids of a customer's banks, which are found by their ids alone too, and
// what SubresourceIDs returns.
func PartIDs(c *customers.Customer) []tenancy.ID {
	var ids []tenancy.ID
	for i := range c.Banks {
		ids = append(ids, c.Banks[i].ID)
	}
	return append(ids, c.SubresourceIDs()...)
}
