package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"math"
	"strings"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// eventsOfOthers is the schema step that keeps an event under the ancestors of its customer
// alone: under the customer itself its own row is found, so that the event of a customer
// without any between it and the tenant costs no other row.
var eventsOfOthers = []string{
	`DELETE FROM event_within WHERE EXISTS (SELECT 1 FROM events AS e WHERE e.number = event_within.number AND e.customer = event_within.ancestor)`,
}

// narrowerEvents is the schema step that writes the log anew with two indexes less: the one
// by id stands in for that of copies to be thinned, because ids begin with the time, and that
// of a customer's events goes without the tenant, which a customer never changes.
var narrowerEvents = []string{
	`CREATE TABLE narrower_events (
		number   INTEGER PRIMARY KEY,
		whole    INTEGER NOT NULL,
		id       BLOB NOT NULL,
		tenant   BLOB NOT NULL,
		customer BLOB NOT NULL,
		type     TEXT NOT NULL,
		at       INTEGER NOT NULL,
		document BLOB NOT NULL
	) STRICT`,
	`INSERT INTO narrower_events (number, whole, id, tenant, customer, type, at, document)
		SELECT number, whole, id, tenant, customer, type, at, document FROM events ORDER BY number`,
	`DROP TABLE events`,
	`ALTER TABLE narrower_events RENAME TO events`,
	`CREATE UNIQUE INDEX events_id ON events (whole, id)`,
	`CREATE INDEX events_customer ON events (customer, number)`,
	`CREATE INDEX events_tenant ON events (tenant, number, type, at)`,
}

const (
	// withID finds an event by its id: an index has those with a copy of their resource
	// and those without, each in the order of ids.
	withID = `whole IN (0, 1) AND id = ?`

	selectWhole = `SELECT ` + eventColumns + `, e.number FROM events AS e WHERE e.whole = 1 AND e.id < ? AND e.at < ? AND ` + isRelayed + ` ORDER BY e.id LIMIT ?`
	updateWhole = `UPDATE events SET whole = 0, document = ? WHERE number = ?`
)

