package sqlite

import (
	"context"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Events that an earlier build logged are found by tenant, ancestor, type and time as
// soon as the file has this build's schema, and are only purged when they are old.
func TestEventsOfAnEarlierBuildAreFound(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ctx := context.Background()
	parent := child(e.tenant, 1)
	e.insert(parent)
	below := child(parent, 2)
	e.insert(below)
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	event := customers.Event{ID: tenancy.ID{11: 7}, Type: "bank.created", At: at, Resource: []byte(`{}`)}
	e.must(e.Relay(ctx, rows.Batch{Customer: below.Ref(), Path: below.Path, Events: []customers.Event{event}}))
	e.must(e.writer.do(ctx, "aging", func(t *transaction) error {
		for _, statement := range []string{"DELETE FROM events WHERE whole = 2", "UPDATE events SET type = '', at = 0, whole = 0", "DELETE FROM event_within"} {
			if _, err := t.exec(statement); err != nil {
				return err
			}
		}
		return fillEvents(ctx, t.c)
	}))
	for _, q := range []rows.EventQuery{
		{Tenant: below.Tenant, Under: parent.ID}, {Tenant: below.Tenant, Under: below.ID}, {Tenant: below.Tenant, Type: "bank.*"},
		{Tenant: below.Tenant, From: at, To: at},
	} {
		q.Limit = 10
		found, err := e.Events(ctx, q)
		e.must(err)
		if len(found) != 1 || found[0].ID != event.ID {
			t.Errorf("%+v finds %d events", q, len(found))
		}
	}
	count, err := e.CountEvents(ctx, at)
	e.must(err)
	thinned, err := e.ThinEvents(ctx, at.Add(time.Second), 10)
	e.must(err)
	if count != 0 || thinned != 1 {
		t.Errorf("%d are older than the only one, %d were thinned", count, thinned)
	}
}
