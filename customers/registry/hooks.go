package registry

import (
	"context"

	"tenantry/customers"
)

// hooks is the work that use cases add to every write.
type hooks struct {
	beforeRecord []func(*Draft)
	written      []func(ctx context.Context, before, after *customers.Customer)
	erased       []func(ctx context.Context, c *customers.Customer)
	events       []func(c *customers.Customer)
	contested    []func(ctx context.Context, holder *customers.Customer, key string) (gaveUp bool, err error)
}

// BeforeRecord adds work on each draft, before the event of its change is made.
func (s *Registry) BeforeRecord(work func(*Draft)) {
	s.hooks.beforeRecord = append(s.hooks.beforeRecord, work)
}

// OnWritten adds work that follows each change of a stored customer. It handles its own
// failures: the change was committed by then.
func (s *Registry) OnWritten(work func(ctx context.Context, before, after *customers.Customer)) {
	s.hooks.written = append(s.hooks.written, work)
}

// OnEvents adds work that follows each write after which events of the customer wait to be
// relayed: of a new customer, a change or an erasure.
func OnEvents(s *Registry, work func(c *customers.Customer)) {
	s.hooks.events = append(s.hooks.events, work)
}

// waiting does the work that follows a write.
func (h *hooks) waiting(c *customers.Customer) {
	if len(c.Outbox) == 0 {
		return
	}
	for _, hook := range h.events {
		hook(c)
	}
}

// OnContested adds work on a unique value that another customer asks for: it may make the
// holder give the value up, by a change of its record, and reports whether it did.
func OnContested(s *Registry, work func(ctx context.Context, holder *customers.Customer, key string) (gaveUp bool, err error)) {
	s.hooks.contested = append(s.hooks.contested, work)
}

// OnErased adds work that follows each erasure of a customer.
func (s *Registry) OnErased(work func(ctx context.Context, c *customers.Customer)) {
	s.hooks.erased = append(s.hooks.erased, work)
}
