package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers"
	"tenantry/tenancy"
)

const selectWalk = `SELECT document FROM customers WHERE id > ? AND living = 1 ORDER BY id LIMIT ?`

// Scan reads up to limit living customers of all tenants in the order of their ids, those
// behind the id `after`; the zero id starts at the first. It is for maintenance that
// visits every record; it leaves the cache alone.
func (s *Store) Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	var found []*customers.Customer
	err := s.read(ctx, "walking over all customers", func(c *conn) error {
		return c.query(ctx, selectWalk, func(values []driver.Value) error {
			r, err := recordOf(values[0])
			if err != nil {
				return err
			}
			found = append(found, r.customer)
			return nil
		}, after, int64(limit))
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}

// ids runs a query that returns ids.
func (s *Store) ids(ctx context.Context, doing, text string, arguments ...any) ([]tenancy.ID, error) {
	var found []tenancy.ID
	err := s.read(ctx, doing, func(c *conn) error {
		return c.query(ctx, text, func(values []driver.Value) error {
			id, err := idOf(values[0])
			found = append(found, id)
			return err
		}, arguments...)
	})
	return found, err
}
