package seal_test

import (
	"bytes"
	"regexp"
	"testing"

	"pgregory.net/rapid"

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

// Fingerprints and derived secrets outlive a rotation and the dropping of old
// keys, and differ from ring to ring.
func TestTheRootOutlivesRotation(t *testing.T) {
	t.Parallel()
	ring, stranger := newRing(t), newRing(t)
	before, derived := ring.Fingerprint(alice.Tenant, "ssn", taxID), ring.Derive("cursors")
	rotated := addVersion(t, ring)
	for name, later := range map[string]interface {
		Fingerprint(tenancy.ID, string, secret.Text) string
		Derive(string) []byte
	}{"AddVersion": rotated, "DropOld": rotated.DropOld()} {
		t.Run(name, func(t *testing.T) {
			if got := later.Fingerprint(alice.Tenant, "ssn", taxID); got != before {
				t.Errorf("after %s the fingerprint is %s, was %s", name, got, before)
			}
			if !bytes.Equal(later.Derive("cursors"), derived) {
				t.Errorf("after %s the derived secret is another", name)
			}
		})
	}
	if stranger.Fingerprint(alice.Tenant, "ssn", taxID) == before || bytes.Equal(stranger.Derive("cursors"), derived) {
		t.Error("two rings give the same")
	}
}

// Derive returns 32 bytes, different for each purpose, and the caller's own: changing
// them changes nothing in the ring.
func TestDerivedSecretsAreSeparate(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	seen := map[string]string{}
	for _, purpose := range []string{"", "cursors", "cursors2", "access tokens"} {
		t.Run(purpose, func(t *testing.T) {
			derived := ring.Derive(purpose)
			if len(derived) != 32 {
				t.Errorf("%q gives %d bytes", purpose, len(derived))
			}
			if other, twice := seen[string(derived)]; twice {
				t.Errorf("%q and %q give the same", purpose, other)
			}
			seen[string(derived)] = purpose
			clear(derived)
			if bytes.Equal(ring.Derive(purpose), derived) {
				t.Errorf("%q gives bytes that the caller can change", purpose)
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
