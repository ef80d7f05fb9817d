package keys_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/keys"
)

// drawEntries draws a list as a record may hold it: pairs and restricted keys, some
// ended, some revoked, with spare capacity behind the slice that must stay untouched.
func drawEntries(t *rapid.T) []keys.Entry {
	instant := rapid.Custom(func(t *rapid.T) *time.Time {
		if rapid.Bool().Draw(t, "none") {
			return nil
		}
		return new(start.Add(time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "seconds")) * time.Second))
	})
	count := rapid.IntRange(0, 30).Draw(t, "count")
	entries := make([]keys.Entry, 0, count+2)
	for i := range count {
		entries = append(entries, keys.Entry{
			Number: int32(i + 1), Restricted: rapid.Bool().Draw(t, "restricted"), Mode: keys.Test,
			SecretHash: []byte{byte(i)}, Expires: instant.Draw(t, "expires"), Revoked: instant.Draw(t, "revoked"),
		})
	}
	return entries
}

// guard returns a check that entries, and the capacity behind them, are as they were.
func guard(t *rapid.T, entries []keys.Entry) func() {
	whole := entries[:cap(entries)]
	before := slices.Clone(whole)
	for i := range before {
		if e := before[i].Expires; e != nil {
			before[i].Expires = new(*e)
		}
		if r := before[i].Revoked; r != nil {
			before[i].Revoked = new(*r)
		}
	}
	return func() {
		t.Helper()
		if diff := cmp.Diff(before, whole); diff != "" {
			t.Errorf("the argument was changed:\n%s", diff)
		}
	}
}

// A rotation ends every live pair at min(its own end, now + grace) and changes nothing
// else: restricted and dead entries stay, no life is lengthened, fresh is last, and
// previous is exactly what was ended.
func TestRotationLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t)
		check := guard(t, entries)
		grace := time.Duration(rapid.Int64Range(int64(-time.Hour), int64(keys.MaxGrace+time.Hour)).Draw(t, "grace"))
		fresh := keys.Entry{Number: int32(len(entries) + 1), Mode: keys.Test}
		end := start.Add(min(max(grace, 0), keys.MaxGrace)).Truncate(time.Millisecond)

		out, previous := keys.Rotate(entries, fresh, start, grace)

		check()
		var want, ended []keys.Entry
		for _, e := range entries {
			if !e.Restricted && e.Live(start) {
				if e.Expires == nil || e.Expires.After(end) {
					e.Expires = &end
				}
				ended = append(ended, e)
			}
			want = append(want, e)
		}
		if diff := cmp.Diff(append(want, fresh), out); diff != "" {
			t.Errorf("after the rotation:\n%s", diff)
		}
		if diff := cmp.Diff(ended, previous); diff != "" {
			t.Errorf("previous:\n%s", diff)
		}
		for _, e := range out[:len(entries)] {
			if !e.Restricted && e.Live(end) {
				t.Errorf("the old pair %d lives after the grace", e.Number)
			}
		}
	})
}

// Revoking ends one entry for good and leaves the others; a second revocation keeps the
// time of the first; an unknown number changes nothing.
func TestRevocationLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t)
		check := guard(t, entries)
		number := int32(rapid.IntRange(0, 31).Draw(t, "number"))

		once, found := keys.Revoke(entries, number, start)
		twice, _ := keys.Revoke(once, number, start.Add(time.Hour))

		check()
		before, present := keys.Find(entries, number)
		if found != present || len(once) != len(entries) {
			t.Fatalf("found %v, want %v", found, present)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Errorf("the second revocation changed:\n%s", diff)
		}
		for i, e := range once {
			want := entries[i]
			if e.Number == number {
				want.Revoked = e.Revoked
				if e.Revoked == nil || e.Live(start.Add(-1e6*time.Hour)) || (before.Revoked != nil && !e.Revoked.Equal(*before.Revoked)) {
					t.Errorf("entry %d revoked at %v, before at %v", number, e.Revoked, before.Revoked)
				}
			}
			if diff := cmp.Diff(want, e); diff != "" {
				t.Errorf("entry %d changed:\n%s", e.Number, diff)
			}
		}
	})
}

// Pruning keeps every live entry, the newest dead ones up to the bound, and their
// order.
func TestPruningLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.Permutation(drawEntries(t)).Draw(t, "order")
		check := guard(t, entries)

		kept := keys.Prune(entries, start)

		check()
		dead := 0
		var order []keys.Entry
		for _, e := range entries {
			_, here := keys.Find(kept, e.Number)
			newer := 0
			for _, other := range entries {
				if !other.Live(start) && other.Number > e.Number {
					newer++
				}
			}
			if want := e.Live(start) || newer < keys.KeptDead; here != want {
				t.Errorf("entry %d: kept is %v, want %v", e.Number, here, want)
			}
			if here {
				order = append(order, e)
			}
			if here && !e.Live(start) {
				dead++
			}
		}
		if len(kept)-dead != keys.CountLive(entries, start) || dead > keys.KeptDead {
			t.Errorf("kept %d, %d of them dead", len(kept), dead)
		}
		if !slices.EqualFunc(order, kept, func(a, b keys.Entry) bool { return a.Number == b.Number }) {
			t.Error("the order changed")
		}
	})
}

// In any history of minting, rotating, revoking and pruning, what died stays dead
// and no end moves later.
func TestNoHistoryRevivesAKey(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := start
		var entries []keys.Entry
		var count int32 // of entries ever minted, as their record keeps it
		seen := map[int32]keys.Entry{}
		mint := func(restricted bool) keys.Entry {
			count++
			return keys.Entry{Number: count, Restricted: restricted, Mode: keys.Test}
		}
		t.Repeat(map[string]func(*rapid.T){
			"time passes": func(t *rapid.T) {
				now = now.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "hours")) * time.Hour)
			},
			"restricted": func(*rapid.T) { entries = append(slices.Clone(entries), mint(true)) },
			"rotate": func(t *rapid.T) {
				grace := time.Duration(rapid.IntRange(0, 168).Draw(t, "grace")) * time.Hour
				entries, _ = keys.Rotate(entries, mint(false), now, grace)
			},
			"revoke": func(t *rapid.T) {
				entries, _ = keys.Revoke(entries, int32(rapid.IntRange(1, 12).Draw(t, "number")), now)
			},
			"prune": func(*rapid.T) { entries = keys.Prune(entries, now) },
			"": func(t *rapid.T) {
				for _, e := range entries {
					was, known := seen[e.Number]
					if known && e.Live(now) && !was.Live(now) {
						t.Errorf("entry %d came back to life", e.Number)
					}
					if known && was.Expires != nil && (e.Expires == nil || e.Expires.After(*was.Expires)) {
						t.Errorf("the end of entry %d moved from %v to %v", e.Number, was.Expires, e.Expires)
					}
					if known && was.Revoked != nil && (e.Revoked == nil || !e.Revoked.Equal(*was.Revoked)) {
						t.Errorf("entry %d: the revocation moved", e.Number)
					}
					seen[e.Number] = e
				}
			},
		})
	})
}
