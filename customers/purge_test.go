package customers_test

import (
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// The operator on the machine shortens the log, after counting what would go; that
// it was done stays in the log, and what is younger too.
func TestPurgingOldEvents(t *testing.T) {
	t.Parallel()
	h := open(t)
	merchant := h.create(h.cove, harbor)
	h.logOf(h.record(merchant.id))
	h.clock.Advance(100 * 24 * time.Hour)
	before := h.clock.Now().Add(-48 * time.Hour)
	_, err := h.update(h.cove, merchant.id, `{"description":"young"}`)
	must(t, err)
	h.logOf(h.record(merchant.id))
	local, err := h.svc.Local(t.Context(), "")
	must(t, err)
	count, err := h.svc.PurgeEvents(t.Context(), local, customers.PurgeInput{Before: before, Dry: true}, nil)
	must(t, err)
	if events := h.logOf(h.record(merchant.id)); count == 0 || len(events) != 2 {
		t.Fatalf("counting %d events left %d", count, len(events))
	}
	told := int64(0)
	removed, err := h.svc.PurgeEvents(t.Context(), local, customers.PurgeInput{Before: before}, func(n int64) { told = n })
	must(t, err)
	if removed != count || told != count {
		t.Errorf("%d were counted, %d removed, %d told", count, removed, told)
	}
	if events := h.logOf(h.record(merchant.id)); len(events) != 1 || events[0].Type != "customer.updated" {
		t.Errorf("left are %+v", events)
	}
	page, err := h.svc.Events(t.Context(), h.as(h.operator), customers.EventsInput{Type: "events.*"})
	must(t, err)
	if len(page.Events) != 1 || !strings.Contains(string(page.Events[0].Diff.Changes), before.UTC().Format(time.DateOnly)) || page.Events[0].Credential != "local" {
		t.Errorf("the log says %+v", page.Events)
	}
	again, err := h.svc.PurgeEvents(t.Context(), local, customers.PurgeInput{Before: before}, nil)
	must(t, err)
	if again != 0 || h.auditOf(h.operator, "events.purged") != "events.purged" {
		t.Errorf("purging again removes %d", again)
	}
}

// No key removes events, be it the operator's own, and the last day is never removed.
func TestWhoPurges(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.clock.Advance(100 * 24 * time.Hour)
	old := customers.PurgeInput{Before: h.clock.Now().Add(-25 * time.Hour)}
	for _, p := range []party{h.operator, h.cove} {
		_, err := h.svc.PurgeEvents(t.Context(), h.as(p), old, nil)
		refused(t, err, fault.Forbidden, fault.CodeAccess)
	}
	child, err := h.svc.Local(t.Context(), h.cove.id)
	must(t, err)
	_, err = h.svc.PurgeEvents(t.Context(), child, customers.PurgeInput{Before: h.clock.Now()}, nil)
	refused(t, err, fault.Invalid, fault.CodeValidation)
}
