package keys_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/keys"
	"tenantry/tenancy"
)

// Revoking what an attempt minted ends exactly that, for good. A second time, or with the
// zero attempt, nothing changes.
func TestRevokingAnAttemptLaws(t *testing.T) {
	t.Parallel()
	attempts := []tenancy.ID{{}, {1}, {2}}
	rapid.Check(t, func(t *rapid.T) {
		entries := drawEntries(t)
		for i := range entries {
			entries[i].Attempt = rapid.SampledFrom(attempts).Draw(t, "attempt")
		}
		check := guard(t, entries)
		attempt := rapid.SampledFrom(attempts).Draw(t, "revoked")

		once, found := keys.RevokeAttempt(entries, attempt, start)
		twice, _ := keys.RevokeAttempt(once, attempt, start.Add(time.Hour))

		check()
		mine := func(e keys.Entry) bool { return e.Attempt == attempt && !attempt.IsZero() }
		if found != slices.ContainsFunc(entries, mine) {
			t.Errorf("found is %v", found)
		}
		var want []keys.Entry
		for _, e := range entries {
			if mine(e) && e.Revoked == nil {
				e.Revoked = new(start.Truncate(time.Millisecond))
			}
			want = append(want, e)
		}
		if diff := cmp.Diff(want, append([]keys.Entry(nil), once...)); diff != "" {
			t.Errorf("after revoking:\n%s", diff)
		}
		if diff := cmp.Diff(once, twice); diff != "" {
			t.Errorf("the second time changed:\n%s", diff)
		}
	})
}

// What a rotation ended can be read from the list alone, however often its attempt was
// tried and whatever was minted after it.
func TestARotationIsToldAgain(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		entries := keys.Prune(drawEntries(t), start)
		for i := range entries {
			// Nothing was revoked in the future or ends at this very moment.
			if e := &entries[i]; e.Revoked != nil && e.Revoked.After(start) {
				e.Revoked = nil
			}
			if e := &entries[i]; e.Expires != nil && e.Expires.Equal(start) {
				e.Expires = nil
			}
		}
		grace := time.Duration(rapid.Int64Range(0, int64(keys.MaxGrace)).Draw(t, "grace"))
		attempt := tenancy.ID{1}
		fresh := keys.Entry{Number: 100, Mode: keys.Test, Created: start, Attempt: attempt}
		out, previous := keys.Rotate(entries, fresh, start, grace)
		for n := range rapid.IntRange(0, 3).Draw(t, "later") {
			later := keys.Entry{Number: int32(101 + n), Mode: keys.Test, Created: start.Add(time.Hour), Expires: new(start.Add(48 * time.Hour))}
			if rapid.Bool().Draw(t, "again") {
				later.Attempt = attempt
			}
			out = append(out, later)
		}
		if diff := cmp.Diff(previous, keys.RotatedBy(out, attempt)); diff != "" {
			t.Errorf("it is worded otherwise:\n%s", diff)
		}
		if other := keys.RotatedBy(out, tenancy.ID{2}); other != nil {
			t.Errorf("another attempt ended %d", len(other))
		}
	})
}
