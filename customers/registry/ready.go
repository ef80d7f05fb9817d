package registry

import (
	"context"

	"tenantry/customers"
)

// Ready tells whether the service can serve: its store answers.
func (s *Registry) Ready(ctx context.Context) error {
	return customers.StoreFault(s.store.Ping(ctx), "asking the store")
}
