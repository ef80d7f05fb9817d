package sqlite

import (
	"context"
	"database/sql/driver"
	"strings"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

const (
	selectWhole = `SELECT number, document, id FROM events WHERE whole = 1 AND at < ? AND ` + isRelayed + ` ORDER BY at LIMIT ?`
	updateWhole = `UPDATE events SET whole = 0, document = ? WHERE number = ?`
)

// Events implements store.Store. Only the rows of the page's events are read; filters
// are read from an index, except for the types of one customer's events. Filters over
// more than one customer may look at very many events, so those are searches.
func (s *Store) Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error) {
	var events []rows.LoggedEvent
	read := func(ctx context.Context, c *conn) (err error) {
		events, err = whole(ctx, s, c, kindEvent, q.Limit, codec.DecodeEvent, func(limit int64) (string, []any) { return eventPage(q, limit) })
		return err
	}
	const doing = "reading events"
	var err error
	if isLogScan(q) {
		err = s.scan(ctx, q.Tenant, doing, read)
	} else {
		err = s.read(ctx, doing, func(c *conn) error { return read(ctx, c) })
	}
	if err != nil {
		return nil, err
	}
	return events, nil
}

// isLogScan reports whether a query may look at very many events.
func isLogScan(q rows.EventQuery) bool {
	filtered := q.Type != "" || !q.From.IsZero() || !q.To.IsZero()
	return filtered && q.Customer == (tenancy.Ref{}) && q.ID.IsZero()
}

// eventPage returns the statement for one page of the log.
func eventPage(q rows.EventQuery, limit int64) (text string, arguments []any) {
	c, from, number := eventConditions(q)
	if !q.Before.IsZero() {
		reach, named := "id = ?", []any{q.Before}
		if q.Customer != (tenancy.Ref{}) {
			reach, named = reach+" AND customer = ? AND tenant = ?", append(named, q.Customer.ID, q.Customer.Tenant)
		}
		if !q.Tenant.IsZero() {
			reach, named = reach+" AND tenant = ?", append(named, q.Tenant)
		}
		if !q.Under.IsZero() && q.Under != q.Tenant {
			reach += " AND EXISTS (SELECT 1 FROM event_within WHERE ancestor = ? AND number = events.number)"
			named = append(named, q.Under)
		}
		c.add(number+" < (SELECT number FROM events WHERE "+reach+")", named...)
	}
	where := ""
	if len(c.texts) > 0 {
		where = c.where()
	}
	return "SELECT document, id FROM events WHERE number IN (SELECT " + number + " FROM " + from + where +
		" ORDER BY " + number + " DESC LIMIT ?) ORDER BY number DESC", append(c.arguments, limit)
}

// eventConditions returns the conditions of a query, what they are read from, and the
// column that orders it.
func eventConditions(q rows.EventQuery) (c conditions, from, number string) {
	if q.Customer != (tenancy.Ref{}) {
		c.add("e.customer = ? AND e.tenant = ?", q.Customer.ID, q.Customer.Tenant)
	}
	if !q.Tenant.IsZero() {
		c.add("e.tenant = ?", q.Tenant)
	}
	from, number = "events AS e", "e.number"
	if !q.Under.IsZero() && q.Under != q.Tenant {
		from, number = "event_within AS w CROSS JOIN events AS e ON e.number = w.number", "w.number"
		c.add("w.ancestor = ?", q.Under)
	}
	if !q.ID.IsZero() {
		c.add("e.id = ?", q.ID)
	}
	if prefix, open := strings.CutSuffix(q.Type, "*"); open {
		c.add("substr(e.type, 1, length(?)) = ?", prefix, prefix)
	} else if q.Type != "" {
		c.add("e.type = ?", q.Type)
	}
	if !q.From.IsZero() {
		c.add("e.at >= ?", notBefore(q.From))
	}
	if !q.To.IsZero() {
		c.add("e.at <= ?", q.To.UnixMilli())
	}
	return c, from, number
}

// ThinEvents implements store.Store.
func (s *Store) ThinEvents(ctx context.Context, before time.Time, limit int) (thinned int, err error) {
	type row struct {
		number   int64
		document []byte
	}
	err = s.writer.do(ctx, "thinning events", func(t *transaction) error {
		var rows []row
		err := t.c.query(context.Background(), selectWhole, func(values []driver.Value) error {
			number, _ := values[0].(int64)
			id, err := idOf(values[2])
			if err != nil {
				return err
			}
			event, _, err := decoded(values[1], kindEvent, id, codec.DecodeEvent)
			if err != nil {
				// It stays as it is, and is not looked at again.
				s.damage.Note(err)
				kept, _ := values[1].([]byte)
				rows = append(rows, row{number, kept})
				return nil
			}
			event.Resource = nil
			thin, err := encodedEvent(event)
			rows = append(rows, row{number, thin})
			return err
		}, notBefore(before), int64(limit))
		for _, r := range rows {
			if err == nil {
				_, err = t.exec(updateWhole, r.document, r.number)
			}
		}
		thinned = len(rows)
		return err
	})
	if err != nil {
		return 0, err
	}
	return thinned, nil
}
