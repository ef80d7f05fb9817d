package memory

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/tenancy"
)

// Get reads one living customer. It returns rows.ErrNotFound.
func (s *Store) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	return found(s.living(ref))
}

// GetAll reads those of the living customers that are named.
func (s *Store) GetAll(ctx context.Context, refs []tenancy.Ref) (list []*customers.Customer, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	for _, ref := range refs {
		if c := s.living(ref); c != nil {
			list = append(list, c)
		}
	}
	return list, nil
}

// GetTogether implements store.Store. It brings nothing along: a read by id costs little.
func (s *Store) GetTogether(ctx context.Context, ref tenancy.Ref, _ []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	c, err := s.Get(ctx, ref)
	return c, nil, err
}

// GetAnywhere reads one living customer of any tenant. It returns rows.ErrNotFound.
func (s *Store) GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	c := s.records[id]
	if c == nil {
		return nil, rows.ErrNotFound
	}
	return found(s.living(c.Ref()))
}

// Shown makes what shows one living customer. It returns rows.ErrNotFound.
func (s *Store) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	return show.Read(ctx, s, ref)
}

// Tombstone reads what an erasure left. It returns rows.ErrNotFound.
func (s *Store) Tombstone(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	c := s.records[ref.ID]
	if c == nil || c.Deleted == nil || (c.Tenant != ref.Tenant && !ref.Tenant.IsZero()) {
		return nil, rows.ErrNotFound
	}
	return c, nil
}

// FirstInactive returns the status of the first of ids that names a living customer of
// the tenant which is not active.
func (s *Store) FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (customers.Status, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return "", err
	}
	for _, id := range ids {
		if c := s.living(tenancy.Ref{Tenant: tenant, ID: id}); c != nil && c.Status != customers.StatusActive {
			return c.Status, nil
		}
	}
	return customers.StatusActive, nil
}

// Root reads the operator. It returns rows.ErrNotFound on an empty store.
func (s *Store) Root(ctx context.Context) (*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	return found(s.root())
}

// root returns the operator or nil. The mutex is held.
func (s *Store) root() *customers.Customer {
	for _, c := range s.records {
		if c.Parent.IsZero() && c.Deleted == nil {
			return c
		}
	}
	return nil
}

func found(c *customers.Customer) (*customers.Customer, error) {
	if c == nil {
		return nil, rows.ErrNotFound
	}
	return c, nil
}
