package mongo

import (
	"context"

	"tenantry/customers"
	"tenantry/tenancy"
)

// Redact implements store.Store. If it was interrupted, doing it again finishes it.
func (s *Store) Redact(ctx context.Context, ref tenancy.Ref) error {
	return s.do(ctx, "redacting events", func(ctx context.Context) error {
		_, err := s.events.UpdateMany(ctx, equal("tenant", object(ref.Tenant), "customer.id", object(ref.ID), "type", equal("$ne", customers.EventDeleted)),
			equal("$set", equal("whole", false), "$unset", equal("resource", "", "previous", "", "changes", "", "address", "", "userAgent", "")))
		return err
	})
}
