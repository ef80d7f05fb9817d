package customers_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// newest gives the last event of a customer that was not relayed yet.
func (h *house) newest(id string) customers.Event {
	h.t.Helper()
	outbox := h.record(id).Outbox
	if len(outbox) == 0 {
		h.t.Fatal("there is no event")
	}
	return outbox[len(outbox)-1]
}

// Every change puts exactly one event beside it, in the same write: what differs,
// before and after, and the whole resource as it is now.
func TestOneEventPerChangeTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"Old","email":"n@example.com","planKey":"payer","description":"d","meta":{"a":1}}`)
	h.clock.Advance(time.Second)
	_, err := h.update(shop, shop.id, `{"name":"New","description":null,"externalId":"x","email":"n@example.com","meta":{"a":1}}`)
	must(t, err)
	record := h.record(shop.id)
	if len(record.Outbox) != 2 || record.Version != 2 {
		t.Fatalf("version %d with %d events", record.Version, len(record.Outbox))
	}
	event := h.newest(shop.id)
	if event.Type != "customer.updated" || !event.At.Equal(record.LastUpdated) || event.ID.IsZero() {
		t.Errorf("the event is %s at %s", event.Type, event.At)
	}
	for name, row := range map[string]struct {
		got  json.RawMessage
		want map[string]any
	}{
		"previous": {event.Previous, map[string]any{"name": "Old", "description": "d", "lastUpdated": "2026-03-04T10:15:30.000Z"}},
		"changes": {event.Changes, map[string]any{
			"name": "New", "description": nil, "externalId": "x", "lastUpdated": "2026-03-04T10:15:31.000Z",
		}},
	} {
		if diff := cmp.Diff(row.want, asMap(t, row.got)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	shown := h.view(shop, shop.id)
	delete(shown["planStatus"].(map[string]any), "requirements") // prose, which needed says in short
	if diff := cmp.Diff(shown, asMap(t, event.Resource)); diff != "" {
		t.Errorf("the resource in the event is not the one that is read: %s", diff)
	}
}

// An event says whose credential did it, for whom, and by which one.
func TestEventsSayWhoDidIt(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, `{"name":"0","email":"n@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
	ada, err := h.login("ada", "correct-horse")
	must(t, err)
	local, err := h.svc.Local(t.Context(), shop.id)
	must(t, err)
	user := h.record(shop.id).Users[0].ID.String()
	for i, row := range []struct {
		caller                     tenancy.Caller
		actor, subject, credential string
	}{
		{h.as(shop), shop.id, shop.id, "key_1"},
		{h.as(h.cove), h.cove.id, h.cove.id, "key_1"},
		{h.as(h.cove, shop.id), h.cove.id, shop.id, "key_1"},
		{h.as(h.mint(h.cove, 0, "customers:write"), shop.id), h.cove.id, shop.id, "key_2"},
		{h.as(h.token(h.cove)), h.cove.id, h.cove.id, "key_1"},
		{h.as(h.operator, h.cove.id), h.operator.id, h.cove.id, "key_1"},
		{h.as(ada), shop.id, shop.id, user},
		{local, h.operator.id, shop.id, "local"},
	} {
		_, err := h.tryUpdate(row.caller, shop.id, `{"name":"`+strings.Repeat("x", i+1)+`"}`)
		must(t, err)
		event := h.newest(shop.id)
		got := []string{event.Actor.String(), event.Subject.String(), event.Credential}
		if diff := cmp.Diff([]string{row.actor, row.subject, row.credential}, got); diff != "" {
			t.Errorf("row %d: %s", i, diff)
		}
	}
}

// Nothing secret stands in any event, whatever the change was about: no key, no
// password, no hash, no tax or account number, no date of birth. Neither does the
// stored record hold one in clear.
func TestEventsAndRecordsShowNoSecret(t *testing.T) {
	t.Parallel()
	h := open(t)
	quayside := h.create(h.cove, strings.TrimSuffix(quay, "}")+`,"username":"ada","password":"correct-horse"}`)
	_, err := h.update(quayside, quayside.id, `{"contact":{"dateOfBirth":"1978-12-24"},"legalEntity":{"personalTaxId":"007778888",
		"businessTaxId":"009990000","personalContact":{"firstName":"Ada","dateOfBirth":"1977-07-07"},
		"additionalOwners":[{"stakePercent":1,"personalTaxId":"008887777","contact":{"dateOfBirth":"1976-06-06"}}]},
		"defaultBank":{"routingNumber":"110000000","accountNumber":"000555544443333"}}`)
	must(t, err)
	_, err = h.svc.AddUser(t.Context(), h.as(quayside), "", customers.UserInput{
		Username: patch.Of("eve"), Password: patch.Of(secret.New("battery-staple")),
	})
	must(t, err)
	rotated, err := h.svc.RotateKeys(t.Context(), h.as(quayside), "", customers.RotateInput{})
	must(t, err)
	restricted := h.mint(party{quayside.id, rotated.Pair}, 0, "read")
	_, err = h.update(h.cove, quayside.id, `{"legalEntity":null,"contact":null}`)
	must(t, err)

	record := h.record(quayside.id)
	if len(record.Outbox) != 6 {
		t.Fatalf("there are %d events, want 6", len(record.Outbox))
	}
	secrets := append([]string{
		"1978-12-24", "12-24-1978", "007778888", "009990000", "1977-07-07", "008887777", "1976-06-06", "000555544443333",
		"correct-horse", "battery-staple", quayside.keys.Secret.Reveal(), quayside.keys.Publishable.Reveal(),
		rotated.Pair.Secret.Reveal(), rotated.Pair.Publishable.Reveal(), restricted.keys.Secret.Reveal(),
	}, quaySecrets...)
	events, err := json.Marshal(record.Outbox)
	must(t, err)
	stored, err := codec.Encode(record)
	must(t, err)
	for _, text := range secrets {
		if strings.Contains(string(events), text) {
			t.Errorf("%q stands in an event", text)
		}
		if strings.Contains(string(stored), text) {
			t.Errorf("%q stands in the stored record", text)
		}
	}
	for _, hashed := range []string{"$2a$", "$2b$", "asswordHash", "ecretHash", `dateOfBirth":`} {
		if strings.Contains(string(events), hashed) {
			t.Errorf("%q stands in an event", hashed)
		}
	}
}
