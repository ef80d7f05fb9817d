package datadir_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tenantry/cmd/tenantry/internal/datadir"
)

// A directory has one owner at a time; others learn which process it is, and may have the
// directory as soon as it is free.
func TestOneOwnerAtATime(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "deep", "data")
	first, err := datadir.Own(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = datadir.Own(path)
	taken, ok := errors.AsType[*datadir.TakenError](err)
	if !ok || taken.PID != os.Getpid() {
		t.Fatalf("the second owner gets %v, want a TakenError with pid %d", err, os.Getpid())
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	second, err := datadir.Own(path)
	if err != nil {
		t.Fatalf("the free directory is refused: %v", err)
	}
	_ = second.Release()
}

// A new data directory is readable for its owner alone.
func TestNewDirectoryIsPrivate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	o, err := datadir.Own(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Release() }()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("mode is %v, %v", info.Mode(), err)
	}
}
