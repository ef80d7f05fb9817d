package events_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers/events"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// The operator on the machine shortens the log, after counting what would go; that
// it was done stays in the log, and what is younger too.
func TestPurgingOldEvents(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	merchant := h.Create(h.Cove, testkit.Harbor)
	h.LogOf(h.Record(merchant.ID))
	h.Clock.Advance(100 * 24 * time.Hour)
	before := h.Clock.Now().Add(-48 * time.Hour)
	_, err := h.Update(h.Cove, merchant.ID, `{"description":"young"}`)
	testkit.Must(t, err)
	h.LogOf(h.Record(merchant.ID))
	local, err := h.Svc.Access.Local(t.Context(), "")
	testkit.Must(t, err)
	count, err := h.Svc.Events.PurgeEvents(t.Context(), local, events.PurgeInput{Before: before, Dry: true}, nil)
	testkit.Must(t, err)
	if events := h.LogOf(h.Record(merchant.ID)); count == 0 || len(events) != 3 {
		t.Fatalf("counting %d events left %d", count, len(events))
	}
	told := int64(0)
	removed, err := h.Svc.Events.PurgeEvents(t.Context(), local, events.PurgeInput{Before: before}, func(n int64) { told = n })
	testkit.Must(t, err)
	if removed != count || told != count {
		t.Errorf("%d were counted, %d removed, %d told", count, removed, told)
	}
	if events := h.LogOf(h.Record(merchant.ID)); len(events) != 1 || events[0].Type != "customer.updated" {
		t.Errorf("left are %+v", events)
	}
	page, err := h.Svc.Events.Events(t.Context(), h.As(h.Operator), events.Query{Type: "events.*"})
	testkit.Must(t, err)
	if len(page.Events) != 1 || !strings.Contains(string(page.Events[0].Diff.Changes), before.UTC().Format(time.DateOnly)) || page.Events[0].Credential != "local" {
		t.Errorf("the log says %+v", page.Events)
	}
	again, err := h.Svc.Events.PurgeEvents(t.Context(), local, events.PurgeInput{Before: before}, nil)
	testkit.Must(t, err)
	if again != 0 || h.AuditOf(h.Operator, "events.purged") != "events.purged" {
		t.Errorf("purging again removes %d", again)
	}
}

// No key removes events, be it the operator's own, and the last day is never removed.
func TestWhoPurges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.Clock.Advance(100 * 24 * time.Hour)
	old := events.PurgeInput{Before: h.Clock.Now().Add(-25 * time.Hour)}
	for _, p := range []testkit.Party{h.Operator, h.Cove} {
		_, err := h.Svc.Events.PurgeEvents(t.Context(), h.As(p), old, nil)
		testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	}
	child, err := h.Svc.Access.Local(t.Context(), h.Cove.ID)
	testkit.Must(t, err)
	_, err = h.Svc.Events.PurgeEvents(t.Context(), child, events.PurgeInput{Before: h.Clock.Now()}, nil)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
}
