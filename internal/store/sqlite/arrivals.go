package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers/rows"
)

const selectLastArrival = `SELECT max(number) FROM events`

// LastArrival implements store.Store.
func (s *Store) LastArrival(ctx context.Context) (place int64, err error) {
	err = s.read(ctx, "reading the end of the log", func(c *conn) error {
		place, _, err = c.number(ctx, selectLastArrival)
		return err
	})
	return place, err
}

// Arrivals implements store.Store. The number of an event is its place: commits come one
// after the other, each with the next numbers, so whoever sees one sees all before it. The
// last number is never free again, because a purge removes nothing before its own event is
// in the log, which no purge removes.
func (s *Store) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error) {
	read := func(ctx context.Context, c *conn) error {
		last, _, err := c.number(ctx, selectLastArrival)
		if err != nil || last <= after {
			upTo = after
			return err
		}
		upTo = last
		numbers, arguments := eventNumbers(q, func(c *conditions, number string) {
			c.add(number+" > ?", after)
			c.add(number+" <= ?", last)
		})
		text := "SELECT " + eventColumns + ", e.number FROM events AS e WHERE e.number IN (" + numbers + " ORDER BY number LIMIT ?) ORDER BY e.number"
		found := 0
		return c.query(ctx, text, func(values []driver.Value) error {
			place, _ := values[behindEvent].(int64)
			if found++; found == q.Limit {
				upTo = place
			}
			event, err := eventOf(values)
			if isDamaged(err) {
				s.damage.Note(err) // and go on behind it
				return nil
			}
			if err != nil {
				return err
			}
			list = append(list, rows.Arrival{LoggedEvent: *event, Place: place})
			return nil
		}, append(arguments, int64(q.Limit))...)
	}
	const doing = "reading what came into the log"
	if isLogScan(q) {
		err = s.scan(ctx, q.Tenant, doing, read)
	} else {
		err = s.read(ctx, doing, func(c *conn) error { return read(ctx, c) })
	}
	if err != nil {
		return nil, after, err
	}
	return list, upTo, nil
}
