package keys_test

import (
	"bytes"
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Each kind of key opens exactly the entry it belongs to, with exactly its scopes.
func TestHashAndScopesFollowKind(t *testing.T) {
	t.Parallel()
	pair := keys.Entry{SecretHash: []byte("s"), PublishableHash: []byte("p"), Scopes: tenancy.Unmask}
	restricted := keys.Entry{Restricted: true, SecretHash: []byte("r"), Scopes: tenancy.Read}
	rows := []struct {
		name   string
		entry  keys.Entry
		kind   keys.Kind
		hash   string
		scopes tenancy.Scope
	}{
		{"secret key of a pair", pair, keys.Secret, "s", tenancy.Full},
		{"publishable key of a pair", pair, keys.Publishable, "p", tenancy.Tokenize},
		{"restricted key shown for a pair", pair, keys.Restricted, "", 0},
		{"restricted key", restricted, keys.Restricted, "r", tenancy.Read},
		{"secret key shown for a restricted one", restricted, keys.Secret, "", 0},
		{"publishable key shown for a restricted one", restricted, keys.Publishable, "", 0},
		{"no kind", pair, "", "", 0},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := row.entry.Proof(row.kind).Hash; string(got) != row.hash || (got == nil) != (row.hash == "") {
				t.Errorf("%s: hash %q, want %q", row.name, got, row.hash)
			}
			if got := row.entry.ScopesFor(row.kind); got != row.scopes {
				t.Errorf("%s: scopes %q, want %q", row.name, got, row.scopes)
			}
		})
	}
}

// An entry lives until its end, is dead at that instant, and stays dead once revoked.
func TestLive(t *testing.T) {
	t.Parallel()
	later := start.Add(time.Nanosecond)
	rows := []struct {
		name             string
		expires, revoked *time.Time
		live             bool
	}{
		{"without an end", nil, nil, true},
		{"just before its end", &later, nil, true},
		{"at its end", &start, nil, false},
		{"revoked", nil, &start, false},
		{"revoked by a clock ahead of ours", nil, &later, false},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			if got := (keys.Entry{Expires: row.expires, Revoked: row.revoked}).Live(start); got != row.live {
				t.Errorf("%s: live is %v", row.name, got)
			}
		})
	}
}

// The public id of an entry is found among those of its customer and no other; a number
// finds only an entry from the time when ids were numbers, and its unique id it too.
func TestEntryIDs(t *testing.T) {
	t.Parallel()
	mine, other := tenancy.ID{1}, tenancy.ID{2}
	older, newer := keys.Entry{Number: 1}, keys.Entry{Number: 2, UID: tenancy.ID{9}}
	list := []keys.Entry{older, newer}
	for _, entry := range list {
		if found, ok := keys.FindID(mine, list, entry.ID(mine)); !ok || found.Number != entry.Number {
			t.Errorf("%s finds %v", entry.ID(mine), found)
		}
	}
	if found, ok := keys.FindID(mine, list, "key_1"); !ok || found.Number != 1 {
		t.Error("an older id no longer finds its key")
	}
	if _, ok := keys.FindID(other, list, older.ID(mine)); ok || older.ID(mine) == older.ID(other) {
		t.Error("the id of an older key is that of another customer's")
	}
	for _, text := range []string{"", "key_", "key_0", "key_2", "key_01", "key_1 ", "KEY_1", "1", "key_090000000000000000000000 "} {
		t.Run(text, func(t *testing.T) {
			if found, ok := keys.FindID(mine, list, text); ok {
				t.Errorf("%q finds %v", text, found)
			}
		})
	}
}

// The audit trail has a name for every kind of key, and for nothing else.
func TestCredentialKinds(t *testing.T) {
	t.Parallel()
	rows := map[keys.Kind]tenancy.CredentialKind{
		keys.Secret: tenancy.SecretKey, keys.Publishable: tenancy.PublishableKey,
		keys.Restricted: tenancy.RestrictedKey, "xx": "",
	}
	for kind, want := range rows {
		t.Run(string(kind), func(t *testing.T) {
			if got := keys.CredentialKindOf(kind); got != want {
				t.Errorf("%q is %q, want %q", kind, got, want)
			}
		})
	}
}

// Every minted key looks like one, and no access token does.
func TestLooksLikeKey(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"sk_": true, "pk_live_x": true, "rk_test_x": true,
		"": false, "sk": false, "SK_live_": false, "eyJhbGciOiJIUzI1NiJ9.e30.x": false,
	} {
		t.Run(text, func(t *testing.T) {
			if keys.LooksLikeKey(secret.New(text)) != want {
				t.Errorf("%q: want %v", text, want)
			}
		})
	}
}

// A presented key is admitted only to a live entry of its number, mode and kind.
func TestAdmit(t *testing.T) {
	t.Parallel()
	entry, pair := mintPair(t, 2)
	restricted, restrictedText, err := minter.Restricted(t.Context(), owner, 3, "reports", tenancy.Read, nil, start)
	if err != nil {
		t.Fatal(err)
	}
	entries := []keys.Entry{entry, restricted}
	for _, text := range []secret.Text{pair.Secret, pair.Publishable, restrictedText} {
		p := parse(t, text)
		got, proof, err := keys.Admit(entries, p, start)
		if err != nil || got.Number != p.Entry || !bytes.Equal(proof.Hash, got.Proof(p.Kind).Hash) {
			t.Errorf("%s of entry %d: %v", p.Kind, p.Entry, err)
		}
	}
	liveTwin := parse(t, secret.New(keys.Compose(keys.Secret, keys.Live, owner, 2, sampleRandom)))
	revoked, _ := keys.Revoke(entries, 2, start)
	rows := map[string]struct {
		entries []keys.Entry
		shown   keys.Presented
	}{
		"no entries":               {nil, parse(t, pair.Secret)},
		"revoked":                  {revoked, parse(t, pair.Secret)},
		"other mode":               {entries, liveTwin},
		"secret, entry restricted": {entries, wrongSecret(t, 3, 0)},
		"restricted, entry a pair": {entries, parse(t, secret.New(keys.Compose(keys.Restricted, keys.Test, owner, 2, sampleRandom)))},
		"no such number":           {entries, wrongSecret(t, 4, 0)},
		"the zero key":             {entries, keys.Presented{}},
		"the zero key, entry zero": {[]keys.Entry{{SecretHash: []byte("x")}}, keys.Presented{}},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, proof, err := keys.Admit(row.entries, row.shown, start)
			wantRefused(t, err)
			if proof.Hash != nil || got.Number != 0 {
				t.Errorf("a refusal gave entry %d", got.Number)
			}
		})
	}
}
