package customers_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

func (h *house) keyList(p party) []customers.KeyView {
	h.t.Helper()
	list, err := h.svc.Keys(h.t.Context(), h.as(p), "")
	must(h.t, err)
	return list
}

func (h *house) tryMint(p party, scopes ...string) (customers.MintedKey, error) {
	h.t.Helper()
	return h.svc.MintKey(h.t.Context(), h.as(p), "", customers.RestrictedKeyInput{Name: patch.Of("key"), Scopes: patch.Of(scopes)})
}

// dead demands that a credential is refused as any wrong one.
func (h *house) dead(name string, p party) {
	h.t.Helper()
	if err := h.present(p); fault.KindOf(err) != fault.Unauthenticated || fault.CodeOf(err) != fault.CodeCredentials {
		h.t.Errorf("%s: got %v, want it dead", name, err)
	}
}

func (h *house) alive(name string, p party) {
	h.t.Helper()
	if err := h.present(p); err != nil {
		h.t.Errorf("%s: got %v, want it alive", name, err)
	}
}

// No list, event or stored record shows a key or lists a hash.
func TestKeysAreShownOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	restricted := h.mint(h.cove, 0, "read")
	renewed := h.rotate(h.cove, time.Hour)
	list := h.keyList(renewed)
	text, err := json.Marshal(list)
	must(t, err)
	view, err := json.Marshal(h.view(renewed, renewed.id))
	must(t, err)
	for _, pair := range []keys.Pair{h.cove.keys, renewed.keys, restricted.keys} {
		for _, key := range []string{pair.Secret.Reveal(), pair.Publishable.Reveal()} {
			if key == "" {
				continue
			}
			random := key[len(key)-36 : len(key)-6]
			conceals(t, "the list", text, random, "$2a$", "Hash")
			conceals(t, "the customer", view, random, "$2a$", "Hash")
			conceals(t, "the store", h.atRest(h.cove.id), random)
		}
	}
	var shown []string
	for _, key := range list {
		shown = append(shown, key.ID+" "+key.Type+" "+key.Status+" "+strings.Join(key.Scopes, ","))
	}
	full := tenancy.Full.Names()
	want := []string{"key_1 pair active " + strings.Join(full, ","), "key_2 restricted active read", "key_3 pair active " + strings.Join(full, ",")}
	if !slices.Equal(shown, want) {
		t.Errorf("the list shows %q, want %q", shown, want)
	}
}

// A restricted key mints only what it holds itself, through any number of hands.
func TestNobodyMintsMoreThanItHolds(t *testing.T) {
	t.Parallel()
	h := open(t)
	holder := h.mint(h.cove, 0, "keys:write", "read", "banks:write")
	grantee := h.mint(holder, 0, "keys:write", "read")
	for _, row := range []struct {
		by      party
		scopes  []string
		allowed bool
	}{
		{holder, []string{"read"}, true},
		{holder, []string{"banks:write", "keys:write"}, true},
		{holder, []string{"read", "unmask"}, false},
		{holder, []string{"customers:write"}, false},
		{holder, []string{"identity:decide"}, false},
		{grantee, []string{"read", "keys:write"}, true},
		{grantee, []string{"banks:write"}, false},
		{h.token(grantee), []string{"banks:write"}, false},
		{h.mint(h.cove, 0, "read", "customers:write"), []string{"read"}, false}, // no keys:write
	} {
		minted, err := h.tryMint(row.by, row.scopes...)
		if !row.allowed {
			refused(t, err, fault.Forbidden, fault.CodeScope)
			continue
		}
		must(t, err)
		caller := h.as(party{id: h.cove.id, keys: pairOf(minted.Secret)})
		if got := caller.Credential.Scopes.Names(); len(got) != len(row.scopes) || !slices.Equal(got, minted.Key.Scopes) {
			t.Errorf("minted %v, the key holds %v and shows %v", row.scopes, got, minted.Key.Scopes)
		}
	}
}

// A restricted key, however much it holds, never becomes a full pair, by rotation
// or by a new administrator, for its own customer or for one below.
func TestRestrictedKeyNeverBecomesFull(t *testing.T) {
	t.Parallel()
	h := open(t)
	merchant := h.merchantOf(h.cove)
	all := tenancy.Full.Names()
	for i, missing := range all {
		if missing == "keys:write" || missing == "customers:write" {
			continue // without these it cannot even try
		}
		restricted := h.mint(h.cove, 0, slices.Concat(all[:i], all[i+1:])...)
		for _, credential := range []party{restricted, h.token(restricted)} {
			for _, target := range []string{"", merchant.id} {
				_, err := h.svc.RotateKeys(t.Context(), h.as(credential), target, customers.RotateInput{})
				refused(t, err, fault.Forbidden, fault.CodeScope)
				for _, role := range []string{``, `,"role":"admin"`} {
					_, err = h.addUser(credential, target, `{"username":"boss-`+missing+`","password":"long enough"`+role+`}`)
					refused(t, err, fault.Forbidden, fault.CodeScope)
				}
			}
		}
	}
	for _, id := range []string{h.cove.id, merchant.id} {
		if record := h.record(id); len(record.Users) != 0 || slices.ContainsFunc(record.Keys, func(e keys.Entry) bool { return !e.Restricted && e.Number > 1 }) {
			t.Errorf("%s got users %v and keys %v", id, record.Users, record.Keys)
		}
	}
}

