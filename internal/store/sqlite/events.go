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
	// insertEvent takes a number behind the mark of the relay, also when the last events are gone.
	insertEvent = `INSERT INTO events (number, id, tenant, customer, document, type, at, whole)
		VALUES (max(coalesce((SELECT max(number) FROM events), 0), ` + through + `) + 1, ?, ?, ?, ?, ?, ?, ?) RETURNING number`
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
		relayed := map[int64]tenancy.ID{}
		for _, batch := range batches {
			current, err := t.current(batch.Customer.ID)
			if err != nil {
				return err
			}
			if current == nil || current.Deleted != nil || current.Tenant != batch.Customer.Tenant {
				continue
			}
			for _, event := range batch.Events {
				number, more, err := t.add(current, event)
				if err != nil {
					return err
				}
				if added += int(flag(more)); more {
					relayed[number] = current.ID
				}
			}
		}
		return t.markRelayed(relayed)
	})
	return added, err
}

// add puts an event of a customer into the log and returns its number; added is false if it
// is there already. It waits to be relayed.
// The column whole says whether it has a copy of its resource, which is thinned in time.
func (t *transaction) add(c *customers.Customer, event customers.Event) (number int64, added bool, err error) {
	number, there, err := t.c.number(context.Background(), selectLogged, event.ID)
	if err != nil || there {
		return number, false, err
	}
	document, err := encodedEvent(&rows.LoggedEvent{Event: event, Customer: c.Ref()})
	if err != nil {
		return 0, false, err
	}
	tenant, err := t.number(blob(c.Tenant[:]))
	if err != nil {
		return 0, false, err
	}
	kind, err := t.number(blob(event.Type))
	if err != nil {
		return 0, false, err
	}
	number, _, err = t.c.number(context.Background(), insertEvent, event.ID, tenant, c.ID, document, kind, event.At.UnixMilli(), flag(event.Resource != nil))
	if err != nil {
		return 0, false, err
	}
	return number, true, t.within(c)
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
