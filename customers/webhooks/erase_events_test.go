package webhooks_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/testkit"
)

// Erasing a customer ends what its events show, logged or still waiting, and keeps
// that they happened: the audit of an unmasking cannot be deleted with its subject.
func TestErasingKeepsTheFactsAndNothingElse(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, err := h.Update(h.Operator, h.Cove.ID, `{"settings":{"customers":{"allowDataUnmask":true}}}`)
	testkit.Must(t, err)
	merchant := h.Create(h.Cove, testkit.Harbor)
	record := h.Record(merchant.ID)
	shown := func(list []rows.LoggedEvent) string {
		text, err := json.Marshal(list)
		testkit.Must(t, err)
		return string(text)
	}
	if text := shown(h.LogOf(record)); !strings.Contains(text, "books@harborlane.example") {
		t.Fatal("the log does not show what is to be erased")
	}
	_, err = h.Svc.Lifecycle.Unmasked(t.Context(), h.As(h.Cove), lifecycle.UnmaskInput{CustomerID: merchant.ID, Reason: "a dispute"})
	testkit.Must(t, err)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: merchant.ID}))

	events := h.LogOf(record)
	var types []string
	for _, event := range events {
		types = append(types, event.Type)
	}
	if got := strings.Join(types, " "); got != "customer.deleted customer.unmasked bank.drops_started customer.created" {
		t.Errorf("the log tells of %s", got)
	}
	if text := shown(events); strings.Contains(text, "harborlane") || strings.Contains(text, "Mira") || !strings.Contains(text, "a dispute") {
		t.Errorf("the log shows %s", text)
	}
}

// However often a customer is changed between two turns of the relay, only a few
// events wait in its record.
func TestEventsDoNotPileUpInARecord(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	merchant := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	for i := range 60 {
		_, err := h.Update(h.Cove, merchant.ID, fmt.Sprintf(`{"description":"version %d"}`, i))
		testkit.Must(t, err)
		if waiting := len(h.Record(merchant.ID).Outbox); waiting > 16 {
			t.Fatalf("%d events wait after %d changes", waiting, i+1)
		}
	}
	if events := h.LogOf(h.Record(merchant.ID)); len(events) != 61 {
		t.Errorf("%d events are logged", len(events))
	}
}

// A customer whose events cannot be relayed delays no other's.
func TestAFailingRelayDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	first := h.Create(h.Cove, `{"name":"A","email":"a@example.com","planKey":"payer"}`)
	second := h.Create(h.Cove, `{"name":"B","email":"b@example.com","planKey":"payer"}`)
	_, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	for _, p := range []testkit.Party{first, second} {
		_, err := h.Update(h.Cove, p.ID, `{"description":"changed"}`)
		testkit.Must(t, err)
	}
	broken := errors.New("this one breaks")
	watch.Trap("Relay", func(func() error) error { return broken })
	if _, err := h.Svc.Relay.RelayEvents(t.Context()); !errors.Is(err, broken) {
		t.Errorf("the failure is reported as %v", err)
	}
	if left := len(h.Record(first.ID).Outbox) + len(h.Record(second.ID).Outbox); left != 1 {
		t.Errorf("%d events wait, want the one that failed", left)
	}
}
