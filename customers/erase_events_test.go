package customers_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenantry/customers"
)

// Relay lets a test step into the spy's relaying.
func (s *spy) Relay(ctx context.Context, batch customers.Batch) error {
	return s.through("Relay", func() error { return s.Store.Relay(ctx, batch) })
}

// logOf relays what waits and gives the logged events of a customer, newest first.
func (h *house) logOf(c *customers.Customer) []customers.LoggedEvent {
	h.t.Helper()
	_, err := h.svc.RelayEvents(h.t.Context())
	must(h.t, err)
	events, err := h.store.Events(h.t.Context(), customers.EventQuery{Customer: c.Ref(), Limit: 100})
	must(h.t, err)
	return events
}

// Erasing a customer ends what its events show, logged or still waiting, and keeps
// that they happened: the audit of an unmasking cannot be deleted with its subject.
func TestErasingKeepsTheFactsAndNothingElse(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, err := h.update(h.operator, h.cove.id, `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	must(t, err)
	merchant := h.create(h.cove, harbor)
	record := h.record(merchant.id)
	if text := fmt.Sprintf("%s", h.logOf(record)); !strings.Contains(text, "books@harborlane.example") {
		t.Fatal("the log does not show what is to be erased")
	}
	_, err = h.svc.Unmasked(t.Context(), h.as(h.cove), customers.UnmaskInput{CustomerID: merchant.id, Reason: "a dispute"})
	must(t, err)
	must(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: merchant.id}))

	events := h.logOf(record)
	var types []string
	for _, event := range events {
		types = append(types, event.Type)
	}
	if got := strings.Join(types, " "); got != "customer.deleted customer.unmasked customer.created" {
		t.Errorf("the log tells of %s", got)
	}
	if text := fmt.Sprintf("%s", events); strings.Contains(text, "harborlane") || strings.Contains(text, "Mira") || !strings.Contains(text, "a dispute") {
		t.Errorf("the log shows %s", text)
	}
}

// However often a customer is changed between two turns of the relay, only a few
// events wait in its record.
func TestEventsDoNotPileUpInARecord(t *testing.T) {
	t.Parallel()
	h := open(t)
	merchant := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	for i := range 60 {
		_, err := h.update(h.cove, merchant.id, fmt.Sprintf(`{"description":"version %d"}`, i))
		must(t, err)
		if waiting := len(h.record(merchant.id).Outbox); waiting > 16 {
			t.Fatalf("%d events wait after %d changes", waiting, i+1)
		}
	}
	if events := h.logOf(h.record(merchant.id)); len(events) != 61 {
		t.Errorf("%d events are logged", len(events))
	}
}

// A customer whose events cannot be relayed delays nobody else's.
func TestAFailingRelayDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	first := h.create(h.cove, `{"name":"A","email":"a@example.com","planKey":"payer"}`)
	second := h.create(h.cove, `{"name":"B","email":"b@example.com","planKey":"payer"}`)
	_, err := h.svc.RelayEvents(t.Context())
	must(t, err)
	for _, p := range []party{first, second} {
		_, err := h.update(h.cove, p.id, `{"description":"changed"}`)
		must(t, err)
	}
	broken := errors.New("this one breaks")
	watch.trap("Relay", func(func() error) error { return broken })
	if _, err := h.svc.RelayEvents(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the failure is told as %v", err)
	}
	if left := len(h.record(first.id).Outbox) + len(h.record(second.id).Outbox); left != 1 {
		t.Errorf("%d events wait, want the one that failed", left)
	}
}
