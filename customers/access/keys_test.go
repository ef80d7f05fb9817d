package access_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// No list, event or stored record shows a key or lists a hash.
func TestKeysAreShownOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	restricted := h.Mint(h.Cove, 0, "read")
	renewed := rotate(h, h.Cove, time.Hour)
	list := keyList(h, renewed)
	text, err := json.Marshal(list)
	testkit.Must(t, err)
	view, err := json.Marshal(h.View(renewed, renewed.ID))
	testkit.Must(t, err)
	for _, pair := range []keys.Pair{h.Cove.Keys, renewed.Keys, restricted.Keys} {
		for _, key := range []string{pair.Secret.Reveal(), pair.Publishable.Reveal()} {
			if key == "" {
				continue
			}
			random := key[len(key)-36 : len(key)-6]
			testkit.Conceals(t, "the list", text, random, "$2a$", "Hash")
			testkit.Conceals(t, "the customer", view, random, "$2a$", "Hash")
			testkit.Conceals(t, "the store", h.AtRest(h.Cove.ID), random)
		}
	}
	var shown []string
	for _, key := range list {
		shown = append(shown, key.ID+" "+key.Type+" "+key.Status+" "+strings.Join(key.Scopes, ","))
	}
	full := tenancy.Full.Names()
	want := []string{h.KeyID(h.Cove.ID, 1) + " pair active " + strings.Join(full, ","), h.KeyID(h.Cove.ID, 2) + " restricted active read", h.KeyID(h.Cove.ID, 3) + " pair active " + strings.Join(full, ",")}
	if !slices.Equal(shown, want) {
		t.Errorf("the list shows %q, want %q", shown, want)
	}
}

// A restricted key mints only what it holds itself, through any number of hands.
func TestNobodyMintsMoreThanItHolds(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	holder := h.Mint(h.Cove, 0, "keys:write", "read", "banks:write")
	grantee := h.Mint(holder, 0, "keys:write", "read")
	for _, row := range []struct {
		by      testkit.Party
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
		{h.Token(grantee), []string{"banks:write"}, false},
		{h.Mint(h.Cove, 0, "read", "customers:write"), []string{"read"}, false}, // no keys:write
	} {
		t.Run(fmt.Sprint(row.allowed, " ", row.scopes), func(t *testing.T) {
			h := h.In(t)
			minted, err := tryMint(h, row.by, row.scopes...)
			if !row.allowed {
				testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
				return
			}
			testkit.Must(t, err)
			caller := h.As(testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(minted.Secret)})
			if got := caller.Credential.Scopes.Names(); len(got) != len(row.scopes) || !slices.Equal(got, minted.Key.Scopes) {
				t.Errorf("minted %v, the key holds %v and shows %v", row.scopes, got, minted.Key.Scopes)
			}
		})
	}
}

// A restricted key, however much it holds, never becomes a full pair, by rotation
// or by a new administrator, for its own customer or for one below.
func TestRestrictedKeyNeverBecomesFull(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	merchant := h.MerchantOf(h.Cove)
	all := tenancy.Full.Names()
	for i, missing := range all {
		if missing == "keys:write" || missing == "customers:write" {
			continue // without these it cannot even try
		}
		restricted := h.Mint(h.Cove, 0, slices.Concat(all[:i], all[i+1:])...)
		for _, credential := range []testkit.Party{restricted, h.Token(restricted)} {
			for _, target := range []string{"", merchant.ID} {
				_, err := h.Svc.Access.RotateKeys(t.Context(), h.As(credential), target, access.RotateInput{})
				testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
				for _, role := range []string{``, `,"role":"admin"`} {
					_, err = h.AddUser(credential, target, `{"username":"boss-`+missing+`","password":"long enough"`+role+`}`)
					testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
				}
			}
		}
	}
	for _, id := range []string{h.Cove.ID, merchant.ID} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			if record := h.Record(id); len(record.Users) != 0 || slices.ContainsFunc(record.Keys, func(e keys.Entry) bool { return !e.Restricted && e.Number > 1 }) {
				t.Errorf("%s got users %v and keys %v", id, record.Users, record.Keys)
			}
		})
	}
}

