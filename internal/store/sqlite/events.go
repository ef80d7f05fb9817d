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

const (
	selectOutboxes = `SELECT id FROM customers WHERE pending = 1 AND instr(?, substr(id, -1)) > 0 ORDER BY id LIMIT ?`
	selectLogged   = `SELECT number, whole FROM events WHERE id = ?`
	renewEvent     = `UPDATE events SET document = ?, whole = ? WHERE number = ?`
	insertEvent    = `INSERT INTO events (id, tenant, customer, document, type, at, whole) VALUES (?, ?, ?, ?, ?, ?, ?)`
	insertWithin   = `INSERT INTO event_within (ancestor, number) SELECT ?, number FROM events WHERE id = ?`
)

// Outboxes implements store.Store. It tells the slots by the last bytes of ids.
func (s *Store) Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error) {
	var last []byte
	for b := range 1 << 8 {
		if id := (tenancy.ID{len(tenancy.ID{}) - 1: byte(b)}); of.Has(id.Slot()) {
			last = append(last, byte(b))
		}
	}
	waiting, err := s.some(ctx, "reading outboxes", selectOutboxes, limit, last)
	if err != nil {
		return nil, err
	}
	var batches []rows.Batch
	for _, c := range waiting {
		batches = append(batches, rows.Batch{Customer: c.Ref(), Path: c.Path, Events: c.Outbox})
	}
	return batches, nil
}

// AddEvent implements store.Store.
func (s *Store) AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (customers.Event, error) {
	err := s.writer.do(ctx, "adding an event", func(t *transaction) error {
		current, err := t.current(ref.ID)
		if err != nil || current == nil || current.Deleted != nil || current.Tenant != ref.Tenant {
			return refuse(err, rows.ErrNotFound)
		}
		amended := *current
		amended.EventCount++
		amended.AuditCount++
		event.Number = amended.EventCount
		amended.Outbox = append(slices.Clone(current.Outbox), event)
		if err := t.amend(&amended); err != nil {
			return err
		}
		return t.follow(current, &amended)
	})
	return event, err
}

// Relay implements store.Store in one transaction. What a write put into the outbox it put
// into the log too, so usually nothing is left to write but the outboxes. A batch of an
// unknown customer, or one that names another tenant, is dropped.
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
	current, err := t.current(batch.Customer.ID)
	if err != nil || current == nil || current.Tenant != batch.Customer.Tenant {
		return err
	}
	for _, event := range batch.Events {
		if err := t.log(current, event, flag(event.Resource != nil), true); err != nil {
			return err
		}
	}
	return t.removeRelayed(current, batch.Events)
}

// LogEvents implements store.Examined.
func (s *Store) LogEvents(ctx context.Context, batches []rows.Batch) (added int, err error) {
	err = s.writer.do(ctx, "adding events to the log", func(t *transaction) error {
		added = 0
		for _, batch := range batches {
			current, err := t.current(batch.Customer.ID)
			if err != nil {
				return err
			}
			if current == nil || current.Deleted != nil || current.Tenant != batch.Customer.Tenant {
				continue
			}
			for _, event := range batch.Events {
				number, _, err := t.logged(event.ID)
				if err != nil {
					return err
				}
				if number != 0 {
					continue
				}
				if err := t.log(current, event, flag(event.Resource != nil), false); err != nil {
					return err
				}
				added++
			}
		}
		return nil
	})
	return added, err
}

// unrelayed marks, in the column whole, an event that is in an outbox too. It is as it is
// there, and not counted, thinned or purged before the relay took it.
const unrelayed = 2

// follow brings the log in line with the outbox of a customer that was written over
// another version of it, nil for none, so that lists of events hold what waits at once and
// in the order of the writes.
func (t *transaction) follow(before, c *customers.Customer) error {
	if before != nil {
		for _, event := range remaining(before.Outbox, c.Outbox) {
			number, mark, err := t.logged(event.ID)
			if err != nil {
				return err
			}
			if mark != unrelayed {
				continue
			}
			for _, ancestor := range c.Path {
				if _, err := t.exec(deleteWithin, ancestor, number); err != nil {
					return err
				}
			}
			if _, err := t.exec(deleteWithin, c.ID, number); err != nil {
				return err
			}
			if _, err := t.exec(deleteEvent, number); err != nil {
				return err
			}
		}
	}
	for _, event := range c.Outbox {
		if err := t.log(c, event, unrelayed, c.Deleted != nil); err != nil {
			return err
		}
	}
	return nil
}

// log writes an event of a customer into the log under that mark. One that is there stays
// as it is, unless it waits and renew is set.
func (t *transaction) log(c *customers.Customer, event customers.Event, mark int64, renew bool) error {
	number, there, err := t.logged(event.ID)
	if err != nil || number != 0 && (there != unrelayed || !renew) {
		return err
	}
	document, err := encoded(&rows.LoggedEvent{Event: event, Customer: c.Ref()}, codec.EncodeEvent)
	if err != nil {
		return err
	}
	if number != 0 {
		_, err := t.exec(renewEvent, document, mark, number)
		return err
	}
	if _, err := t.exec(insertEvent, event.ID, c.Tenant, c.ID, document, event.Type, event.At.UnixMilli(), mark); err != nil {
		return err
	}
	return t.within(c, event.ID)
}

// logged returns the number of an event in the log, 0 for none, and its mark.
func (t *transaction) logged(id tenancy.ID) (number, mark int64, err error) {
	err = t.c.query(context.Background(), selectLogged, func(values []driver.Value) error {
		number, _ = values[0].(int64)
		mark, _ = values[1].(int64)
		return nil
	}, id)
	return number, mark, err
}

// within lists an event under its customer and its ancestors below the tenant; under the
// tenant it is found by its own row.
func (t *transaction) within(c *customers.Customer, event tenancy.ID) error {
	if len(c.Path) < 2 {
		return nil
	}
	for _, ancestor := range append(slices.Clone(c.Path[2:]), c.ID) {
		if _, err := t.exec(insertWithin, ancestor, event); err != nil {
			return err
		}
	}
	return nil
}

// removeRelayed removes the events from the outbox of a customer, even of a tombstone.
func (t *transaction) removeRelayed(current *customers.Customer, events []customers.Event) error {
	amended := *current
	amended.Outbox = remaining(current.Outbox, events)
	if len(amended.Outbox) == len(current.Outbox) {
		return nil
	}
	return t.amend(&amended)
}

// remaining returns the events of the outbox that were not relayed; nil for none.
func remaining(outbox, relayed []customers.Event) []customers.Event {
	var left []customers.Event
	for _, event := range outbox {
		if !slices.ContainsFunc(relayed, func(e customers.Event) bool { return e.ID == event.ID }) {
			left = append(left, event)
		}
	}
	return left
}
