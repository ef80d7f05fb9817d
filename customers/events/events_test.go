package events_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// Every event is moved once, in the order of the changes, and reads back as it was
// written; the version and the rest of the record stay.
func TestRelayMovesEachEventOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	for i := range 5 {
		_, err := h.Update(m, "", fmt.Sprintf(`{"description":"number %d"}`, i))
		testkit.Must(t, err)
	}
	before := h.Record(m.ID)
	waiting := before.Outbox
	moved, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	if moved != 6+3 { // the operator and both platforms have one each
		t.Errorf("%d events were moved", moved)
	}
	if diff := cmp.Diff(waiting, logged(h, m.ID)); diff != "" || len(waiting) != 6 {
		t.Errorf("the log differs from what waited: %s", diff)
	}
	want := *before
	want.Outbox = nil
	if diff := cmp.Diff(&want, h.Record(m.ID)); diff != "" {
		t.Errorf("relaying changed the record: %s", diff)
	}
	if moved, err = h.Svc.Relay.RelayEvents(t.Context()); err != nil || moved != 0 {
		t.Errorf("relaying again moved %d: %v", moved, err)
	}
	_, err = h.Update(m, "", `{"description":"later"}`)
	testkit.Must(t, err)
	_, err = h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	log := logged(h, m.ID)
	if len(log) != 7 || string(log[6].Changes) == "" || log[6].Type != "customer.updated" {
		t.Errorf("the later event: %+v", log)
	}
}

// A relay that the store interrupts loses nothing and repeats nothing.
func TestAnInterruptedRelayGoesOn(t *testing.T) {
	t.Parallel()
	h := testkit.OpenInMemory(t)
	want := map[string][]customers.Event{}
	for range 3 {
		m := h.MerchantOf(h.Cove)
		_, err := h.Update(m, "", `{"description":"changed"}`)
		testkit.Must(t, err)
		want[m.ID] = h.Record(m.ID).Outbox
	}
	for n := 1; n <= 6; n++ {
		h.FailNext(n, rows.ErrUnavailable)
		if _, err := h.Svc.Relay.RelayEvents(t.Context()); err != nil && fault.KindOf(err) != fault.Unavailable {
			t.Errorf("an interruption is reported as %v", err)
		}
	}
	h.FailNext(0, nil)
	_, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	for id, events := range want {
		if diff := cmp.Diff(events, logged(h, id)); diff != "" || len(h.Record(id).Outbox) != 0 {
			t.Errorf("after interruptions: %s", diff)
		}
	}
}

// Relays and changes that run at the same moment lose no event and store none
// twice, and no change is lost to a relay.
func TestRelaysAndChangesRunTogether(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	caller := h.As(m)
	for _, err := range testkit.Together(12, func(i int) error {
		if i%3 == 0 {
			_, err := h.Svc.Relay.RelayEvents(t.Context())
			return err
		}
		body := fmt.Sprintf(`{"meta":{"key-%d":%d}}`, i, i)
		_, err := h.Svc.Lifecycle.Update(t.Context(), caller, lifecycle.UpdateInput{Input: testkit.Input[fields.Input](t, body)})
		return err
	}) {
		testkit.Must(t, err)
	}
	_, err := h.Svc.Relay.RelayEvents(t.Context())
	testkit.Must(t, err)
	log := logged(h, m.ID)
	ids := map[string]bool{}
	for _, event := range log {
		ids[event.ID.String()] = true
	}
	var meta map[string]int
	testkit.Must(t, json.Unmarshal(h.Record(m.ID).Meta, &meta))
	if len(log) != 9 || len(ids) != 9 || len(meta) != 8 {
		t.Errorf("%d events, %d different, %d changes kept", len(log), len(ids), len(meta))
	}
	// Of one moment, they are in the log by their ids.
	newest := slices.MaxFunc(log, func(a, b customers.Event) int { return int(a.Number - b.Number) })
	var last map[string]any
	testkit.Must(t, json.Unmarshal(newest.Resource, &last))
	if got, _ := last["meta"].(map[string]any); len(got) != 8 {
		t.Errorf("the last event shows %v", got)
	}
}

// An event shows the whole resource after the change, what differs before and
// after, and who did it for whom, masked like an answer.
func TestEventsTellTheirChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Harbor)
	_, err := h.Svc.Lifecycle.Update(t.Context(), h.As(h.Cove, m.ID), lifecycle.UpdateInput{Input: testkit.Input[fields.Input](t, `{"name":"Renamed","description":null}`)})
	testkit.Must(t, err)
	event := h.Last(m.ID)
	var changes, previous, resource map[string]any
	testkit.Must(t, json.Unmarshal(event.Changes, &changes))
	testkit.Must(t, json.Unmarshal(event.Previous, &previous))
	testkit.Must(t, json.Unmarshal(event.Resource, &resource))
	if event.Actor.String() != h.Cove.ID || event.Subject.String() != m.ID || event.Credential != h.KeyID(h.Cove.ID, 1) || event.At != h.Clock.Now() {
		t.Errorf("by whom: %+v", event)
	}
	if changes["name"] != "Renamed" || previous["name"] != "Harbor Lane Bicycles" || changes["description"] != nil ||
		previous["description"] != "Two shops and a repair bench" || changes["email"] != nil || resource["email"] != "books@harborlane.example" {
		t.Errorf("changes %v, previous %v", changes, previous)
	}
	if _, told := changes["description"]; !told {
		t.Error("a cleared member is not among the changes")
	}
	if _, told := resource["parentId"]; told {
		t.Error("an event shows the customer above")
	}
	testkit.Conceals(t, "the event", slices.Concat(event.Resource, event.Changes, event.Previous), append(testkit.UnmaskedValues, "1984", "accountNumber")...)
}
