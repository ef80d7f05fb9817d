package customers_test

import (
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
)

// rotate gives the party with its new pair.
func (h *house) rotate(p party, grace time.Duration) party {
	h.t.Helper()
	rotated, err := h.svc.RotateKeys(h.t.Context(), h.as(p), "", customers.RotateInput{GraceSeconds: patch.Of(int(grace / time.Second))})
	must(h.t, err)
	return party{id: p.id, keys: rotated.Pair}
}

// During the grace period both pairs work, from its end on only the new one.
func TestRotationKeepsTheOldPairForTheGracePeriod(t *testing.T) {
	t.Parallel()
	h := open(t)
	old, issued := h.cove, h.token(h.cove)
	rotated, err := h.svc.RotateKeys(t.Context(), h.as(old), "", customers.RotateInput{GraceSeconds: patch.Of(3600)})
	must(t, err)
	renewed := party{id: old.id, keys: rotated.Pair}
	if len(rotated.Previous) != 1 || rotated.Previous[0].ID != "key_1" || time.Time(*rotated.Previous[0].Expires) != h.clock.Now().Add(time.Hour) {
		t.Errorf("the rotation tells of %+v", rotated.Previous)
	}
	h.clock.Advance(time.Hour - time.Millisecond)
	h.alive("old pair in grace", old)
	h.alive("token of the old pair in grace", issued)
	h.alive("new pair in grace", renewed)
	h.clock.Advance(time.Millisecond)
	h.dead("old pair behind the grace", old)
	h.dead("token of the old pair behind the grace", issued)
	if _, err := h.svc.Authenticate(t.Context(), customers.Presented{Publishable: old.keys.Publishable}); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("the old publishable key: %v", err)
	}
	h.alive("new pair behind the grace", renewed)
	h.publishing(renewed)
	if got := h.keyList(renewed)[0].Status; got != "expired" {
		t.Errorf("the old pair is listed as %s", got)
	}
}

// Without a grace period the old pair ends at once; by default it has a day.
func TestRotationGrace(t *testing.T) {
	t.Parallel()
	h := open(t)
	at := h.rotate(h.cove, 0)
	h.dead("the old pair after no grace", h.cove)
	rotated, err := h.svc.RotateKeys(t.Context(), h.as(at), "", customers.RotateInput{})
	must(t, err)
	h.clock.Advance(24*time.Hour - time.Millisecond)
	h.alive("the old pair within a day", at)
	h.clock.Advance(time.Millisecond)
	h.dead("the old pair after a day", at)
	at = party{id: at.id, keys: rotated.Pair}
	for _, seconds := range []int{-1, 604801, 1 << 62, -1 << 62} {
		_, err := h.svc.RotateKeys(t.Context(), h.as(at), "", customers.RotateInput{GraceSeconds: patch.Of(seconds)})
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["graceSeconds"] != fault.BadValue {
			t.Errorf("a grace of %d is refused as %v", seconds, got)
		}
	}
	at = h.rotate(at, 7*24*time.Hour)
	h.alive("the pair after the longest grace", at)
}

// A second rotation with a longer grace does not lengthen the life that the first
// one left a pair; one with a shorter grace shortens it.
func TestRotationNeverLengthensALife(t *testing.T) {
	t.Parallel()
	h := open(t)
	first := h.cove
	second := h.rotate(first, time.Minute)
	third := h.rotate(second, 7*24*time.Hour)
	h.clock.Advance(time.Minute)
	h.dead("the first pair, a minute after its rotation", first)
	h.alive("the second pair in its own grace", second)
	h.rotate(third, 0)
	h.dead("the second pair, cut short by a rotation without grace", second)
	h.dead("the third pair", third)
}

// A revoked credential, and every token that it issued, is dead with the answer of
// the revocation; the other credentials stay.
func TestRevocationIsImmediate(t *testing.T) {
	t.Parallel()
	h := open(t)
	restricted := h.mint(h.cove, 0, "read")
	fromPair, fromRestricted := h.token(h.cove), h.token(restricted)
	renewed := h.rotate(h.cove, time.Hour)
	for _, id := range []string{"key_1", "key_2"} {
		view, err := h.svc.RevokeKey(t.Context(), h.as(renewed), "", id)
		must(t, err)
		if view.Status != "revoked" || view.Revoked == nil {
			t.Errorf("%s is shown as %+v", id, view)
		}
	}
	for name, credential := range map[string]party{"pair": h.cove, "restricted key": restricted, "token of the pair": fromPair, "token of the restricted key": fromRestricted} {
		h.dead(name, credential)
	}
	h.alive("the new pair", renewed)
	version := h.record(renewed.id).Version
	h.clock.Advance(time.Minute)
	again, err := h.svc.RevokeKey(t.Context(), h.as(renewed), "", "key_1")
	must(t, err)
	if time.Time(*again.Revoked) == h.clock.Now() || h.record(renewed.id).Version != version {
		t.Error("revoking again moves the time of the revocation")
	}
	for _, id := range []string{"key_9", "key_0", "key_01", "1", "", "key_-1", "key_99999999999999999999", "KEY_1"} {
		if _, err := h.svc.RevokeKey(t.Context(), h.as(renewed), "", id); !fault.IsNotFound(err) {
			t.Errorf("revoking %q gives %v", id, err)
		}
	}
}

// A number is never used twice, and neither dead keys nor the notes of their use
// pile up in the record.
func TestKeyNumbersAreNeverUsedAgain(t *testing.T) {
	t.Parallel()
	h := open(t)
	seen := map[string]bool{"key_1": true}
	for range 50 {
		used := h.mint(h.cove, 0, "read")
		h.alive("the new key", used)
		must(t, h.svc.FlushKeyUse(t.Context()))
		record := h.record(h.cove.id)
		newest := record.Keys[len(record.Keys)-1]
		if seen[newest.ID()] || newest.Number != record.KeyCount {
			t.Fatalf("%s was given again (count %d)", newest.ID(), record.KeyCount)
		}
		seen[newest.ID()] = true
		if len(record.Keys) > 22 || len(record.KeyUse) > 22 {
			t.Fatalf("the record holds %d entries and %d notes of use", len(record.Keys), len(record.KeyUse))
		}
		_, err := h.svc.RevokeKey(t.Context(), h.as(h.cove), "", newest.ID())
		must(t, err)
	}
	at := h.rotate(h.cove, 0)
	if got := len(h.record(at.id).Keys); got > 21 {
		t.Errorf("after a rotation the record holds %d entries", got)
	}
	_, err := h.svc.RevokeKey(t.Context(), h.as(at), "", "key_2")
	if !fault.IsNotFound(err) {
		t.Errorf("a forgotten key: %v", err)
	}
}
