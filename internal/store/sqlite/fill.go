package sqlite

import (
	"context"
	"database/sql/driver"
)

const selectLiving = `SELECT number, document, id FROM customers WHERE number > ? AND living = 1 ORDER BY number LIMIT 500`

// eachLiving passes every living customer with its row to do, a batch at a time. A
// migration derives new columns from the records of an older schema with it.
func eachLiving(ctx context.Context, c *conn, do func(number int64, r row) error) error {
	type found struct {
		number int64
		row    row
	}
	for after := int64(0); ; {
		var batch []found
		last := after
		err := c.query(ctx, selectLiving, func(v []driver.Value) error {
			number, _ := v[0].(int64)
			id, err := idOf(v[2])
			if err != nil {
				return err
			}
			r, damage := recordOf(v[1], id)
			if damage != nil {
				// One damaged record must not keep the store from starting; whoever reads it
				// is told.
				last = number
				return nil //nolint:nilerr // one damaged record must not end it
			}
			made, err := rowOf(r.customer)
			batch, last = append(batch, found{number: number, row: made}), number
			return err
		}, after)
		if err != nil || last == after {
			return err
		}
		for _, f := range batch {
			if err := do(f.number, f.row); err != nil {
				return err
			}
		}
		after = last
	}
}
