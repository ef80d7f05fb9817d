package sqlite

import (
	"context"
	"database/sql/driver"
	"sync"

	"tenantry/customers"
	"tenantry/tenancy"
)

// inactive is the schema step of the index that the customers which are not active are
// loaded from at the start.
var inactive = []string{
	`CREATE INDEX customers_inactive ON customers (id, tenant, status) WHERE status <> 'active' AND living = 1`,
}

const selectInactive = `SELECT id, tenant, status FROM customers INDEXED BY customers_inactive WHERE status <> 'active' AND living = 1`

// switches knows every living customer that is not active. The writer brings it up to
// date with what it committed before it answers, so it is never behind a write that was
// acknowledged, and asking it reads nothing.
type switches struct {
	mu  sync.RWMutex
	off map[tenancy.Ref]customers.Status
}

// loadSwitches reads the customers that are not active through an index of them alone.
func loadSwitches(ctx context.Context, c *conn) (*switches, error) {
	s := &switches{off: make(map[tenancy.Ref]customers.Status)}
	err := c.query(ctx, selectInactive, func(v []driver.Value) error {
		id, _ := v[0].([]byte)
		tenant, _ := v[1].([]byte)
		status, _ := v[2].(string)
		s.off[tenancy.Ref{Tenant: tenancy.ID(tenant), ID: tenancy.ID(id)}] = customers.Status(status)
		return nil
	})
	return s, failed("loading the customers that are not active", err)
}

// publish notes what was committed.
func (s *switches) publish(written map[tenancy.ID]record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range written {
		switch c := r.customer; {
		case c == nil:
		case c.Deleted != nil || c.Status == customers.StatusActive:
			delete(s.off, c.Ref())
		default:
			s.off[c.Ref()] = c.Status
		}
	}
}

// first returns the status of the first of ids that is switched off within the tenant.
func (s *switches) first(tenant tenancy.ID, ids []tenancy.ID) customers.Status {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.off) > 0 {
		for _, id := range ids {
			if status, off := s.off[tenancy.Ref{Tenant: tenant, ID: id}]; off {
				return status
			}
		}
	}
	return customers.StatusActive
}

// FirstInactive implements store.Store.
func (s *Store) FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (customers.Status, error) {
	if err := s.serves(ctx); err != nil {
		return "", failed("asking who is switched off", err)
	}
	return s.switches.first(tenant, ids), nil
}
