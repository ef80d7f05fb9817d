package seal_test

import (
	"bytes"
	cryptorand "crypto/rand"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"tenantry/internal/seal"
	"tenantry/tenancy"
)

// Through any number of rotations every value ever sealed opens, and IsCurrent is true
// for those under the newest key alone; once the old keys are dropped, exactly the
// current ones still open.
func TestRotationKeepsOldValuesUntilTheyAreDropped(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		ring := newRing(t)
		type kept struct {
			value   []byte
			version uint32
		}
		var all []kept
		for _, rotate := range rapid.SliceOfN(rapid.Bool(), 1, 12).Draw(r, "rotate before sealing") {
			if rotate {
				before := ring.Current()
				if ring = addVersion(t, ring); ring.Current() != before+1 {
					r.Fatalf("version %d follows %d", ring.Current(), before)
				}
			}
			all = append(all, kept{sealed(t, ring, taxID), ring.Current()})
		}
		dropped := ring.DropOld()
		for _, k := range all {
			if got := ring.IsCurrent(k.value); got != (k.version == ring.Current()) {
				r.Errorf("IsCurrent of a value of version %d is %t at version %d", k.version, got, ring.Current())
			}
			if back, err := ring.Unseal(alice, tenancy.ID{}, field, k.value); err != nil || !back.Equal(taxID) {
				r.Errorf("version %d does not open: %v", k.version, err)
			}
			if _, err := dropped.Unseal(alice, tenancy.ID{}, field, k.value); (err == nil) != (k.version == ring.Current()) {
				r.Errorf("with the old keys dropped, version %d gives error %v", k.version, err)
			}
		}
		if addVersion(t, dropped).Current() != ring.Current()+1 {
			r.Error("a version number is given out again after DropOld")
		}
	})
}

// AddVersion and DropOld leave the ring they are called on as it was.
func TestARingNeverChanges(t *testing.T) {
	t.Parallel()
	first := newRing(t)
	second := addVersion(t, first)
	value := sealed(t, second, taxID)
	second.DropOld()
	if first.Current() != 1 || second.Current() != 2 {
		t.Errorf("the rings are at %d and %d", first.Current(), second.Current())
	}
	mustNotOpen(t, first, alice, field, value)
	if _, err := second.Unseal(alice, tenancy.ID{}, field, sealed(t, first, taxID)); err != nil {
		t.Errorf("DropOld took the old key from the ring itself: %v", err)
	}
}

// IsCurrent serves boxes of the ring too, so that their owner can re-seal them; for
// anything that the ring did not seal it returns false.
func TestIsCurrentOfOtherThings(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	box, err := ring.SealBox(nil, "label", nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := ring.SealBox(bytes.Repeat([]byte{1}, 32), "label", make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	if !ring.IsCurrent(box) || addVersion(t, ring).IsCurrent(box) {
		t.Error("a box of the ring is not told current from old")
	}
	for name, value := range map[string][]byte{"nil": nil, "short": {1, 0, 0, 0, 1}, "under another key": foreign} {
		t.Run(name, func(t *testing.T) {
			if ring.IsCurrent(value) {
				t.Errorf("%s: current", name)
			}
		})
	}
}

// One ring serves many goroutines at once, even with a source of nonces that could not by
// itself, and no two values get the same nonce.
func TestARingServesManyAtOnce(t *testing.T) {
	t.Parallel()
	ring := newRing(t, seal.WithRandom(rand.NewChaCha8([32]byte{1})))
	expected := ring.Fingerprint(alice.Tenant, "ssn", taxID)
	const workers, rounds = 8, 50
	nonces := make(chan string, workers*rounds)
	var wait sync.WaitGroup
	for range workers {
		wait.Go(func() {
			for range rounds {
				value, err := ring.Seal(alice, tenancy.ID{}, field, taxID)
				if err != nil {
					t.Error(err)
					return
				}
				nonces <- string(value[5:17])
				if back, err := ring.Unseal(alice, tenancy.ID{}, field, value); err != nil || !back.Equal(taxID) {
					t.Errorf("does not open: %v", err)
				}
				if ring.Fingerprint(alice.Tenant, "ssn", taxID) != expected {
					t.Error("another fingerprint")
				}
			}
		})
	}
	wait.Wait()
	close(nonces)
	seen := map[string]bool{}
	for nonce := range nonces {
		if seen[nonce] {
			t.Fatal("a nonce was used twice")
		}
		seen[nonce] = true
	}
}

// A source of randomness that fails, runs dry, returns zeros or repeats itself makes no
// ring and no key.
func TestBadRandomnessMakesNoKey(t *testing.T) {
	t.Parallel()
	ring := newRing(t)
	for name, source := range map[string]string{
		"runs dry":  strings.Repeat("x", 31),
		"zeros":     strings.Repeat("\x00", 64),
		"half zero": strings.Repeat("x", 32) + strings.Repeat("\x00", 32),
		"repeats":   strings.Repeat("x", 64),
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := seal.Generate(strings.NewReader(source)); err == nil {
				t.Errorf("%s: a ring was made", name)
			}
		})
	}
	if _, err := ring.AddVersion(strings.NewReader(strings.Repeat("\x00", 32)), 0); err == nil {
		t.Error("a key of zeros was added")
	}
	broken := errors.New("no entropy")
	if _, err := ring.AddVersion(iotest.ErrReader(broken), 0); !errors.Is(err, broken) {
		t.Errorf("the error %v does not tell the cause", err)
	}
	same := strings.Repeat("y", 32)
	next, err := ring.AddVersion(strings.NewReader(same), 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := next.AddVersion(strings.NewReader(same), 0); err == nil {
		t.Error("the same key was added twice")
	}
}

// A new key has a number above all that any copy of the ring had, and the name of the
// ring stays while keys come and go.
func TestNumbersAndTheName(t *testing.T) {
	t.Parallel()
	ring, other := newRing(t), newRing(t)
	next, err := ring.AddVersion(cryptorand.Reader, 6)
	if err != nil {
		t.Fatal(err)
	}
	if next.Current() != 7 || !slices.Equal(next.Versions(), []uint32{1, 7}) || !slices.Equal(next.DropOld().Versions(), []uint32{7}) {
		t.Errorf("the keys are %v, current %d", next.Versions(), next.Current())
	}
	if ring.Name() != next.DropOld().Name() || ring.Name() == other.Name() || len(ring.Name()) != 16 {
		t.Errorf("the names are %s, %s and %s", ring.Name(), next.DropOld().Name(), other.Name())
	}
	if _, err := ring.AddVersion(cryptorand.Reader, math.MaxUint32); err == nil {
		t.Error("a number past the last one was made")
	}
}

// A box under a key that is not the current one opens with that key alone.
func TestBoxesUnderAnOldKey(t *testing.T) {
	t.Parallel()
	old := newRing(t)
	both := addVersion(t, old)
	box, err := both.SealBoxUnder(1, "label", []byte("plain"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := old.OpenBox(nil, "label", box); err != nil || string(plain) != "plain" {
		t.Errorf("it opens as %q, %v", plain, err)
	}
	if _, err := both.DropOld().OpenBox(nil, "label", box); err == nil {
		t.Error("another key opens it")
	}
	if _, err := both.SealBoxUnder(3, "label", nil); err == nil {
		t.Error("a key that is not there seals")
	}
}
