package customers

import (
	"time"

	"tenantry/tenancy"
)

func (a *Address) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &a.ID, &a.Created, &a.LastUpdated
}

func (c *Contact) Stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &c.ID, &c.Created, &c.LastUpdated
}
