package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
)

const (
	selectTimeless = `SELECT number, document FROM events WHERE number > ? AND at = 0 ORDER BY number LIMIT 500`
	updateTimeless = `UPDATE events SET type = ?, at = ?, whole = ? WHERE number = ?`
	fillWithin     = `INSERT OR IGNORE INTO event_within (ancestor, number) VALUES (?, ?)`
)

// fillEvents writes the searched columns of the events that were logged before these
// columns existed.
func fillEvents(ctx context.Context, c *conn) error {
	type filled struct {
		number int64
		event  *rows.LoggedEvent
	}
	for after := int64(0); ; {
		var batch []filled
		err := c.query(ctx, selectTimeless, func(v []driver.Value) error {
			number, _ := v[0].(int64)
			document, err := withoutSum(v[1])
			if err != nil {
				return err
			}
			event, err := codec.DecodeEvent(document)
			batch = append(batch, filled{number: number, event: event})
			return err
		}, after)
		if err != nil || len(batch) == 0 {
			return err
		}
		for _, f := range batch {
			after = f.number
			e := f.event
			if _, err := c.exec(ctx, updateTimeless, e.Type, e.At.UnixMilli(), flag(e.Resource != nil), f.number); err != nil {
				return err
			}
			r, err := load(c, e.Customer.ID)
			if err != nil {
				return err
			}
			if r.customer == nil || len(r.customer.Path) < 2 {
				continue
			}
			for _, ancestor := range append(slices.Clone(r.customer.Path[2:]), r.customer.ID) {
				if _, err := c.exec(ctx, fillWithin, ancestor, f.number); err != nil {
					return err
				}
			}
		}
	}
}
