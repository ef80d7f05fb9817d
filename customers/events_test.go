package customers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// logged gives the events that were relayed, oldest first.
func (h *house) logged(id string) []customers.Event {
	h.t.Helper()
	list, err := h.store.Events(h.t.Context(), customers.EventQuery{Customer: h.record(id).Ref(), Limit: 100})
	must(h.t, err)
	var events []customers.Event
	for _, event := range slices.Backward(list) {
		events = append(events, event.Event)
	}
	return events
}

// Every event is moved once, in the order of the changes, and reads back as it was
// written; the version and the rest of the record stay.
func TestRelayMovesEachEventOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	for i := range 5 {
		_, err := h.update(m, "", fmt.Sprintf(`{"description":"number %d"}`, i))
		must(t, err)
	}
	before := h.record(m.id)
	waiting := before.Outbox
	moved, err := h.svc.RelayEvents(t.Context())
	must(t, err)
	if moved != 6+3 { // the operator and both platforms have one each
		t.Errorf("%d events were moved", moved)
	}
	if diff := cmp.Diff(waiting, h.logged(m.id)); diff != "" || len(waiting) != 6 {
		t.Errorf("the log differs from what waited: %s", diff)
	}
	want := *before
	want.Outbox = nil
	if diff := cmp.Diff(&want, h.record(m.id)); diff != "" {
		t.Errorf("relaying changed the record: %s", diff)
	}
	if moved, err = h.svc.RelayEvents(t.Context()); err != nil || moved != 0 {
		t.Errorf("relaying again moved %d: %v", moved, err)
	}
	_, err = h.update(m, "", `{"description":"later"}`)
	must(t, err)
	_, err = h.svc.RelayEvents(t.Context())
	must(t, err)
	log := h.logged(m.id)
	if len(log) != 7 || string(log[6].Changes) == "" || log[6].Type != "customer.updated" {
		t.Errorf("the later event: %+v", log)
	}
}

// A relay that the store interrupts loses nothing and repeats nothing.
func TestAnInterruptedRelayGoesOn(t *testing.T) {
	t.Parallel()
	h := open(t)
	want := map[string][]customers.Event{}
	for range 3 {
		m := h.merchantOf(h.cove)
		_, err := h.update(m, "", `{"description":"changed"}`)
		must(t, err)
		want[m.id] = h.record(m.id).Outbox
	}
	for n := 1; n <= 6; n++ {
		h.store.FailNext(n, customers.ErrUnavailable)
		if _, err := h.svc.RelayEvents(t.Context()); err != nil && fault.KindOf(err) != fault.Unavailable {
			t.Errorf("an interruption is told as %v", err)
		}
	}
	h.store.FailNext(0, nil)
	_, err := h.svc.RelayEvents(t.Context())
	must(t, err)
	for id, events := range want {
		if diff := cmp.Diff(events, h.logged(id)); diff != "" || len(h.record(id).Outbox) != 0 {
			t.Errorf("after interruptions: %s", diff)
		}
	}
}

// Relays and changes that run at the same moment lose no event and store none
// twice, and no change is lost to a relay.
func TestRelaysAndChangesRunTogether(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	caller := h.as(m)
	for _, err := range together(12, func(i int) error {
		if i%3 == 0 {
			_, err := h.svc.RelayEvents(t.Context())
			return err
		}
		body := fmt.Sprintf(`{"meta":{"key-%d":%d}}`, i, i)
		_, err := h.svc.Update(t.Context(), caller, customers.UpdateInput{Input: input[customers.Input](t, body)})
		return err
	}) {
		must(t, err)
	}
	_, err := h.svc.RelayEvents(t.Context())
	must(t, err)
	log := h.logged(m.id)
	ids := map[string]bool{}
	for _, event := range log {
		ids[event.ID.String()] = true
	}
	var meta map[string]int
	must(t, json.Unmarshal(h.record(m.id).Meta, &meta))
	if len(log) != 9 || len(ids) != 9 || len(meta) != 8 {
		t.Errorf("%d events, %d different, %d changes kept", len(log), len(ids), len(meta))
	}
	var last map[string]any
	must(t, json.Unmarshal(log[8].Resource, &last))
	if got, _ := last["meta"].(map[string]any); len(got) != 8 {
		t.Errorf("the last event shows %v", got)
	}
}

// An event shows the whole resource after the change, what differs before and
// after, and who did it for whom, masked like an answer.
func TestEventsTellTheirChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, harbor)
	_, err := h.svc.Update(t.Context(), h.as(h.cove, m.id), customers.UpdateInput{Input: input[customers.Input](t, `{"name":"Renamed","description":null}`)})
	must(t, err)
	event := h.last(m.id)
	var changes, previous, resource map[string]any
	must(t, json.Unmarshal(event.Changes, &changes))
	must(t, json.Unmarshal(event.Previous, &previous))
	must(t, json.Unmarshal(event.Resource, &resource))
	if event.Actor.String() != h.cove.id || event.Subject.String() != m.id || event.Credential != "key_1" || event.At != h.clock.Now() {
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
	conceals(t, "the event", slices.Concat(event.Resource, event.Changes, event.Previous), append(unmaskedValues, "1984", "accountNumber")...)
}
