package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers"
	"tenantry/tenancy"
)

const selectWalk = `SELECT id FROM customers WHERE id > ? AND living = 1 ORDER BY id LIMIT ?`

// Scan reads up to limit living customers of all tenants in the order of their ids, those
// behind the id `after`; the zero id starts at the first. It is for maintenance that
// visits every record; it leaves the cache alone, and leaves out records that cannot be
// read.
func (s *Store) Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	return s.some(ctx, "walking over all customers", selectWalk, limit, after)
}

// ids runs a query that returns ids.
func (s *Store) ids(ctx context.Context, doing, text string, arguments ...any) (found []tenancy.ID, err error) {
	err = s.read(ctx, doing, func(c *conn) error {
		found, err = idsOf(ctx, c, text, arguments...)
		return err
	})
	return found, err
}

func idsOf(ctx context.Context, c *conn, text string, arguments ...any) (found []tenancy.ID, err error) {
	err = c.query(ctx, text, func(values []driver.Value) error {
		id, err := idOf(values[0])
		found = append(found, id)
		return err
	}, arguments...)
	return found, err
}
