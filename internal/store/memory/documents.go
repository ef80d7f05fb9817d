package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// file identifies the bytes of one document.
type file struct {
	customer tenancy.Ref
	id       tenancy.ID
}

// PutDocument stores the bytes of a document. It returns rows.ErrExists.
func (s *Store) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if _, there := s.documents[file{ref, id}]; there {
		return rows.ErrExists
	}
	s.documents[file{ref, id}] = bytes.Clone(box)
	return nil
}

// Document reads the bytes of a document. It returns rows.ErrNotFound.
func (s *Store) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	box, there := s.documents[file{ref, id}]
	if !there {
		return nil, rows.ErrNotFound
	}
	return bytes.Clone(box), nil
}

// ResealDocument replaces the bytes of a document. It returns rows.ErrNotFound.
func (s *Store) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if _, there := s.documents[file{ref, id}]; !there {
		return rows.ErrNotFound
	}
	s.documents[file{ref, id}] = bytes.Clone(box)
	return nil
}

// RemoveDocument removes the bytes of a document, if they exist.
func (s *Store) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	delete(s.documents, file{ref, id})
	return nil
}

// RemoveDocuments removes the bytes of all documents of a customer.
func (s *Store) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	for name := range s.documents {
		if name.customer == ref {
			delete(s.documents, name)
		}
	}
	return nil
}

// DocumentsBehind names up to limit stored files behind another one.
func (s *Store) DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) ([]rows.StoredFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	compare := func(x, y rows.StoredFile) int {
		return cmp.Or(compareIDs(x.Customer.ID, y.Customer.ID), compareIDs(x.Customer.Tenant, y.Customer.Tenant), compareIDs(x.ID, y.ID))
	}
	var list []rows.StoredFile
	for name := range s.documents {
		if stored := (rows.StoredFile{Customer: name.customer, ID: name.id}); compare(stored, after) > 0 {
			list = append(list, stored)
		}
	}
	slices.SortFunc(list, compare)
	return list[:min(limit, len(list))], nil
}

// CustomersWithPart reads up to limit living customers behind an id that have the part.
func (s *Store) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var found []*customers.Customer
	for _, c := range s.records {
		if c.Deleted == nil && (tenant.IsZero() || c.Tenant == tenant) && compareIDs(c.ID, after) > 0 && slices.Contains(rows.PartIDs(c), part) {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y *customers.Customer) int { return compareIDs(x.ID, y.ID) })
	return found[:min(limit, len(found)):min(limit, len(found))], nil
}

// CustomerWithPart reads the living customer that has the part. It returns rows.ErrNotFound.
func (s *Store) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	for _, c := range s.records {
		if c.Deleted == nil && (tenant.IsZero() || c.Tenant == tenant) && slices.Contains(rows.PartIDs(c), part) {
			return c, nil
		}
	}
	return nil, rows.ErrNotFound
}
