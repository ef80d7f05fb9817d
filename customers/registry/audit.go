package registry

import (
	"context"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Audit writes an event that tells of no change into the log, before what it tells
// of is answered. It is delivered to nobody.
func (s *Registry) Audit(ctx context.Context, c *customers.Customer, event customers.Event) error {
	id, err := tenancy.NewID(s.Now(), s.random)
	if err != nil {
		return err
	}
	event.ID, event.At = id, s.Now()
	err = s.store.Relay(ctx, customers.Batch{Customer: c.Ref(), Path: c.Path, Events: []customers.Event{event}})
	return customers.StoreFault(err, "writing the audit trail of "+c.Ref().String())
}
