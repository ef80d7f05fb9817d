package ring_test

import (
	"context"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"tenantry/cmd/tenantry/internal/ring"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

var someone = tenancy.Ref{Tenant: tenancy.ID{1}, ID: tenancy.ID{2}}

// stage is a ring file with one value sealed under it.
type stage struct {
	path   string
	holder *ring.Holder
	value  []byte
	record record
}

// record keeps in memory what a rotation notes.
type record struct {
	newest uint32
	noted  []uint32
}

func (r *record) Reserve(_ context.Context, held *seal.Ring) (uint32, error) {
	taken := max(r.newest, slices.Max(held.Versions()))
	r.newest = taken + 1
	return taken, nil
}

func (r *record) Note(_ context.Context, kept *seal.Ring) error {
	r.noted = kept.Versions()
	return nil
}

func newStage(t *testing.T) *stage {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keyring.json")
	made, err := seal.Create(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{path: path, holder: ring.Hold(made)}
	s.seal(t)
	return s
}

func (s *stage) seal(t *testing.T) {
	t.Helper()
	sealed, err := s.holder.Seal(someone, tenancy.ID{}, "ssn", secret.New("078051120"))
	if err != nil {
		t.Fatal(err)
	}
	s.value = sealed
}

// reseal returns a function that re-encrypts the value if need be and counts how often it
// does.
func (s *stage) reseal(t *testing.T, times *int) func(context.Context, func(int)) error {
	return func(_ context.Context, progress func(int)) error {
		if !s.holder.IsCurrent(s.value) {
			*times++
			s.seal(t)
		}
		progress(1)
		return nil
	}
}

func (s *stage) rotation(reseal func(context.Context, func(int)) error) ring.Rotation {
	return ring.Rotation{
		Path: s.path, Holder: s.holder, Random: rand.Reader, Reseal: reseal, Record: &s.record,
		Settle: func(context.Context) error { return nil },
	}
}

// opens reports whether the ring in the file opens the value.
func (s *stage) opens(t *testing.T, value []byte) bool {
	t.Helper()
	saved, err := seal.Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = saved.Unseal(someone, tenancy.ID{}, "ssn", value)
	return err == nil
}

func ignore(int) {}

// After a rotation the new key alone opens everything, and the old one is gone.
func TestRotationReplacesTheKey(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old, times := s.value, 0
	version, err := s.rotation(s.reseal(t, &times)).Run(t.Context(), ignore)
	if err != nil || version != 2 || times != 1 {
		t.Fatalf("version %d, %d values, %v", version, times, err)
	}
	if s.opens(t, old) || !s.opens(t, s.value) {
		t.Error("the saved ring opens what it should not, or not what it should")
	}
	if left, _ := os.ReadDir(filepath.Dir(s.path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

// With KeepOld both keys open, and the next rotation adds another.
func TestRotationMayKeepOldKeys(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old, times := s.value, 0
	kept := s.rotation(s.reseal(t, &times))
	kept.KeepOld = true
	if version, err := kept.Run(t.Context(), ignore); err != nil || version != 2 {
		t.Fatal(version, err)
	}
	if !s.opens(t, old) || !s.opens(t, s.value) {
		t.Error("a kept key does not open what it sealed")
	}
	if version, err := s.rotation(s.reseal(t, &times)).Run(t.Context(), ignore); err != nil || version != 3 || s.opens(t, old) {
		t.Error(version, err)
	}
}

// An interrupted rotation leaves everything readable, and goes on where it stood instead
// of adding yet another key.
func TestRotationGoesOnWhereItBrokeOff(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old := s.value
	broken := errors.New("broken off")
	_, err := s.rotation(func(context.Context, func(int)) error { return broken }).Run(t.Context(), ignore)
	if !errors.Is(err, broken) {
		t.Fatal(err)
	}
	if !s.opens(t, old) {
		t.Fatal("in between the old value does not open")
	}
	// A new process reads the ring from its file.
	saved, err := seal.Open(s.path)
	if err != nil {
		t.Fatal(err)
	}
	s.holder = ring.Hold(saved)
	times := 0
	version, err := s.rotation(s.reseal(t, &times)).Run(t.Context(), ignore)
	if err != nil || version != 2 || times != 1 || !s.opens(t, s.value) {
		t.Errorf("version %d, %d values, %v", version, times, err)
	}
}

// The old key is dropped only after the requests that may have read what it sealed have
// been answered.
func TestRotationWaitsBeforeItDrops(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	old, times := s.value, 0
	r := s.rotation(s.reseal(t, &times))
	waits := 0
	r.Settle = func(context.Context) error {
		waits++
		if _, err := s.holder.Unseal(someone, tenancy.ID{}, "ssn", old); err != nil || times != waits-1 {
			t.Errorf("wait %d, after %d values: %v", waits, times, err)
		}
		return nil
	}
	if _, err := r.Run(t.Context(), ignore); err != nil || waits != 2 {
		t.Errorf("it waited %d times: %v", waits, err)
	}
}

// Nothing is re-sealed before the requests under the old ring have been answered, and no
// key is dropped if they are not.
func TestRotationWaitsForEarlierRequests(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	stuck := errors.New("a request is stuck")
	r := s.rotation(func(context.Context, func(int)) error { t.Error("re-sealed all the same"); return nil })
	r.Settle = func(context.Context) error {
		if s.holder.Ring().Current() != 2 {
			t.Error("it waits before the new key is in use")
		}
		return stuck
	}
	if _, err := r.Run(t.Context(), ignore); !errors.Is(err, stuck) || !s.opens(t, s.value) {
		t.Error(err)
	}
}

// A number that a copy of the ring had is never used for another key, and what is noted
// are the keys that are left.
func TestNumbersAreNeverUsedTwice(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.record.newest = 4 // Another copy of the ring was rotated up to 4.
	times := 0
	if version, err := s.rotation(s.reseal(t, &times)).Run(t.Context(), ignore); err != nil || version != 5 {
		t.Fatalf("it leads to key %d, %v", version, err)
	}
	if !slices.Equal(s.record.noted, []uint32{5}) {
		t.Errorf("noted are %v", s.record.noted)
	}
}

// A file that is not the ring in use is never replaced by a rotation.
func TestAnotherFileStopsTheRotation(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	other, err := seal.Generate(rand.Reader)
	if err == nil {
		err = other.Save(s.path)
	}
	if err != nil {
		t.Fatal(err)
	}
	times := 0
	if version, err := s.rotation(s.reseal(t, &times)).Run(t.Context(), ignore); err == nil {
		t.Fatalf("it leads to key %d", version)
	}
	if kept, err := seal.Open(s.path); err != nil || kept.Name() != other.Name() {
		t.Errorf("the file was replaced: %v", err)
	}
}
