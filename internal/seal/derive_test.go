package seal_test

import (
	"regexp"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Fingerprints are equal exactly when tenant, kind and value are, even if the boundary
// between kind and value is shifted.
func TestFingerprintsFollowTheValue(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	form := regexp.MustCompile(`^[0-9a-f]{24}$`)
	type input struct {
		tenant      tenancy.ID
		kind, value string
	}
	draw := rapid.Custom(func(r *rapid.T) input {
		return input{
			tenant: tenancy.ID{rapid.ByteRange(1, 2).Draw(r, "tenant")},
			kind:   rapid.StringMatching(`[ab]{0,2}`).Draw(r, "kind"),
			value:  rapid.StringMatching(`[ab]{0,2}`).Draw(r, "value"),
		}
	})
	rapid.Check(t, func(r *rapid.T) {
		a, b := draw.Draw(r, "a"), draw.Draw(r, "b")
		printA := ring.Fingerprint(a.tenant, a.kind, secret.New(a.value))
		printB := ring.Fingerprint(b.tenant, b.kind, secret.New(b.value))
		if (printA == printB) != (a == b) {
			r.Errorf("%+v gives %s, %+v gives %s", a, printA, b, printB)
		}
		if !form.MatchString(printA) {
			r.Errorf("%q is not 24 lower-case hexadecimal digits", printA)
		}
	})
}

// A rotation changes every fingerprint, and Relink makes a stored one anew without its
// value: it is then the one that the value gets now, also when the old keys are dropped and
// after any number of rotations. What a ring does not know it refuses.
func TestRotationMakesFingerprintsAnew(t *testing.T) {
	t.Parallel()
	ring, stranger := newRing(t), newRing(t)
	first := ring.Fingerprint(alice.Tenant, "ssn", taxID)
	if stranger.Fingerprint(alice.Tenant, "ssn", taxID) == first {
		t.Error("two rings give the same")
	}
	older := []string{first}
	for range 3 {
		before := ring
		ring = addVersion(t, ring)
		for _, later := range []*seal.Ring{ring, ring.DropOld()} {
			now := later.Fingerprint(alice.Tenant, "ssn", taxID)
			for _, old := range older {
				if got, err := later.Relink(alice.Tenant, old); err != nil || got != now || got == old {
					t.Errorf("%s becomes %s, %v, and the value gets %s", old, got, err, now)
				}
			}
			if again, err := later.Relink(alice.Tenant, now); err != nil || again != now {
				t.Errorf("the newest becomes %s, %v", again, err)
			}
			if got, err := later.Relink(tenancy.ID{9}, first); err != nil || got == now {
				t.Errorf("another tenant's becomes %s, %v", got, err)
			}
			if got, err := before.Relink(alice.Tenant, now); err == nil {
				t.Errorf("the ring before it makes %s of it", got)
			}
		}
		ring = ring.DropOld()
		older = append(older, ring.Fingerprint(alice.Tenant, "ssn", taxID))
	}
	for _, text := range []string{"", "-", "2-", "x", "99-" + first, "-1-" + first, first + "0", "x-" + first} {
		t.Run(text, func(t *testing.T) {
			if got, err := ring.Relink(alice.Tenant, text); err == nil {
				t.Errorf("%q becomes %s", text, got)
			}
		})
	}
}

func BenchmarkFingerprint(b *testing.B) {
	ring := newRing(b)
	b.ReportAllocs()
	for b.Loop() {
		ring.Fingerprint(alice.Tenant, "ssn", taxID)
	}
}
