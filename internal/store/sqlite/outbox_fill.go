package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// unrelayedEvents is the schema step that takes the outboxes out of the documents. An event
// is in the log from the write on that made it; unrelayed_events says which of them are in
// the outbox of their customer still, so that a relay removes a short row there and writes
// no document again. While the step runs, the number 0 marks the outboxes to be moved.
var unrelayedEvents = []string{
	`CREATE TABLE unrelayed_events (
		customer BLOB NOT NULL,
		number   INTEGER NOT NULL,
		PRIMARY KEY (customer, number)
	) STRICT, WITHOUT ROWID`,
	`INSERT INTO unrelayed_events (customer, number) SELECT id, 0 FROM customers WHERE pending = 1`,
	`INSERT INTO unrelayed_events (customer, number) SELECT customer, number FROM events WHERE whole = 2`,
	`DROP INDEX customers_pending`,
	`ALTER TABLE customers DROP COLUMN pending`,
}

const selectOutboxBefore = `SELECT ` + eventColumnsBefore + ` FROM unrelayed_events AS u CROSS JOIN events AS e ON e.number = u.number WHERE u.customer = ? ORDER BY u.number`

// outboxBefore is outbox in a schema with unrelayed_events.
func outboxBefore(c *conn, id tenancy.ID) (waits []customers.Event, damage []error, err error) {
	return outboxBy(c, selectOutboxBefore, id)
}

// fillOutboxes moves the outboxes of an older schema into the log. A customer that cannot
// be read keeps what the log has of its outbox.
func fillOutboxes(ctx context.Context, c *conn) error {
	// Events that waited had a mark of their own. Those of customers that cannot be read keep
	// what the log has of them, and their copies are thinned in time.
	if _, err := c.exec(ctx, `UPDATE events SET whole = 1 WHERE whole = 2`); err != nil {
		return err
	}
	marked, err := idsOf(ctx, c, `SELECT customer FROM unrelayed_events WHERE number = 0`)
	if err != nil {
		return err
	}
	t := &transaction{c: c}
	for _, id := range marked {
		if err := t.moveOutbox(id); err != nil {
			return err
		}
	}
	_, err = c.exec(ctx, `DELETE FROM unrelayed_events WHERE number = 0`)
	return err
}

func (t *transaction) moveOutbox(id tenancy.ID) error {
	var found record
	err := t.c.query(context.Background(), `SELECT document FROM customers WHERE id = ?`, func(values []driver.Value) (err error) {
		found, err = recordOf(values[0], id)
		return err
	}, id)
	if isDamaged(err) {
		return nil // whoever reads it is told
	}
	if err != nil {
		return err
	}
	moved := found.customer
	for _, event := range moved.Outbox {
		if err := t.moveEvent(moved, event); err != nil {
			return err
		}
	}
	document, _, err := documentOf(moved)
	if err != nil {
		return err
	}
	_, err = t.exec(`UPDATE customers SET document = ? WHERE id = ?`, document, id)
	return err
}

// moveEvent puts an event of an outbox into the log, or brings what the log has of it in line.
func (t *transaction) moveEvent(c *customers.Customer, event customers.Event) error {
	document, err := codec.EncodeEvent(&rows.LoggedEvent{Event: event, Customer: c.Ref()})
	if err != nil {
		return err
	}
	document = withSum(packed(document, eventPacker))
	_, there, err := t.c.number(context.Background(), selectLogged, event.ID)
	if err != nil {
		return err
	}
	if there {
		_, err = t.exec(`UPDATE events SET document = ?, whole = ? WHERE `+withID+` AND EXISTS (SELECT 1 FROM unrelayed_events AS u WHERE u.customer = events.customer AND u.number = events.number)`, document, flag(event.Resource != nil), event.ID)
		return err
	}
	if _, err := t.exec(`INSERT INTO events (id, tenant, customer, document, type, at, whole) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		event.ID, c.Tenant, c.ID, document, event.Type, event.At.UnixMilli(), flag(event.Resource != nil)); err != nil {
		return err
	}
	if err := t.within(c); err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO unrelayed_events (customer, number) VALUES (?, last_insert_rowid())`, c.ID)
	return err
}
