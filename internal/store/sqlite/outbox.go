package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	rewriteEvent   = `UPDATE events AS e SET document = ?, whole = ? WHERE ` + withID + ` AND NOT (` + isRelayed + `)`
	withdrawWithin = `DELETE FROM event_within WHERE ancestor = ? AND number = (` + selectLogged + `)`
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
		relayed := map[int64]tenancy.ID{}
		for _, batch := range batches {
			if err := t.relay(batch, relayed); err != nil {
				return err
			}
		}
		return t.markRelayed(relayed)
	})
}

// relay takes a batch out of its outbox, and adds to relayed the numbers of its events.
func (t *transaction) relay(batch rows.Batch, relayed map[int64]tenancy.ID) error {
	current, err := t.record(batch.Customer.ID)
	if err != nil || current.customer == nil || current.customer.Tenant != batch.Customer.Tenant {
		return err
	}
	for _, event := range batch.Events {
		number, added, err := t.add(current.customer, event)
		if err != nil {
			return err
		}
		if added || isAmong(current.customer.Outbox, event.ID) {
			relayed[number] = batch.Customer.ID
		}
	}
	t.removeRelayed(current, batch.Events)
	return nil
}

// removeRelayed removes the events from the outbox of a customer, even of a tombstone, as the
// cache has it.
func (t *transaction) removeRelayed(current record, events []customers.Event) {
	amended := *current.customer
	amended.Outbox = remaining(amended.Outbox, events)
	if len(amended.Outbox) < len(current.customer.Outbox) {
		t.written[amended.ID] = record{customer: &amended, document: current.document}
	}
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
			if _, added, err = t.add(c, event); err == nil && added {
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
	return outboxBy(c, selectOutbox, id, id)
}

func outboxBy(c *conn, text string, arguments ...any) (waits []customers.Event, damage []error, err error) {
	err = c.query(context.Background(), text, func(values []driver.Value) error {
		event, err := eventOf(values)
		if isDamaged(err) {
			damage = append(damage, err)
			return nil
		}
		if err == nil {
			waits = append(waits, event.Event)
		}
		return err
	}, arguments...)
	return waits, damage, err
}