// A restricted key ends by itself, at the very second it was given.
func TestRestrictedKeyEndsByItself(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	short := h.Mint(h.Cove, 60, "read")
	h.Clock.Advance(time.Minute - time.Millisecond)
	h.Alive("a key of a minute", short)
	h.Clock.Advance(time.Millisecond)
	dead(h, "a key of a minute, a minute later", short)
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
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Access.MintKey(t.Context(), h.As(h.Cove), "", testkit.Input[access.RestrictedKeyInput](t, row.body))
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("%s: faults are %v", row.body, got)
			}
		})
	}
	minted, err := h.Svc.Access.MintKey(t.Context(), h.As(h.Cove), "",
		testkit.Input[access.RestrictedKeyInput](t, `{"name":"`+strings.Repeat("ä", 64)+`","scopes":["read"],"expiresInSeconds":31536000}`))
	testkit.Must(t, err)
	if time.Time(*minted.Key.Expires) != h.Clock.Now().Add(365*24*time.Hour) {
		t.Errorf("a year ends at %v", minted.Key.Expires)
	}
}

// A customer holds 20 live keys at most, pairs and restricted ones together; what
// is dead makes room.
func TestLiveKeysAreBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	h.Mint(h.Cove, 60, "read")
	for range 18 {
		h.Mint(h.Cove, 0, "read")
	}
	full := func() {
		t.Helper()
		_, err := tryMint(h, h.Cove, "read")
		if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["keys"] != fault.TooMany {
			t.Errorf("the 21st key is refused as %v", got)
		}
		_, err = h.Svc.Access.RotateKeys(t.Context(), h.As(h.Cove), "", access.RotateInput{})
		testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	}
	full()
	_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{CustomerID: "", KeyID: h.KeyID(h.Cove.ID, 7)})
	testkit.Must(t, err)
	h.Mint(h.Cove, 0, "read")
	full()
	h.Clock.Advance(time.Minute) // the first restricted key ends
	h.Mint(h.Cove, 0, "read")
	full()
}

// When a key was last used shows once the notes are flushed, and that writes
// neither a version nor an event.
func TestLastUseIsNoChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	restricted := h.Mint(h.Cove, 0, "read")
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
	before := h.Record(h.Cove.ID)
	h.Clock.Advance(time.Hour)
	h.Alive("the restricted key", restricted)
	if got := h.Record(h.Cove.ID).KeyUse["2"]; !got.IsZero() {
		t.Errorf("a read wrote the use %v", got)
	}
	testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
	after := h.Record(h.Cove.ID)
	if after.Version != before.Version || after.LastUpdated != before.LastUpdated || len(after.Outbox) != len(before.Outbox) {
		t.Errorf("noting a use moved version %d to %d, and %d events to %d", before.Version, after.Version, len(before.Outbox), len(after.Outbox))
	}
	list, err := h.Svc.Access.Keys(t.Context(), h.As(h.Operator), h.Cove.ID)
	testkit.Must(t, err)
	if used := list[1].LastUsed; used == nil || h.Clock.Now().Sub(time.Time(*used)) > time.Minute {
		t.Errorf("the key was used at %v, the list says %v", h.Clock.Now(), used)
	}
	if text := strconv.Quote(list[0].ID); list[0].LastUsed != nil && time.Time(*list[0].LastUsed).After(before.Created.Add(time.Minute)) {
		t.Errorf("%s was not used since, the list says %v", text, list[0].LastUsed)
	}
}

// The keys of another tenant, of a sibling or of the customer above cannot be
// distinguished from made-up keys; a restricted key needs the scope.
func TestKeysOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	first := map[string]string{victim.ID: h.KeyID(victim.ID, 1), h.Cove.ID: h.KeyID(h.Cove.ID, 1), h.Operator.ID: h.KeyID(h.Operator.ID, 1)}
	keyOf := func(id string) string { return first[id] } // of a missing customer none
	operations := []testkit.Operation{
		{Name: "list", Try: func(c tenancy.Caller, id string) error { _, err := h.Svc.Access.Keys(t.Context(), c, id); return err }},
		{Name: "mint", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Access.MintKey(t.Context(), c, id, testkit.Input[access.RestrictedKeyInput](t, `{"name":"n","scopes":["read"]}`))
			return err
		}},
		{Name: "revoke", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Access.RevokeKey(t.Context(), c, access.RevokeInput{CustomerID: id, KeyID: keyOf(id)})
			return err
		}},
		{Name: "rotate", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Access.RotateKeys(t.Context(), c, id, access.RotateInput{})
			return err
		}},
	}
	h.Hidden(victim, operations, h.Rival, sibling, h.MerchantOf(h.Rival))
	h.Hidden(h.Cove, operations, h.Rival, victim)
	h.Hidden(h.Operator, operations, h.Rival, h.Cove)
	h.Lacking(h.Cove, "keys:write", operations)
}
