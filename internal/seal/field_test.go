package seal_test

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// A value sealed for a customer and field opens there again, unchanged, and takes 33
// bytes more than the value.
func TestWhatIsSealedOpensAgain(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	rapid.Check(t, func(r *rapid.T) {
		ref, name, plain := drawRef(r, "ref"), drawField(r, "field"), secret.New(string(rapid.SliceOf(rapid.Byte()).Draw(r, "plain")))
		out, err := ring.Seal(ref, tenancy.ID{}, name, plain)
		if err != nil {
			r.Fatal(err)
		}
		if len(out) != len(plain.Reveal())+33 {
			r.Errorf("%d bytes became %d", len(plain.Reveal()), len(out))
		}
		back, err := ring.Unseal(ref, tenancy.ID{}, name, out)
		if err != nil || !back.Equal(plain) {
			r.Errorf("opened %q with error %v, sealed %q", back.Reveal(), err, plain.Reveal())
		}
	})
}

// A sealed value opens only where it was sealed for: for no other tenant, customer or
// field, and under no ring made elsewhere.
func TestASealedValueCannotMove(t *testing.T) {
	t.Parallel()
	ring, stranger := newRing(t), newRing(t)
	rapid.Check(t, func(r *rapid.T) {
		ref, name := drawRef(r, "ref"), drawField(r, "field")
		other, otherName := drawRef(r, "other ref"), drawField(r, "other field")
		out, err := ring.Seal(ref, tenancy.ID{}, name, taxID)
		if err != nil {
			r.Fatal(err)
		}
		if other.Tenant != ref.Tenant {
			mustNotOpen(t, ring, tenancy.Ref{Tenant: other.Tenant, ID: ref.ID}, name, out)
		}
		if other.ID != ref.ID {
			mustNotOpen(t, ring, tenancy.Ref{Tenant: ref.Tenant, ID: other.ID}, name, out)
		}
		if otherName != name {
			mustNotOpen(t, ring, ref, otherName, out)
		}
		if ref.Tenant != ref.ID {
			mustNotOpen(t, ring, tenancy.Ref{Tenant: ref.ID, ID: ref.Tenant}, name, out)
		}
		mustNotOpen(t, stranger, ref, name, out)
	})
}

// One changed bit anywhere, header included, keeps a value from opening; so do a missing
// and an added byte. The ring has a key for each version that a flipped low bit can name,
// so the version is authenticated and not only missing.
func TestAChangedValueDoesNotOpen(t *testing.T) {
	t.Parallel()
	ring := addVersion(t, addVersion(t, newRing(t)))
	value := sealed(t, ring, taxID)
	flips(value, func(changed []byte) { mustNotOpen(t, ring, alice, field, changed) })
	for length := range value {
		mustNotOpen(t, ring, alice, field, value[:length])
	}
	mustNotOpen(t, ring, alice, field, append(bytes.Clone(value), 0))
}

// The same value sealed twice has different bytes, so that equality cannot be seen.
func TestSealingTwiceDiffers(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	if bytes.Equal(sealed(t, ring, taxID), sealed(t, ring, taxID)) {
		t.Error("two seals of one value are equal")
	}
}

// A value bound to no tenant, no customer or no field is refused when it is
// sealed, not lost when it is opened.
func TestSealNeedsAPlace(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	for name, place := range map[string]struct {
		ref   tenancy.Ref
		field string
	}{
		"no tenant":   {tenancy.Ref{ID: alice.ID}, field},
		"no customer": {tenancy.Ref{Tenant: alice.Tenant}, field},
		"no field":    {alice, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := ring.Seal(place.ref, tenancy.ID{}, place.field, taxID); err == nil {
				t.Errorf("%s: sealed", name)
			}
		})
	}
}

// Without a nonce nothing is sealed: a failing source of randomness is an error, in a
// field as in a box.
func TestNoNonceNoSeal(t *testing.T) {
	t.Parallel()
	ring := newRing(t, seal.WithRandom(strings.NewReader("eleven byte")))
	if out, err := ring.Seal(alice, tenancy.ID{}, field, taxID); err == nil || out != nil {
		t.Errorf("sealed %x, error %v", out, err)
	}
	if out, err := ring.SealBox(nil, "label", []byte("x")); err == nil || out != nil {
		t.Errorf("boxed %x, error %v", out, err)
	}
}

// Bytes of any kind given to Unseal and OpenBox are an error, never a panic and
// never a value. Keys and nonces are fixed, because each process of a fuzzing
// run makes the seeds anew and must make the same.
func FuzzUnseal(f *testing.F) {
	ring, err := seal.Parse([]byte(whole()), seal.WithRandom(strings.NewReader(strings.Repeat("nonce", 20))))
	if err != nil {
		f.Fatal(err)
	}
	value := sealed(f, ring, taxID)
	box, err := ring.SealBox(nil, field, []byte("answer"))
	if err != nil {
		f.Fatal(err)
	}
	own := bytes.Repeat([]byte{7}, 32)
	ownBox, err := ring.SealBox(own, field, []byte("answer"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{nil, {1}, {2, 0, 0, 0, 1}, {3}, value, value[:32], box, ownBox, make([]byte, 64)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, input []byte) {
		ring.IsCurrent(input)
		if _, err := ring.Unseal(alice, tenancy.ID{}, field, input); err == nil && !bytes.Equal(input, value) {
			t.Errorf("%x opened as a field", input)
		}
		if _, err := ring.OpenBox(nil, field, input); err == nil && !bytes.Equal(input, box) {
			t.Errorf("%x opened as a box of the ring", input)
		}
		if _, err := ring.OpenBox(own, field, input); err == nil && !bytes.Equal(input, ownBox) {
			t.Errorf("%x opened as a box under a key", input)
		}
	})
}

func BenchmarkSeal(b *testing.B) {
	ring := newRing(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Seal(alice, tenancy.ID{}, field, taxID); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkUnseal(b *testing.B) {
	ring, err := newRing(b).AddVersion(rand.Reader, 0)
	if err != nil {
		b.Fatal(err)
	}
	value := sealed(b, ring, taxID)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ring.Unseal(alice, tenancy.ID{}, field, value); err != nil {
			b.Fatal(err)
		}
	}
}

func drawRef(r *rapid.T, label string) tenancy.Ref {
	id := rapid.Custom(func(r *rapid.T) (id tenancy.ID) {
		copy(id[:], rapid.SliceOfN(rapid.Byte(), len(id), len(id)).Draw(r, "id"))
		id[0] |= 1 // Never the zero id.
		return id
	})
	return tenancy.Ref{Tenant: id.Draw(r, label+" tenant"), ID: id.Draw(r, label+" id")}
}

func drawField(r *rapid.T, label string) string {
	return rapid.StringN(1, 40, -1).Draw(r, label)
}
