package seal_test

import (
	"bytes"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// A box opens only under the key and label that it was made with: the ring does not open
// the box of a key, nor a key the box of the ring.
func TestABoxOpensUnderItsKeyAndLabelOnly(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	ours, theirs := bytes.Repeat([]byte{1}, 32), bytes.Repeat([]byte{2}, 32)
	rapid.Check(t, func(r *rapid.T) {
		label, other := rapid.String().Draw(r, "label"), rapid.String().Draw(r, "other")
		plain := rapid.SliceOf(rapid.Byte()).Draw(r, "plain")
		for _, key := range [][]byte{nil, ours} {
			box, err := ring.SealBox(key, label, plain)
			if err != nil {
				r.Fatal(err)
			}
			if back, err := ring.OpenBox(key, label, box); err != nil || !bytes.Equal(back, plain) {
				r.Errorf("opened %x with error %v, sealed %x", back, err, plain)
			}
			for _, wrong := range [][]byte{nil, ours, theirs} {
				if bytes.Equal(wrong, key) {
					continue
				}
				if _, err := ring.OpenBox(wrong, label, box); err == nil {
					r.Error("opened under another key")
				}
			}
			if other != label {
				if _, err := ring.OpenBox(key, other, box); err == nil {
					r.Errorf("opened as %q, sealed as %q", other, label)
				}
			}
		}
	})
}

// Every one-bit change of a box keeps it from opening.
func TestAChangedBoxDoesNotOpen(t *testing.T) {
	t.Parallel()
	ring := addVersion(t, newRing(t))
	for _, key := range [][]byte{nil, bytes.Repeat([]byte{1}, 32)} {
		box, err := ring.SealBox(key, "label", []byte("answer"))
		if err != nil {
			t.Fatal(err)
		}
		flips(box, func(changed []byte) {
			if _, err := ring.OpenBox(key, "label", changed); err == nil {
				t.Errorf("%x opened", changed)
			}
		})
		for length := range box {
			if _, err := ring.OpenBox(key, "label", box[:length]); err == nil {
				t.Errorf("the first %d bytes opened", length)
			}
		}
	}
}

// A key that is not 32 bytes long is refused; an empty one does not fall back to the
// ring.
func TestABoxKeyHas32Bytes(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	box, err := ring.SealBox(nil, "label", []byte("answer"))
	if err != nil {
		t.Fatal(err)
	}
	for _, length := range []int{0, 1, 16, 24, 31, 33, 64} {
		t.Run(fmt.Sprint(length), func(t *testing.T) {
			if _, err := ring.SealBox(make([]byte, length), "label", nil); err == nil {
				t.Errorf("sealed under a key of %d bytes", length)
			}
			if _, err := ring.OpenBox(make([]byte, length), "label", box); err == nil {
				t.Errorf("opened under a key of %d bytes", length)
			}
		})
	}
}

// A field never passes for a box nor a box for a field, even with the marker rewritten:
// they are under different keys.
func TestFieldsAndBoxesDoNotMix(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	bound := string(alice.Tenant[:]) + string(alice.ID[:]) + "\x00\x00\x00\x01f"
	box, err := ring.SealBox(nil, bound, []byte("answer"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := ring.Seal(alice, tenancy.ID{}, "f", secret.New("answer"))
	if err != nil {
		t.Fatal(err)
	}
	marked := func(from []byte, marker byte) []byte { return append([]byte{marker}, from[1:]...) }
	mustNotOpen(t, ring, alice, "f", box)
	mustNotOpen(t, ring, alice, "f", marked(box, value[0]))
	if _, err := ring.OpenBox(nil, bound, value); err == nil {
		t.Error("a field opened as a box")
	}
	if _, err := ring.OpenBox(nil, bound, marked(value, box[0])); err == nil {
		t.Error("a re-marked field opened as a box")
	}
}
