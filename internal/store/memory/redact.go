package memory

import (
	"context"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Redact removes from a customer's logged events what they show of it.
func (s *Store) Redact(ctx context.Context, ref tenancy.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	for i := range s.log {
		if e := &s.log[i].event; !s.log[i].waits && e.Customer == ref && e.Type != customers.EventDeleted {
			e.Event = e.Redacted()
		}
	}
	return nil
}
