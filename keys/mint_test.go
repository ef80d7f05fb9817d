package keys_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// A pair is two keys of one entry that share nothing but their name; the entry keeps
// their hashes at the requested cost, and nothing of their random parts.
func TestPair(t *testing.T) {
	t.Parallel()
	m := keys.Minter{Mode: keys.Live, Cost: 5}
	now := start.Add(123456789 * time.Nanosecond)
	entry, pair, err := m.Pair(t.Context(), owner, 9, now)
	if err != nil {
		t.Fatal(err)
	}
	shown, publishable := parse(t, pair.Secret), parse(t, pair.Publishable)
	if shown.Kind != keys.Secret || publishable.Kind != keys.Publishable || shown.Entry != 9 || shown.Mode != keys.Live || shown.Ref != owner {
		t.Errorf("the pair is named %+v and %+v", shown, publishable)
	}
	a, b := pair.Secret.Reveal(), pair.Publishable.Reveal()
	if a[keys.RandomStart:keys.ChecksumAt] == b[keys.RandomStart:keys.ChecksumAt] {
		t.Error("both keys have the same random part: the public one tells the secret one")
	}
	if entry.Hint != a[len(a)-4:] || entry.Number != 9 || entry.Restricted || entry.Mode != keys.Live || entry.Expires != nil {
		t.Errorf("the entry is %+v", entry)
	}
	if !entry.Created.Equal(start.Add(123 * time.Millisecond)) {
		t.Errorf("created %v: a store would not give this back", entry.Created)
	}
	for text, hash := range map[string][]byte{a: entry.SecretHash, b: entry.PublishableHash} {
		t.Run(text, func(t *testing.T) {
			if cost, err := bcrypt.Cost(hash); err != nil || cost != 5 {
				t.Errorf("cost %d, %v", cost, err)
			}
			if err := bcrypt.CompareHashAndPassword(hash, []byte(text[keys.RandomStart:keys.ChecksumAt])); err != nil {
				t.Errorf("the hash is not of the random part: %v", err)
			}
		})
	}
}

// A restricted key has the scopes and the end that were asked for, and is a single key.
func TestRestricted(t *testing.T) {
	t.Parallel()
	end := start.Add(time.Hour + time.Nanosecond)
	entry, text, err := minter.Restricted(t.Context(), owner, 4, "reports", tenancy.Read|tenancy.Unmask, &end, start)
	if err != nil {
		t.Fatal(err)
	}
	if p := parse(t, text); p.Kind != keys.Restricted || p.Entry != 4 {
		t.Errorf("named %+v", p)
	}
	if !entry.Restricted || entry.Name != "reports" || entry.Scopes != tenancy.Read|tenancy.Unmask || entry.PublishableHash != nil {
		t.Errorf("the entry is %+v", entry)
	}
	if entry.Expires == nil || !entry.Expires.Equal(start.Add(time.Hour)) || !end.Equal(start.Add(time.Hour+time.Nanosecond)) {
		t.Errorf("ends %v; the caller's own value is now %v", entry.Expires, end)
	}
}

// A restricted key without scopes, with those of a publishable key, or already expired is
// refused, and every failing field is named.
func TestRestrictedRefusals(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		scopes tenancy.Scope
		end    time.Time
		fields string
	}{
		{"no scopes", 0, start.Add(time.Hour), "scopes"},
		{"scope of a publishable key", tenancy.Read | tenancy.Tokenize, start.Add(time.Hour), "scopes"},
		{"unknown scope", 1 << 15, start.Add(time.Hour), "scopes"},
		{"ends now", tenancy.Read, start, "expires"},
		{"ends within the millisecond", tenancy.Read, start.Add(time.Microsecond), "expires"},
		{"both", 0, start.Add(-time.Hour), "scopes expires"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, text, err := minter.Restricted(t.Context(), owner, 4, "", row.scopes, &row.end, start)
			wantKind(t, err, fault.Invalid, fault.CodeValidation)
			e, _ := errors.AsType[*fault.Error](err)
			fields := []string{e.Field}
			for _, more := range e.More {
				fields = append(fields, more.Field)
			}
			if got := strings.Join(fields, " "); got != row.fields || !text.Empty() {
				t.Errorf("fields %q, want %q", got, row.fields)
			}
		})
	}
}

// A minter that is not set up correctly mints nothing, rather than a weak key.
func TestAMinterThatIsNotSetUpMintsNothing(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		minter keys.Minter
		ref    tenancy.Ref
		number int32
	}{
		"cost below bcrypt's": {keys.Minter{Mode: keys.Test, Cost: 3}, owner, 1},
		"cost above bcrypt's": {keys.Minter{Mode: keys.Test, Cost: 32}, owner, 1},
		"no mode":             {keys.Minter{}, owner, 1},
		"short randomness":    {keys.Minter{Mode: keys.Test, Random: bytes.NewReader(make([]byte, 41))}, owner, 1},
		"zero ref":            {keys.Minter{Mode: keys.Test}, tenancy.Ref{}, 1},
		"number zero":         {keys.Minter{Mode: keys.Test}, owner, 0},
		"number below zero":   {keys.Minter{Mode: keys.Test}, owner, -1},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, pair, err := row.minter.Pair(t.Context(), row.ref, row.number, start)
			if err == nil || fault.KindOf(err) != fault.Internal || pair != (keys.Pair{}) {
				t.Errorf("minted %v, error %v", pair, err)
			}
		})
	}
}

// The random part comes from the injected source and from nowhere else.
func TestRandomnessIsInjected(t *testing.T) {
	t.Parallel()
	m := keys.Minter{Mode: keys.Test, Random: strings.NewReader(string(sampleRandom) + strings.Repeat("z", 27))}
	_, pair, err := m.Pair(t.Context(), owner, 1, start)
	if err != nil {
		t.Fatal(err)
	}
	if !pair.Secret.Equal(secret.New(keys.Compose(keys.Secret, keys.Test, owner, 1, sampleRandom))) {
		t.Error("the secret key is not made of the first bytes of the source")
	}
}
