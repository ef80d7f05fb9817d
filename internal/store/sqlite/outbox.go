package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"

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

const (
	selectOutboxes = `SELECT DISTINCT customer FROM unrelayed_events WHERE instr(?, substr(customer, -1)) > 0 ORDER BY customer LIMIT ?`
	selectOutbox   = `SELECT e.document, e.id FROM unrelayed_events AS u CROSS JOIN events AS e ON e.number = u.number WHERE u.customer = ? ORDER BY u.number`
	insertWaits    = `INSERT INTO unrelayed_events (customer, number) VALUES (?, last_insert_rowid())` // after add
	deleteWaits    = `DELETE FROM unrelayed_events WHERE customer = ? AND number = (` + selectLogged + `)`

	rewriteEvent   = `UPDATE events SET document = ?, whole = ? WHERE ` + withID + ` AND NOT ` + isRelayed
	withdrawWithin = `DELETE FROM event_within WHERE ancestor = ? AND number = (` + selectLogged + `)`

	// isRelayed is the condition that an event is in no outbox.
	isRelayed = `NOT EXISTS (SELECT 1 FROM unrelayed_events AS u WHERE u.customer = events.customer AND u.number = events.number)`
)

// Outboxes implements store.Store. It tells the slots by the last bytes of ids.
func (s *Store) Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error) {
	var last []byte
	for b := range 1 << 8 {
		if id := (tenancy.ID{len(tenancy.ID{}) - 1: byte(b)}); of.Has(id.Slot()) {
			last = append(last, byte(b))
		}
	}
	waiting, err := s.someBy(ctx, s.newest, "reading outboxes", selectOutboxes, limit, last)
	if err != nil {
		return nil, err
	}
	var batches []rows.Batch
	for _, c := range waiting {
		// The relay of another call may have emptied one meanwhile.
		if len(c.Outbox) > 0 {
			batches = append(batches, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
		}
	}
	return batches, nil
}

// newest returns the record of an id that is kept, which usually was just written, and else
// reads it. It may be newer than what else the connection reads.
func (s *Store) newest(c *conn, id tenancy.ID) (record, error) {
	if r, kept := s.cache.lookUp(cached{id: id}); kept {
		return r, nil
	}
	return load(c, id)
}

// Relay implements store.Store in one transaction. What a write put into the outbox it put
// into the log too, so usually only the rows that say so go. A batch of an unknown
// customer, or one that names another tenant, is dropped.
func (s *Store) Relay(ctx context.Context, batches ...rows.Batch) error {
	return s.writer.do(ctx, "relaying events", func(t *transaction) error {
		for _, batch := range batches {
			if err := t.relay(batch); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *transaction) relay(batch rows.Batch) error {
	current, err := t.record(batch.Customer.ID)
	if err != nil || current.customer == nil || current.customer.Tenant != batch.Customer.Tenant {
		return err
	}
	for _, event := range batch.Events {
		if _, err := t.add(current.customer, event); err != nil {
			return err
		}
	}
	return t.removeRelayed(current, batch.Events)
}

// removeRelayed removes the events from the outbox of a customer, even of a tombstone.
func (t *transaction) removeRelayed(current record, events []customers.Event) error {
	amended := *current.customer
	amended.Outbox = remaining(amended.Outbox, events)
	if len(amended.Outbox) == len(current.customer.Outbox) {
		return nil
	}
	for _, event := range remaining(current.customer.Outbox, amended.Outbox) {
		if _, err := t.exec(deleteWaits, amended.ID, event.ID); err != nil {
			return err
		}
	}
	t.written[amended.ID] = record{customer: &amended, document: current.document}
	return nil
}

// remaining returns the events of the outbox that were not relayed; nil for none.
func remaining(outbox, relayed []customers.Event) []customers.Event {
	var left []customers.Event
	for _, event := range outbox {
		if !isAmong(relayed, event.ID) {
			left = append(left, event)
		}
	}
	return left
}

func isAmong(events []customers.Event, id tenancy.ID) bool {
	return slices.ContainsFunc(events, func(e customers.Event) bool { return e.ID == id })
}

// follow brings the log in line with the outbox of a customer that is written over another
// version of it, nil for none, so that lists of events hold what waits at once and in the
// order of the writes. It returns what is in the outbox then: an event that was relayed
// since the writer read the record does not come back into it.
func (t *transaction) follow(before, c *customers.Customer) ([]customers.Event, error) {
	var waited, waits []customers.Event
	if before != nil {
		waited = before.Outbox
	}
	for _, event := range remaining(waited, c.Outbox) {
		if err := t.withdraw(c, event.ID); err != nil {
			return nil, err
		}
	}
	for _, event := range c.Outbox {
		var err error
		switch {
		case !isAmong(waited, event.ID):
			var added bool
			if added, err = t.add(c, event); err == nil && added {
				_, err = t.exec(insertWaits, c.ID)
				waits = append(waits, event)
			}
		case c.Deleted != nil: // whose events are redacted
			err = t.rewrite(c, event)
			waits = append(waits, event)
		default:
			waits = append(waits, event)
		}
		if err != nil {
			return nil, err
		}
	}
	return waits, nil
}

// withdraw removes an event that a write took out of the outbox of its customer before it
// was relayed.
func (t *transaction) withdraw(c *customers.Customer, id tenancy.ID) error {
	if _, err := t.exec(deleteWaits, c.ID, id); err != nil {
		return err
	}
	for _, listed := range c.Path {
		if _, err := t.exec(withdrawWithin, listed, id); err != nil {
			return err
		}
	}
	_, err := t.exec(forgetEvent, id)
	return err
}

// rewrite changes an event that waits to what it is now.
func (t *transaction) rewrite(c *customers.Customer, event customers.Event) error {
	document, err := encodedEvent(&rows.LoggedEvent{Event: event, Customer: c.Ref()})
	if err != nil {
		return err
	}
	_, err = t.exec(rewriteEvent, document, flag(event.Resource != nil), event.ID)
	return err
}

// outbox returns the events of a customer that were not relayed, and what of them cannot
// be read.
func outbox(c *conn, id tenancy.ID) (waits []customers.Event, damage []error, err error) {
	err = c.query(context.Background(), selectOutbox, func(values []driver.Value) error {
		of, err := idOf(values[1])
		if err != nil {
			return err
		}
		event, _, err := decoded(values[0], kindEvent, of, codec.DecodeEvent)
		if err != nil {
			damage = append(damage, err)
			return nil
		}
		waits = append(waits, event.Event)
		return nil
	}, id)
	return waits, damage, err
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
		added, err := t.add(moved, event)
		if err == nil && added {
			_, err = t.exec(insertWaits, moved.ID)
		} else if err == nil {
			err = t.rewrite(moved, event)
		}
		if err != nil {
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
