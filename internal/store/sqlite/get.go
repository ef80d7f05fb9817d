package sqlite

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Get implements store.Store.
func (s *Store) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	c, err := s.living(ctx, ref.ID)
	if err != nil {
		return nil, err
	}
	if c.Tenant != ref.Tenant {
		return nil, rows.ErrNotFound
	}
	return c, nil
}

// GetTogether implements store.Store. It brings nothing along: a read by id costs little.
func (s *Store) GetTogether(ctx context.Context, ref tenancy.Ref, _ []tenancy.ID) (*customers.Customer, []*customers.Customer, error) {
	c, err := s.Get(ctx, ref)
	return c, nil, err
}

// GetAnywhere implements store.Store.
func (s *Store) GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	return s.living(ctx, id)
}

// Tombstone implements store.Store. It reads the file: few are ever asked for.
func (s *Store) Tombstone(ctx context.Context, ref tenancy.Ref) (found *customers.Customer, err error) {
	err = s.read(ctx, "reading a tombstone", func(c *conn) error {
		r, err := load(c, ref.ID)
		found = r.customer
		return err
	})
	if err == nil && (found == nil || found.Deleted == nil || (found.Tenant != ref.Tenant && !ref.Tenant.IsZero())) {
		return nil, rows.ErrNotFound
	}
	return found, err
}

const selectRoot = `SELECT id FROM customers WHERE parent IS NULL AND living = 1`

// Root implements store.Store.
func (s *Store) Root(ctx context.Context) (*customers.Customer, error) {
	if known := s.root.Load(); known != nil {
		return s.living(ctx, *known)
	}
	ids, err := s.ids(ctx, "looking for the operator", selectRoot)
	if err != nil {
		return nil, err
	}
	if len(ids) == 0 {
		return nil, rows.ErrNotFound
	}
	c, err := s.living(ctx, ids[0])
	if err == nil {
		s.root.Store(&c.ID)
	}
	return c, err
}

// living returns the customer of an id from the cache or the file, or ErrNotFound. A read
// by id is too short to be worth watching the context meanwhile.
func (s *Store) living(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	const doing = "reading a customer"
	if err := s.serves(ctx); err != nil {
		return nil, failed(doing, err)
	}
	if c, ok := s.cache.get(id); ok {
		return c, nil
	}
	reading, err := s.readers.take(ctx)
	if err != nil {
		return nil, failed(doing, err)
	}
	mark := s.cache.mark()
	found, err := load(reading, id)
	s.readers.put(reading)
	if err != nil {
		return nil, s.failed(doing, err)
	}
	if found.customer == nil || found.customer.Deleted != nil {
		return nil, rows.ErrNotFound
	}
	s.cache.fill(mark, found)
	return found.customer, nil
}
