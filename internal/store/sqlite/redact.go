package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	selectEvents = `SELECT ` + eventColumns + ` FROM events AS e WHERE e.customer = ? AND +e.tenant = ` + numberOf + ` AND e.type IS NOT ` + numberOf + ` AND ` + isRelayed
	forgetWithin = `DELETE FROM event_within WHERE number = (` + selectLogged + `)`
	forgetEvent  = `DELETE FROM events WHERE ` + withID
	updateEvent  = `UPDATE events SET whole = 0, document = ? WHERE ` + withID
)

// Redact implements store.Store, in one commit. Events that cannot be read are removed.
func (s *Store) Redact(ctx context.Context, ref tenancy.Ref) error {
	return s.writer.do(ctx, "redacting events", func(t *transaction) error {
		var events []*rows.LoggedEvent
		var unreadable []tenancy.ID
		err := t.c.query(ctx, selectEvents, func(values []driver.Value) error {
			id, err := idOf(values[1])
			if err != nil {
				return err
			}
			event, err := eventOf(values)
			if err != nil {
				s.damage.Note(err)
				unreadable = append(unreadable, id)
				return nil
			}
			events = append(events, event)
			return nil
		}, ref.ID, ref.Tenant, blob(customers.EventDeleted))
		if err != nil {
			return err
		}
		t.scrubs = true
		// What cannot be read cannot be redacted: it may hold what must be forgotten.
		for _, id := range unreadable {
			for _, text := range []string{forgetWithin, forgetEvent} {
				if _, err := t.exec(text, id); err != nil {
					return err
				}
			}
		}
		for _, event := range events {
			event.Event = event.Redacted()
			document, err := encodedEvent(event)
			if err != nil {
				return err
			}
			if _, err := t.exec(updateEvent, document, event.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
