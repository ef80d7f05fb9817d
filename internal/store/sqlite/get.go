package sqlite

import (
	"bytes"
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
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

// GetAll implements store.Store: each comes from the cache, or costs a short read.
func (s *Store) GetAll(ctx context.Context, refs []tenancy.Ref) (list []*customers.Customer, err error) {
	for _, ref := range refs {
		c, err := s.Get(ctx, ref)
		if errors.Is(err, rows.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		list = append(list, c)
	}
	return list, nil
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

// living returns the customer of an id from the cache or the file, or ErrNotFound.
func (s *Store) living(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	if err := s.serves(ctx); err != nil {
		return nil, failed(readingCustomer, err)
	}
	mark := s.cache.mark()
	found, err := s.find(ctx, id)
	if err != nil {
		return nil, err
	}
	if !found.kept {
		s.cache.fill(mark, found.record)
	}
	return found.customer, nil
}

const readingCustomer = "reading a customer"

// Shown implements store.Store. What it keeps takes a fraction of the decoded record, which
// it does not keep.
func (s *Store) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	if err := s.serves(ctx); err != nil {
		return shown.Answer{}, failed(readingCustomer, err)
	}
	// Before all reads, so that nothing is kept of a record that a write replaced meanwhile.
	mark := s.cache.mark()
	made, ok := s.cache.shown(ref.ID, show)
	if !ok {
		found, err := s.find(ctx, ref.ID)
		if err != nil {
			return shown.Answer{}, err
		}
		// Before anything is made of it: not even a fault may tell of another tenant's record.
		if found.customer.Tenant != ref.Tenant && !ref.Tenant.IsZero() {
			return shown.Answer{}, rows.ErrNotFound
		}
		if made, err = s.makeShown(mark, found, show); err != nil {
			return shown.Answer{}, err
		}
	}
	if made.Customer.Tenant != ref.Tenant && !ref.Tenant.IsZero() {
		return shown.Answer{}, rows.ErrNotFound
	}
	return made, nil
}

// makeShown makes what shows a customer, and keeps it.
func (s *Store) makeShown(mark uint64, found foundRecord, show shown.Show) (shown.Answer, error) {
	made, err := show.Of(found.customer)
	if err != nil {
		return shown.Answer{}, err
	}
	made.Body = bytes.Clone(made.Body) // of no more than it needs
	s.cache.keep(mark, cached{id: found.customer.ID, shown: true}, record{shown: keep(made, show, found.customer)})
	return made, nil
}

// foundRecord is a record that was found; kept reports that it came from the cache.
type foundRecord struct {
	record
	kept bool
}

// find reads the customer of an id from the cache or the file, or returns ErrNotFound. A read
// by id is too short to be worth watching the context meanwhile.
func (s *Store) find(ctx context.Context, id tenancy.ID) (foundRecord, error) {
	if c, ok := s.cache.get(id); ok {
		return foundRecord{record{customer: c}, true}, nil
	}
	reading, err := s.readers.take(ctx)
	if err != nil {
		return foundRecord{}, failed(readingCustomer, err)
	}
	found, err := load(reading, id)
	s.readers.put(reading)
	if err != nil {
		return foundRecord{}, s.failed(readingCustomer, err)
	}
	if found.customer == nil || found.customer.Deleted != nil {
		return foundRecord{}, rows.ErrNotFound
	}
	s.noteAll(found.damage)
	return foundRecord{found, false}, nil
}