// Events implements store.Store. Only the rows of the page's events are read; filters
// are read from an index, except for the types of one customer's events. Filters over
// more than one customer may look at very many events, so those are searches.
func (s *Store) Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error) {
	var events []rows.LoggedEvent
	read := func(ctx context.Context, c *conn) (err error) {
		events, err = whole(ctx, s, c, q.Limit, eventOf, func(limit int64) (string, []any) { return eventPage(q, limit) })
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
	numbers, arguments := eventNumbers(q, func(c *conditions, number string) {
		if !q.Before.IsZero() {
			reach, named := eventReach(q)
			c.add(number+" < (SELECT number FROM events WHERE "+reach+")", named...)
		}
	})
	return "SELECT " + eventColumns + " FROM events AS e WHERE e.number IN (" + numbers + " ORDER BY number DESC LIMIT ?) ORDER BY e.number DESC", append(arguments, limit)
}

// eventNumbers returns the statement for the numbers of a query's events; within says which
// of them.
func eventNumbers(q rows.EventQuery, within func(c *conditions, number string)) (text string, arguments []any) {
	var parts []string
	for _, source := range eventSources(q) {
		c, where := source.conditions, ""
		if within(&c, source.number); len(c.texts) > 0 {
			where = c.where()
		}
		parts = append(parts, "SELECT "+source.number+" AS number FROM "+source.from+where)
		arguments = append(arguments, c.arguments...)
	}
	return strings.Join(parts, " UNION ALL "), arguments
}

// isUnder reports whether a query is about a customer and those below it.
func isUnder(q rows.EventQuery) bool { return !q.Under.IsZero() && q.Under != q.Tenant }

// eventReach returns the condition that the event behind which a page begins is one that the
// query may name.
func eventReach(q rows.EventQuery) (text string, arguments []any) {
	text, arguments = withID, []any{q.Before}
	if q.Customer != (tenancy.Ref{}) {
		text, arguments = text+" AND customer = ? AND +tenant = "+numberOf, append(arguments, q.Customer.ID, q.Customer.Tenant)
	}
	if !q.Tenant.IsZero() {
		text, arguments = text+" AND tenant = "+numberOf, append(arguments, q.Tenant)
	}
	if isUnder(q) {
		text += " AND (customer = ? OR EXISTS (SELECT 1 FROM event_within WHERE ancestor = ? AND number = events.number))"
		arguments = append(arguments, q.Under, q.Under)
	}
	return text, arguments
}

// eventSource is where events of a query are read from, in the order of a column.
type eventSource struct {
	from, number string
	conditions   conditions
}

// eventSources returns the sources of a query: those of a customer and of all below it are
// two, each in its order, whose first rows are merged.
func eventSources(q rows.EventQuery) []eventSource {
	own := eventSource{from: "events AS e", number: "e.number"}
	if !isUnder(q) {
		own.conditions.events(q)
		return []eventSource{own}
	}
	below := eventSource{from: "event_within AS w CROSS JOIN events AS e ON e.number = w.number", number: "w.number"}
	below.conditions.add("w.ancestor = ?", q.Under)
	below.conditions.events(q)
	own.conditions.add("e.customer = ? AND +e.tenant = (SELECT n.number FROM customers AS c CROSS JOIN names AS n ON n.name = c.tenant WHERE c.id = ?)", q.Under, q.Under)
	own.conditions.events(q)
	return []eventSource{below, own}
}

// events adds the conditions of a query on the row e of events.
func (c *conditions) events(q rows.EventQuery) {
	if q.Customer != (tenancy.Ref{}) {
		c.add("e.customer = ? AND +e.tenant = "+numberOf, q.Customer.ID, q.Customer.Tenant)
	}
	if !q.Tenant.IsZero() && (q.Customer != (tenancy.Ref{}) || isUnder(q)) {
		c.add("+e.tenant = "+numberOf, q.Tenant) // the index of the customer, or of all below it, leads
	} else if !q.Tenant.IsZero() {
		c.add("e.tenant = "+numberOf, q.Tenant)
	}
	if !q.ID.IsZero() {
		c.add("e.whole IN (0, 1) AND e.id = ?", q.ID)
	}
	if prefix, open := strings.CutSuffix(q.Type, "*"); open {
		c.add("e.type IN (SELECT number FROM names WHERE name >= ? AND name < ?)", blob(prefix), blob(prefix+"\xff"))
	} else if q.Type != "" {
		c.add("e.type = "+numberOf, blob(q.Type))
	}
	if !q.From.IsZero() {
		c.add("e.at >= ?", notBefore(q.From))
	}
	if !q.To.IsZero() {
		c.add("e.at <= ?", q.To.UnixMilli())
	}
}

// idsLag is how much older an event may say it is than its id.
const idsLag = time.Hour

// idsUntil returns an id behind all that begin with a moment up to this one.
func idsUntil(at time.Time) (id tenancy.ID) {
	second := min(max(at.Unix()+1, 0), math.MaxUint32)
	binary.BigEndian.PutUint32(id[:4], uint32(second))
	return id
}

// ThinEvents implements store.Store. Those to be thinned are found by their ids, which are made
// when the event is.
func (s *Store) ThinEvents(ctx context.Context, before time.Time, limit int) (thinned int, err error) {
	type row struct {
		number   int64
		document []byte
	}
	err = s.writer.do(ctx, "thinning events", func(t *transaction) error {
		var rows []row
		err := t.c.query(context.Background(), selectWhole, func(values []driver.Value) error {
			number, _ := values[behindEvent].(int64)
			event, err := eventOf(values)
			if isDamaged(err) {
				// It stays as it is, and is not looked at again.
				s.damage.Note(err)
				kept, _ := values[0].([]byte)
				rows = append(rows, row{number, kept})
				return nil
			}
			if err != nil {
				return err
			}
			event.Resource = nil
			thin, err := encodedEvent(event)
			rows = append(rows, row{number, thin})
			return err
		}, idsUntil(before.Add(idsLag)), notBefore(before), int64(limit))
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
