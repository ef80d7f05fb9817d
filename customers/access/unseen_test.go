package access_test

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/testkit"
	"tenantry/keys"
)

// old inserts a customer as earlier builds made it through a dialect: enrolled, with a
// pair of keys. event is what the event of its creation shows; empty is nothing.
func old(t *testing.T, h *testkit.Env, parent testkit.Party, event string, change ...func(*customers.Customer)) string {
	t.Helper()
	return h.Row(parent, "Old", func(c *customers.Customer) {
		entry, _, err := keys.Minter{Mode: keys.Test, Cost: 4}.Pair(t.Context(), c.Ref(), 1, c.Created)
		testkit.Must(t, err)
		c.EnrollmentType, c.Keys, c.KeyCount = customers.EnrollmentUnverified, []keys.Entry{entry}, 1
		c.Outbox = []customers.Event{{ID: c.ID, Type: "customer.created", At: c.Created}}
		if event != "" {
			c.Outbox[0].Resource = []byte(event)
		}
		for _, act := range change {
			act(c)
		}
	})
}

// Only pairs that nobody can have seen are revoked, in every tenant and with an event;
// a second run does nothing, not even for what would be revoked.
func TestUnseenKeysAreRevokedOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	enrolled, native := `{"object":"customer","type":"unverified"}`, `{"object":"customer"}`
	used := func(c *customers.Customer) { c.KeyUse = map[string]time.Time{"1": c.Created} }
	later := func(c *customers.Customer) { c.Keys[0].Created = c.Created.Add(time.Millisecond) }
	screened := func(c *customers.Customer) { c.EnrollmentType, c.PartyType = "", customers.PartyIndividual }
	table := map[string]struct {
		id      string
		revoked bool
	}{
		"enrolled":                      {old(t, h, h.Cove, enrolled), true},
		"screened":                      {old(t, h, h.Cove, `{"kind":"individual"}`, screened), true},
		"another tenant's":              {old(t, h, h.Rival, enrolled), true},
		"its event shows nothing":       {old(t, h, h.Cove, ""), true},
		"that, and its pair came later": {old(t, h, h.Cove, "", later), false},
		"made natively, enrolled later": {old(t, h, h.Cove, native), false},
		"used":                          {old(t, h, h.Cove, enrolled, used), false},
		"made natively":                 {h.Create(h.Cove, testkit.One(``)).ID, false},
	}
	_, err := h.Svc.Relay.RelayEvents(t.Context()) // some in the log, the next in the outbox
	testkit.Must(t, err)
	waiting := old(t, h, h.Rival, enrolled)
	looked := 0
	revoked, err := h.Svc.Access.RevokeUnseenKeys(t.Context(), func(done int) { looked = done })
	testkit.Must(t, err)
	if revoked != 5 || looked != 12 || h.Record(waiting).Keys[0].Revoked == nil {
		t.Errorf("%d pairs of %d customers were revoked", revoked, looked)
	}
	after := old(t, h, h.Cove, enrolled)
	revoked, err = h.Svc.Access.RevokeUnseenKeys(t.Context(), func(int) {})
	testkit.Must(t, err)
	if revoked != 0 || h.Record(after).Keys[0].Revoked != nil {
		t.Errorf("a second run revoked %d", revoked)
	}
	for name, row := range table {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			revoked := h.Record(row.id).Keys[0].Revoked != nil
			if revoked != row.revoked || (h.Last(row.id).Type == "key.revoked") != row.revoked {
				t.Errorf("%s: revoked: %t, and the last event is %s", name, revoked, h.Last(row.id).Type)
			}
		})
	}
}
