package sqlite

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	selectLogged = `SELECT number FROM events WHERE ` + withID
	insertEvent  = `INSERT INTO events (id, tenant, customer, document, type, at, whole) VALUES (?, ?, ?, ?, ?, ?, ?)`
	insertWithin = `INSERT INTO event_within (ancestor, number) VALUES (?, last_insert_rowid())`
)

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
		return t.amend(&amended)
	})
	return event, err
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
				more, err := t.add(current, event)
				if err != nil {
					return err
				}
				added += int(flag(more))
			}
		}
		return nil
	})
	return added, err
}

// add puts an event of a customer into the log; added is false if it is there already.
// The column whole says whether it has a copy of its resource, which is thinned in time.
func (t *transaction) add(c *customers.Customer, event customers.Event) (added bool, err error) {
	there, err := t.isLogged(event.ID)
	if err != nil || there {
		return false, err
	}
	document, err := encodedEvent(&rows.LoggedEvent{Event: event, Customer: c.Ref()})
	if err != nil {
		return false, err
	}
	if _, err := t.exec(insertEvent, event.ID, c.Tenant, c.ID, document, event.Type, event.At.UnixMilli(), flag(event.Resource != nil)); err != nil {
		return false, err
	}
	return true, t.within(c)
}

func (t *transaction) isLogged(id tenancy.ID) (there bool, err error) {
	_, there, err = t.c.number(context.Background(), selectLogged, id)
	return there, err
}

// within lists the event that was inserted last under the ancestors of its customer below the
// tenant; under the tenant and its customer it is found by its own row.
func (t *transaction) within(c *customers.Customer) error {
	if len(c.Path) < 2 {
		return nil
	}
	for _, ancestor := range c.Path[2:] {
		if _, err := t.exec(insertWithin, ancestor); err != nil {
			return err
		}
	}
	return nil
}
