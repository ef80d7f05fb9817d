package access_test

import (
	"fmt"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// During the grace period both pairs work, from its end on only the new one.
func TestRotationKeepsTheOldPairForTheGracePeriod(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	old, issued := h.Cove, h.Token(h.Cove)
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(old), "", access.RotateInput{GraceSeconds: patch.Of(3600)})
	testkit.Must(t, err)
	renewed := testkit.Party{ID: old.ID, Keys: rotated.Pair}
	if len(rotated.Previous) != 1 || rotated.Previous[0].ID != h.KeyID(h.Cove.ID, 1) || time.Time(*rotated.Previous[0].Expires) != h.Clock.Now().Add(time.Hour) {
		t.Errorf("the rotation tells of %+v", rotated.Previous)
	}
	h.Clock.Advance(time.Hour - time.Millisecond)
	h.Alive("old pair in grace", old)
	h.Alive("token of the old pair in grace", issued)
	h.Alive("new pair in grace", renewed)
	h.Clock.Advance(time.Millisecond)
	dead(h, "old pair behind the grace", old)
	dead(h, "token of the old pair behind the grace", issued)
	if _, err := h.Svc.Access.Authenticate(t.Context(), access.Presented{Publishable: old.Keys.Publishable}); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the old publishable key: %v", err)
	}
	h.Alive("new pair behind the grace", renewed)
	h.Publishing(renewed)
	if got := keyList(h, renewed)[0].Status; got != "expired" {
		t.Errorf("the old pair is listed as %s", got)
	}
}

// Without a grace period the old pair ends at once; by default it has a day.
func TestRotationGrace(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	at := rotate(h, h.Cove, 0)
	dead(h, "the old pair after no grace", h.Cove)
	rotated, err := h.Svc.Access.RotateKeys(t.Context(), h.As(at), "", access.RotateInput{})
	testkit.Must(t, err)
	h.Clock.Advance(24*time.Hour - time.Millisecond)
	h.Alive("the old pair within a day", at)
	h.Clock.Advance(time.Millisecond)
	dead(h, "the old pair after a day", at)
	at = testkit.Party{ID: at.ID, Keys: rotated.Pair}
	for _, seconds := range []int{-1, 604801, 1 << 62, -1 << 62} {
		t.Run(fmt.Sprint(seconds), func(t *testing.T) {
			h := h.In(t)
			_, err := h.Svc.Access.RotateKeys(t.Context(), h.As(at), "", access.RotateInput{GraceSeconds: patch.Of(seconds)})
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["graceSeconds"] != fault.BadValue {
				t.Errorf("a grace of %d is refused as %v", seconds, got)
			}
		})
	}
	at = rotate(h, at, 7*24*time.Hour)
	h.Alive("the pair after the longest grace", at)
}

// A second rotation with a longer grace does not lengthen the life that the first
// one left a pair; one with a shorter grace shortens it.
func TestRotationNeverLengthensALife(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	first := h.Cove
	second := rotate(h, first, time.Minute)
	third := rotate(h, second, 7*24*time.Hour)
	h.Clock.Advance(time.Minute)
	dead(h, "the first pair, a minute after its rotation", first)
	h.Alive("the second pair in its own grace", second)
	rotate(h, third, 0)
	dead(h, "the second pair, cut short by a rotation without grace", second)
	dead(h, "the third pair", third)
}

// A revoked credential, and every token that it issued, is dead with the answer of
// the revocation; the other credentials stay.
func TestRevocationIsImmediate(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	restricted := h.Mint(h.Cove, 0, "read")
	fromPair, fromRestricted := h.Token(h.Cove), h.Token(restricted)
	renewed := rotate(h, h.Cove, time.Hour)
	for _, id := range []string{h.KeyID(h.Cove.ID, 1), h.KeyID(h.Cove.ID, 2)} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			view, err := h.Svc.Access.RevokeKey(t.Context(), h.As(renewed), access.RevokeInput{CustomerID: "", KeyID: id})
			testkit.Must(t, err)
			if view.Status != "revoked" || view.Revoked == nil {
				t.Errorf("%s is shown as %+v", id, view)
			}
		})
	}
	for name, credential := range map[string]testkit.Party{"pair": h.Cove, "restricted key": restricted, "token of the pair": fromPair, "token of the restricted key": fromRestricted} {
		dead(h, name, credential)
	}
	h.Alive("the new pair", renewed)
	version := h.Record(renewed.ID).Version
	h.Clock.Advance(time.Minute)
	again, err := h.Svc.Access.RevokeKey(t.Context(), h.As(renewed), access.RevokeInput{CustomerID: "", KeyID: h.KeyID(h.Cove.ID, 1)})
	testkit.Must(t, err)
	if time.Time(*again.Revoked).Equal(h.Clock.Now()) || h.Record(renewed.ID).Version != version {
		t.Error("revoking again moves the time of the revocation")
	}
	for _, id := range []string{"key_" + testkit.UnknownID, "key_1", "key_0", "key_01", "1", "", "key_-1", "key_99999999999999999999", "KEY_1"} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			if _, err := h.Svc.Access.RevokeKey(t.Context(), h.As(renewed), access.RevokeInput{CustomerID: "", KeyID: id}); !fault.IsNotFound(err) {
				t.Errorf("revoking %q gives %v", id, err)
			}
		})
	}
}

// A number is never used twice, and neither dead keys nor the notes of their use
// pile up in the record.
func TestKeyNumbersAreNeverUsedAgain(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	seen := map[string]bool{h.KeyID(h.Cove.ID, 1): true}
	for range 50 {
		used := h.Mint(h.Cove, 0, "read")
		h.Alive("the new key", used)
		testkit.Must(t, h.Svc.Access.FlushKeyUse(t.Context()))
		record := h.Record(h.Cove.ID)
		newest := record.Keys[len(record.Keys)-1]
		if seen[newest.ID(record.ID)] || newest.Number != record.KeyCount {
			t.Fatalf("%s was given again (count %d)", newest.ID(record.ID), record.KeyCount)
		}
		seen[newest.ID(record.ID)] = true
		if len(record.Keys) > 22 || len(record.KeyUse) > 22 {
			t.Fatalf("the record holds %d entries and %d notes of use", len(record.Keys), len(record.KeyUse))
		}
		_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(h.Cove), access.RevokeInput{CustomerID: "", KeyID: newest.ID(record.ID)})
		testkit.Must(t, err)
	}
	at := rotate(h, h.Cove, 0)
	if got := len(h.Record(at.ID).Keys); got > 21 {
		t.Errorf("after a rotation the record holds %d entries", got)
	}
	_, err := h.Svc.Access.RevokeKey(t.Context(), h.As(at), access.RevokeInput{KeyID: h.KeyID(at.ID, 2)})
	if !fault.IsNotFound(err) {
		t.Errorf("a forgotten key: %v", err)
	}
}
