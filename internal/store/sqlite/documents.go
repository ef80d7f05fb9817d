package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// documents adds the sealed bytes of uploads, and an index from parts to the customers
// that have them.
var documents = []string{
	`CREATE TABLE documents (
		customer BLOB NOT NULL,
		tenant   BLOB NOT NULL,
		id       BLOB NOT NULL,
		box      BLOB NOT NULL,
		UNIQUE (customer, tenant, id)
	) STRICT`,
	`ALTER TABLE customers ADD COLUMN parts BLOB NOT NULL DEFAULT x''`,
	`CREATE TABLE parts (
		part     BLOB NOT NULL,
		customer BLOB NOT NULL,
		PRIMARY KEY (part, customer)
	) STRICT, WITHOUT ROWID`,
}

const (
	insertDocument  = `INSERT INTO documents (customer, tenant, id, box) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING`
	selectBox       = `SELECT box FROM documents WHERE customer = ? AND tenant = ? AND id = ?`
	updateBox       = `UPDATE documents SET box = ? WHERE customer = ? AND tenant = ? AND id = ?`
	deleteDocument  = `DELETE FROM documents WHERE customer = ? AND tenant = ? AND id = ?`
	walkDocuments   = `SELECT customer, tenant, id FROM documents WHERE (customer, tenant, id) > (?, ?, ?) ORDER BY customer, tenant, id LIMIT ?`
	deleteDocuments = `DELETE FROM documents WHERE customer = ? AND tenant = ?`

	insertPart  = `INSERT INTO parts (part, customer) VALUES (?, ?) ON CONFLICT DO NOTHING`
	deletePart  = `DELETE FROM parts WHERE part = ? AND customer = ?`
	selectParts = `SELECT customer FROM parts WHERE part = ?`
	walkParts   = `SELECT customer FROM parts WHERE part = ? AND customer > ? ORDER BY customer LIMIT ?`
)

// PutDocument implements store.Store.
func (s *Store) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.writer.do(ctx, "storing a document", func(t *transaction) error {
		added, err := t.exec(insertDocument, ref.ID, ref.Tenant, id, boxed(box))
		if err == nil && added == 0 {
			err = rows.ErrExists
		}
		return err
	})
}

// Document implements store.Store.
func (s *Store) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) ([]byte, error) {
	var box []byte
	err := s.read(ctx, "reading a document", func(c *conn) error {
		return c.query(ctx, selectBox, func(values []driver.Value) error {
			if found, ok := values[0].([]byte); ok {
				box = boxed(found)
			} else {
				box = []byte{}
			}
			return nil
		}, ref.ID, ref.Tenant, id)
	})
	if err == nil && box == nil {
		err = rows.ErrNotFound
	}
	return box, err
}

// ResealDocument implements store.Store.
func (s *Store) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.writer.do(ctx, "resealing a document", func(t *transaction) error {
		t.scrubs = true
		changed, err := t.exec(updateBox, boxed(box), ref.ID, ref.Tenant, id)
		if err == nil && changed == 0 {
			err = rows.ErrNotFound
		}
		return err
	})
}

// RemoveDocument implements store.Store.
func (s *Store) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	return s.writer.do(ctx, "removing a document", func(t *transaction) error {
		t.scrubs = true
		_, err := t.exec(deleteDocument, ref.ID, ref.Tenant, id)
		return err
	})
}

// RemoveDocuments implements store.Store.
func (s *Store) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	return s.writer.do(ctx, "removing the documents of a customer", func(t *transaction) error {
		t.scrubs = true
		_, err := t.exec(deleteDocuments, ref.ID, ref.Tenant)
		return err
	})
}

// DocumentsBehind implements store.Store. The index that keeps them unique has all that is
// read.
func (s *Store) DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) (list []rows.StoredFile, err error) {
	err = s.read(ctx, "looking at documents", func(c *conn) error {
		return c.query(ctx, walkDocuments, func(values []driver.Value) (err error) {
			var file rows.StoredFile
			for at, to := range []*tenancy.ID{&file.Customer.ID, &file.Customer.Tenant, &file.ID} {
				if *to, err = idOf(values[at]); err != nil {
					return err
				}
			}
			list = append(list, file)
			return nil
		}, after.Customer.ID, after.Customer.Tenant, after.ID, int64(limit))
	})
	return list, err
}

// boxed returns box, or an empty slice for nil, which SQLite would take for NULL.
func boxed(box []byte) []byte {
	if box == nil {
		return []byte{}
	}
	return box
}

// CustomerWithPart implements store.Store. Ids of parts are practically unique; if two
// customers have the same, the one within the tenant is found.
func (s *Store) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (*customers.Customer, error) {
	holders, err := s.ids(ctx, "looking for a part", selectParts, part)
	if err != nil {
		return nil, err
	}
	for _, id := range holders {
		c, err := s.living(ctx, id)
		if err == nil && (tenant.IsZero() || c.Tenant == tenant) {
			return c, nil
		}
		if err != nil && !errors.Is(err, rows.ErrNotFound) {
			return nil, err
		}
	}
	return nil, rows.ErrNotFound
}

// CustomersWithPart implements store.Store.
func (s *Store) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	var list []*customers.Customer
	for len(list) < limit {
		holders, err := s.ids(ctx, "looking for parts", walkParts, part, after, int64(limit))
		if err != nil || len(holders) == 0 {
			return list, err
		}
		for _, id := range holders {
			after = id
			c, err := s.living(ctx, id)
			if err != nil && !errors.Is(err, rows.ErrNotFound) {
				return nil, err
			}
			if err == nil && (tenant.IsZero() || c.Tenant == tenant) && len(list) < limit {
				list = append(list, c)
			}
		}
		if len(holders) < limit {
			break
		}
	}
	return list, ctx.Err()
}

// partsOf returns the ids of the parts of a customer, one behind the other.
func partsOf(c *customers.Customer) string {
	var all []byte
	for _, id := range rows.PartIDs(c) {
		all = append(all, id[:]...)
	}
	return string(all)
}

// indexParts updates the index after a change of the parts of a customer.
func (t *transaction) indexParts(customer tenancy.ID, before, now string) error {
	if before == now {
		return nil
	}
	was, is := setOf(before), setOf(now)
	for part := range was {
		if !is[part] {
			if _, err := t.exec(deletePart, part, customer); err != nil {
				return err
			}
		}
	}
	for part := range is {
		if !was[part] {
			if _, err := t.exec(insertPart, part, customer); err != nil {
				return err
			}
		}
	}
	return nil
}

func setOf(parts string) map[tenancy.ID]bool {
	set := map[tenancy.ID]bool{}
	for ; len(parts) >= len(tenancy.ID{}); parts = parts[len(tenancy.ID{}):] {
		set[tenancy.ID([]byte(parts[:len(tenancy.ID{})]))] = true
	}
	return set
}

// banks adds nothing but the banks of the records to the index of parts.
var banks []string

const updateParts = `UPDATE customers SET parts = ? WHERE number = ?`

// fillParts indexes the parts of the records of an older schema.
func fillParts(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(number int64, r row) error {
		parts := rows.PartIDs(r.customer)
		if len(parts) == 0 {
			return nil
		}
		if _, err := c.exec(ctx, updateParts, []byte(partsOf(r.customer)), number); err != nil {
			return err
		}
		for _, part := range parts {
			if _, err := c.exec(ctx, insertPart, part, r.customer.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
