package webhooks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/app"
	"tenantry/internal/store"
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

// errBroken is the failure of an unrelayable store.
var errBroken = errors.New("this one breaks")

// unrelayable is a store that cannot relay the events of one customer, and counts how often
// it was asked to relay.
type unrelayable struct {
	store.Store
	customer string
	asked    int
}

func (s *unrelayable) Relay(ctx context.Context, batches ...rows.Batch) error {
	s.asked++
	if slices.ContainsFunc(batches, func(b rows.Batch) bool { return b.Customer.ID.String() == s.customer }) {
		return errBroken
	}
	return s.Store.Relay(ctx, batches...)
}

// A customer whose events cannot be relayed delays no other's, and does not make the relay
// ask for each of them by itself.
func TestAFailingRelayDelaysNobodyElse(t *testing.T) {
	t.Parallel()
	failing := &unrelayable{}
	h := testkit.Open(t, func(o *app.Options) { failing.Store, o.Store = o.Store, failing })
	var all []testkit.Party
	for n := range 16 {
		all = append(all, h.Create(h.Cove, fmt.Sprintf(`{"name":"A","email":"a%d@example.com","planKey":"payer"}`, n)))
	}
	_, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	for _, p := range all {
		_, err := h.Update(h.Cove, p.ID, `{"description":"changed"}`)
		testkit.Must(t, err)
	}
	failing.customer, failing.asked = all[5].ID, 0
	if _, err := h.Svc.Relay.RelayEvents(t.Context()); !errors.Is(err, errBroken) {
		t.Errorf("the failure is reported as %v", err)
	}
	// Once for all, then both halves of what holds it, and once more, which moves nothing.
	if failing.asked > 1+2*4+1 {
		t.Errorf("the store was asked %d times", failing.asked)
	}
	for _, p := range all {
		if left := len(h.Record(p.ID).Outbox); left != 0 && p.ID != failing.customer || left == 0 && p.ID == failing.customer {
			t.Errorf("%d events of %s wait, the one that fails is %s", left, p.ID, failing.customer)
		}
	}
}