// A restricted key ends by itself, at the very second it was given.
func TestRestrictedKeyEndsByItself(t *testing.T) {
	t.Parallel()
	h := open(t)
	short := h.mint(h.cove, 60, "read")
	h.clock.Advance(time.Minute - time.Millisecond)
	h.alive("a key of a minute", short)
	h.clock.Advance(time.Millisecond)
	h.dead("a key of a minute, a minute later", short)
	for _, row := range []struct {
		body, field string
		detail      fault.Detail
	}{
		{`{"scopes":["read"]}`, "name", fault.Missing},
		{`{"name":"","scopes":["read"]}`, "name", fault.Missing},
		{`{"name":"` + strings.Repeat("ä", 65) + `","scopes":["read"]}`, "name", fault.TooLong},
		{`{"name":"a\u001b[2J","scopes":["read"]}`, "name", fault.BadValue},
		{`{"name":"a"}`, "scopes", fault.Missing},
		{`{"name":"a","scopes":[]}`, "scopes", fault.Missing},
		{`{"name":"a","scopes":["read","everything"]}`, "scopes.1", fault.BadValue},
		{`{"name":"a","scopes":["tokens:write"]}`, "scopes.0", fault.BadValue},
		{`{"name":"a","scopes":["read"],"expiresInSeconds":59}`, "expiresInSeconds", fault.BadValue},
		{`{"name":"a","scopes":["read"],"expiresInSeconds":31536001}`, "expiresInSeconds", fault.BadValue},
		{`{"name":"a","scopes":["read"],"expiresInSeconds":9223372036854775807}`, "expiresInSeconds", fault.BadValue},
	} {
		_, err := h.svc.MintKey(t.Context(), h.as(h.cove), "", input[customers.RestrictedKeyInput](t, row.body))
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
			t.Errorf("%s: faults are %v", row.body, got)
		}
	}
	minted, err := h.svc.MintKey(t.Context(), h.as(h.cove), "",
		input[customers.RestrictedKeyInput](t, `{"name":"`+strings.Repeat("ä", 64)+`","scopes":["read"],"expiresInSeconds":31536000}`))
	must(t, err)
	if time.Time(*minted.Key.Expires) != h.clock.Now().Add(365*24*time.Hour) {
		t.Errorf("a year ends at %v", minted.Key.Expires)
	}
}

// A customer holds 20 live keys at most, pairs and restricted ones together; what
// is dead makes room.
func TestLiveKeysAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.mint(h.cove, 60, "read")
	for range 18 {
		h.mint(h.cove, 0, "read")
	}
	full := func() {
		t.Helper()
		_, err := h.tryMint(h.cove, "read")
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["keys"] != fault.TooMany {
			t.Errorf("the 21st key is refused as %v", got)
		}
		_, err = h.svc.RotateKeys(t.Context(), h.as(h.cove), "", customers.RotateInput{})
		refused(t, err, fault.Invalid, fault.CodeValidation)
	}
	full()
	_, err := h.svc.RevokeKey(t.Context(), h.as(h.cove), "", "key_7")
	must(t, err)
	h.mint(h.cove, 0, "read")
	full()
	h.clock.Advance(time.Minute) // the first restricted key ends
	h.mint(h.cove, 0, "read")
	full()
}

// When a key was last used shows once the notes are flushed, and that writes
// neither a version nor an event.
func TestLastUseIsNoChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	restricted := h.mint(h.cove, 0, "read")
	must(t, h.svc.FlushKeyUse(t.Context()))
	before := h.record(h.cove.id)
	h.clock.Advance(time.Hour)
	h.alive("the restricted key", restricted)
	if got := h.record(h.cove.id).KeyUse["2"]; !got.IsZero() {
		t.Errorf("a read wrote the use %v", got)
	}
	must(t, h.svc.FlushKeyUse(t.Context()))
	after := h.record(h.cove.id)
	if after.Version != before.Version || after.LastUpdated != before.LastUpdated || len(after.Outbox) != len(before.Outbox) {
		t.Errorf("noting a use moved version %d to %d, and %d events to %d", before.Version, after.Version, len(before.Outbox), len(after.Outbox))
	}
	list, err := h.svc.Keys(t.Context(), h.as(h.operator), h.cove.id)
	must(t, err)
	if used := list[1].LastUsed; used == nil || h.clock.Now().Sub(time.Time(*used)) > time.Minute {
		t.Errorf("the key was used at %v, the list says %v", h.clock.Now(), used)
	}
	if text := strconv.Quote(list[0].ID); list[0].LastUsed != nil && time.Time(*list[0].LastUsed).After(before.Created.Add(time.Minute)) {
		t.Errorf("%s was not used since, the list says %v", text, list[0].LastUsed)
	}
}

// The keys of another tenant, of a sibling or of the customer above cannot be
// told from keys of nobody; a restricted key needs the scope.
func TestKeysOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	operations := []operation{
		{"list", func(c tenancy.Caller, id string) error { _, err := h.svc.Keys(t.Context(), c, id); return err }},
		{"mint", func(c tenancy.Caller, id string) error {
			_, err := h.svc.MintKey(t.Context(), c, id, input[customers.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			return err
		}},
		{"revoke", func(c tenancy.Caller, id string) error {
			_, err := h.svc.RevokeKey(t.Context(), c, id, "key_1")
			return err
		}},
		{"rotate", func(c tenancy.Caller, id string) error {
			_, err := h.svc.RotateKeys(t.Context(), c, id, customers.RotateInput{})
			return err
		}},
	}
	h.hidden(victim, operations, h.rival, sibling, h.merchantOf(h.rival))
	h.hidden(h.cove, operations, h.rival, victim)
	h.hidden(h.operator, operations, h.rival, h.cove)
	h.lacking(h.cove, "keys:write", operations)
}
