package sqlite

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

const (
	selectOutboxes = `SELECT id FROM customers WHERE pending = 1 ORDER BY id LIMIT ?`
	selectLogged   = `SELECT number FROM events WHERE id = ?`
	insertEvent    = `INSERT INTO events (id, tenant, customer, document, type, at, whole) VALUES (?, ?, ?, ?, ?, ?, ?)`
	insertWithin   = `INSERT INTO event_within (ancestor, number) SELECT ?, number FROM events WHERE id = ?`
)

// Outboxes implements store.Store.
func (s *Store) Outboxes(ctx context.Context, limit int) ([]rows.Batch, error) {
	waiting, err := s.some(ctx, "reading outboxes", selectOutboxes, limit)
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
		return t.log(&amended, amended.Outbox)
	})
	return event, err
}

// Relay implements store.Store. What a write put into the outbox it put into the log too,
// so usually nothing is left to write but the outbox. A batch of an unknown customer, or
// one that names another tenant, is dropped.
func (s *Store) Relay(ctx context.Context, batch rows.Batch) error {
	return s.writer.do(ctx, "relaying events", func(t *transaction) error {
		current, err := t.current(batch.Customer.ID)
		if err != nil || current == nil || current.Tenant != batch.Customer.Tenant {
			return err
		}
		if err := t.log(current, batch.Events); err != nil {
			return err
		}
		return t.removeRelayed(current, batch.Events)
	})
}

// log writes events of a customer into the log, in the commit of the write that put them
// into its outbox, so that a list of events holds them at once and in that order; one that
// is there already stays as it is.
func (t *transaction) log(c *customers.Customer, events []customers.Event) error {
	for _, event := range events {
		if _, there, err := t.c.number(context.Background(), selectLogged, event.ID); err != nil || there {
			if err != nil {
				return err
			}
			continue
		}
		document, err := encoded(&rows.LoggedEvent{Event: event, Customer: c.Ref()}, codec.EncodeEvent)
		if err != nil {
			return err
		}
		if _, err := t.exec(insertEvent, event.ID, c.Tenant, c.ID, document,
			event.Type, event.At.UnixMilli(), flag(event.Resource != nil)); err != nil {
			return err
		}
		if err := t.within(c, event.ID); err != nil {
			return err
		}
	}
	return nil
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
