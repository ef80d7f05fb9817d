package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

const (
	countBefore = `SELECT count(*) FROM events AS e WHERE e.at < ? AND e.type IS NOT ` + numberOf + ` AND ` + isRelayed
	// Old events are nearly always the first ones.
	selectBefore = `SELECT e.number, e.customer FROM events AS e WHERE e.at < ? AND e.type IS NOT ` + numberOf + ` AND ` + isRelayed + ` ORDER BY e.number LIMIT ?`
	deleteEvent  = `DELETE FROM events WHERE number = ?`
	deleteWithin = `DELETE FROM event_within WHERE ancestor = ? AND number = ?`
)

// CountEvents implements store.Store.
func (s *Store) CountEvents(ctx context.Context, before time.Time) (count int64, err error) {
	err = s.read(ctx, "counting events", func(c *conn) error {
		count, _, err = c.number(ctx, countBefore, notBefore(before), blob(customers.EventPurged))
		return err
	})
	return count, err
}

// PurgeEvents implements store.Store, in one commit.
func (s *Store) PurgeEvents(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	type row struct {
		number   int64
		customer tenancy.ID
	}
	err = s.writer.do(ctx, "purging events", func(t *transaction) error {
		var rows []row
		err := t.c.query(context.Background(), selectBefore, func(values []driver.Value) error {
			number, _ := values[0].(int64)
			id, _ := values[1].([]byte)
			r := row{number: number}
			copy(r.customer[:], id)
			rows = append(rows, r)
			return nil
		}, notBefore(before), blob(customers.EventPurged), int64(limit))
		if err != nil {
			return err
		}
		lines := map[tenancy.ID][]tenancy.ID{}
		for _, r := range rows {
			line, known := lines[r.customer]
			if !known {
				if line, err = t.lineOf(r.customer); err != nil {
					return err
				}
				lines[r.customer] = line
			}
			for _, ancestor := range line {
				if _, err := t.exec(deleteWithin, ancestor, r.number); err != nil {
					return err
				}
			}
			if _, err := t.exec(deleteEvent, r.number); err != nil {
				return err
			}
		}
		purged = len(rows)
		return nil
	})
	if err != nil {
		return 0, err
	}
	return purged, nil
}

// lineOf returns the ancestors under which the events of a customer are listed: see
// within.
func (t *transaction) lineOf(id tenancy.ID) ([]tenancy.ID, error) {
	c, err := t.current(id)
	if err != nil || c == nil || len(c.Path) < 2 {
		return nil, err
	}
	return c.Path[2:], nil
}
