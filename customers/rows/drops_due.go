package rows

import (
	"time"

	"tenantry/customers"
)

// DropsDue returns since when the oldest of a customer's micro-deposits waits that the
// operator has yet to send, or nil when none does.
func DropsDue(c *customers.Customer) (since *time.Time) {
	if c.Deleted != nil {
		return nil
	}
	for i := range c.Banks {
		bank := &c.Banks[i]
		if bank.AwaitsDrops() && (since == nil || bank.Drops.Started.Before(*since)) {
			since = &bank.Drops.Started
		}
	}
	return since
}
