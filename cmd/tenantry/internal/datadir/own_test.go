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

// A directory has one owner even after its lock file was removed or replaced.
func TestTheLockOutlivesItsFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "data")
	first, err := datadir.Own(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = first.Release() }()
	if err := os.Remove(filepath.Join(path, "lock")); err != nil {
		t.Fatal(err)
	}
	for range 2 { // The second time a new file is there.
		second, err := datadir.Own(path)
		if _, ok := errors.AsType[*datadir.TakenError](err); !ok {
			t.Fatalf("the second owner gets %v, %v", second, err)
		}
	}
	if first.Replaced() {
		t.Error("the directory counts as replaced")
	}
	if err := errors.Join(os.Rename(path, path+".away"), os.Mkdir(path, 0o700)); err != nil {
		t.Fatal(err)
	}
	if !first.Replaced() {
		t.Error("another directory counts as the one that was taken")
	}
}

// A directory that others may write to, that belongs to somebody else or that is a link is
// refused before anything is put into it.
func TestUnsafeDirectoriesAreRefused(t *testing.T) {
	t.Parallel()
	open := t.TempDir()
	shared := filepath.Join(t.TempDir(), "shared")
	link := filepath.Join(t.TempDir(), "link")
	if err := errors.Join(os.Chmod(open, 0o777), os.Mkdir(shared, 0o700), os.Chmod(shared, 0o770), os.Symlink(t.TempDir(), link)); err != nil {
		t.Fatal(err)
	}
	paths := map[string]string{"writable by everybody": open, "writable by the group": shared, "a link": link}
	if os.Geteuid() == 0 {
		foreign := t.TempDir()
		if err := os.Chown(foreign, 12345, 12345); err != nil {
			t.Fatal(err)
		}
		paths["of another user"] = foreign
	}
	for name, path := range paths {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, err := datadir.Own(path)
			if unsafe, ok := errors.AsType[*datadir.UnsafeError](err); !ok || unsafe.Remedy == "" {
				t.Fatalf("it is taken: %v, %v", o, err)
			}
			if left, _ := os.ReadDir(path); len(left) > 0 {
				t.Errorf("it holds %v", left)
			}
		})
	}
}
