package registry

import (
	"context"

	"tenantry/customers"
)

// hooks are what use cases do whenever a record is written.
type hooks struct {
	beforeRecord []func(*Draft)
	written      []func(ctx context.Context, before, after *customers.Customer)
	erased       []func(ctx context.Context, c *customers.Customer)
}

// BeforeRecord adds work on each draft, before the event of its change is made.
func (s *Registry) BeforeRecord(work func(*Draft)) {
	s.hooks.beforeRecord = append(s.hooks.beforeRecord, work)
}

// OnWritten adds work that follows each change of a stored customer. Its failures are
// its own: the change was acknowledged by then.
func (s *Registry) OnWritten(work func(ctx context.Context, before, after *customers.Customer)) {
	s.hooks.written = append(s.hooks.written, work)
}

// OnErased adds work that follows each erasure of a customer.
func (s *Registry) OnErased(work func(ctx context.Context, c *customers.Customer)) {
	s.hooks.erased = append(s.hooks.erased, work)
}
