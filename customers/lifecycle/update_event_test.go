package lifecycle_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/store/codec"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// Every change puts exactly one event beside it, in the same write: what differs,
// before and after, and the whole resource as it is now.
func TestOneEventPerChangeTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"Old","email":"n@example.com","planKey":"payer","description":"d","meta":{"a":1}}`)
	h.Clock.Advance(time.Second)
	_, err := h.Update(shop, shop.ID, `{"name":"New","description":null,"externalId":"x","email":"n@example.com","meta":{"a":1}}`)
	testkit.Must(t, err)
	record := h.Record(shop.ID)
	if len(record.Outbox) != 2 || record.Version != 2 {
		t.Fatalf("version %d with %d events", record.Version, len(record.Outbox))
	}
	event := h.Newest(shop.ID)
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
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(row.want, testkit.AsMap(t, row.got)); diff != "" {
				t.Errorf("%s: %s", name, diff)
			}
		})
	}
	shown := h.View(shop, shop.ID)
	delete(shown["planStatus"].(map[string]any), "requirements") // prose, which needed says in short
	if diff := cmp.Diff(shown, testkit.AsMap(t, event.Resource)); diff != "" {
		t.Errorf("the resource in the event is not the one that is read: %s", diff)
	}
}

// An event says whose credential did it, for whom, and by which one.
func TestEventsSayWhoDidIt(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, `{"name":"0","email":"n@example.com","planKey":"payer","username":"ada","password":"correct-horse"}`)
	ada, err := h.Login("ada", "correct-horse")
	testkit.Must(t, err)
	local, err := h.Svc.Access.Local(t.Context(), shop.ID)
	testkit.Must(t, err)
	user := h.Record(shop.ID).Users[0].ID.String()
	for i, row := range []struct {
		caller                     tenancy.Caller
		actor, subject, credential string
	}{
		{h.As(shop), shop.ID, shop.ID, h.KeyID(shop.ID, 1)},
		{h.As(h.Cove), h.Cove.ID, h.Cove.ID, h.KeyID(h.Cove.ID, 1)},
		{h.As(h.Cove, shop.ID), h.Cove.ID, shop.ID, h.KeyID(h.Cove.ID, 1)},
		{h.As(h.Mint(h.Cove, 0, "customers:write"), shop.ID), h.Cove.ID, shop.ID, h.KeyID(h.Cove.ID, 2)},
		{h.As(h.Token(h.Cove)), h.Cove.ID, h.Cove.ID, h.KeyID(h.Cove.ID, 1)},
		{h.As(h.Operator, h.Cove.ID), h.Operator.ID, h.Cove.ID, h.KeyID(h.Operator.ID, 1)},
		{h.As(ada), shop.ID, shop.ID, user},
		{local, h.Operator.ID, shop.ID, "local"},
	} {
		t.Run(row.actor, func(t *testing.T) {
			h := h.In(t)
			_, err := h.TryUpdate(row.caller, shop.ID, `{"name":"`+strings.Repeat("x", i+1)+`"}`)
			testkit.Must(t, err)
			event := h.Newest(shop.ID)
			got := []string{event.Actor.String(), event.Subject.String(), event.Credential}
			if diff := cmp.Diff([]string{row.actor, row.subject, row.credential}, got); diff != "" {
				t.Errorf("row %d: %s", i, diff)
			}
		})
	}
}

// Nothing secret stands in any event, whatever the change was about: no key, no
// password, no hash, no tax or account number, no date of birth. Neither does the
// stored record hold one in clear.
func TestEventsAndRecordsShowNoSecret(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	quayside := h.Create(h.Cove, strings.TrimSuffix(testkit.Quay, "}")+`,"username":"ada","password":"correct-horse"}`)
	_, err := h.Update(quayside, quayside.ID, `{"contact":{"dateOfBirth":"1978-12-24"},"legalEntity":{"personalTaxId":"007778888",
		"businessTaxId":"009990000","personalContact":{"firstName":"Ada","dateOfBirth":"1977-07-07"},
		"additionalOwners":[{"stakePercent":1,"personalTaxId":"008887777","contact":{"dateOfBirth":"1976-06-06"}}]},
		"defaultBank":{"routingNumber":"110000000","accountNumber":"000555544443333"}}`)
	testkit.Must(t, err)
	_, err = h.Svc.Access.AddUser(t.Context(), h.As(quayside), "", access.UserInput{
		Username: patch.Of("eve"), Password: patch.Of(secret.New("battery-staple")),
	})
	testkit.Must(t, err)
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(quayside), "", access.RotateInput{})
	testkit.Must(t, err)
	restricted := h.Mint(testkit.Party{ID: quayside.ID, Keys: rotated.Pair}, 0, "read")
	_, err = h.Update(h.Cove, quayside.ID, `{"legalEntity":null,"contact":null}`)
	testkit.Must(t, err)

	record := h.Record(quayside.ID)
	if told := h.Events(quayside.ID); len(told) != 7 || len(record.Outbox) < len(told) {
		t.Fatalf("%d events wait, %d of them for 6 changes and the deposits that began with the first", len(record.Outbox), len(told))
	}
	secrets := append([]string{
		"1978-12-24", "12-24-1978", "007778888", "009990000", "1977-07-07", "008887777", "1976-06-06", "000555544443333",
		"correct-horse", "battery-staple", quayside.Keys.Secret.Reveal(), quayside.Keys.Publishable.Reveal(),
		rotated.Pair.Secret.Reveal(), rotated.Pair.Publishable.Reveal(), restricted.Keys.Secret.Reveal(),
	}, testkit.QuaySecrets...)
	events, err := json.Marshal(record.Outbox)
	testkit.Must(t, err)
	stored, err := codec.Encode(record)
	testkit.Must(t, err)
	for _, text := range secrets {
		if strings.Contains(string(events), text) {
			t.Errorf("%q stands in an event", text)
		}
		if strings.Contains(string(stored), text) {
			t.Errorf("%q stands in the stored record", text)
		}
	}
	for _, hashed := range []string{"$2a$", "$2b$", "asswordHash", "ecretHash", `dateOfBirth":`} {
		t.Run(hashed, func(t *testing.T) {
			if strings.Contains(string(events), hashed) {
				t.Errorf("%q stands in an event", hashed)
			}
		})
	}
}
