package sqlite

import (
	"context"
	"database/sql/driver"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

const (
	selectEvents = `SELECT document FROM events WHERE customer = ? AND tenant = ?`
	updateEvent  = `UPDATE events SET whole = 0, document = ? WHERE id = ?`
)

// Redact implements store.Store, in one commit.
func (s *Store) Redact(ctx context.Context, ref tenancy.Ref) error {
	return s.writer.do(ctx, "redacting events", func(t *transaction) error {
		var events []*rows.LoggedEvent
		err := t.c.query(ctx, selectEvents, func(values []driver.Value) error {
			document, _ := values[0].([]byte)
			event, err := codec.DecodeEvent(document)
			events = append(events, event)
			return err
		}, ref.ID, ref.Tenant)
		if err != nil {
			return err
		}
		t.scrubs = true
		for _, event := range events {
			event.Event = event.Redacted()
			document, err := codec.EncodeEvent(event)
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
