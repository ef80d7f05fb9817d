package seal_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/seal"
	"tenantry/tenancy"
)

// A created ring is in a file of mode 0600, opens again as the same ring, and
// keeps the time of its making.
func TestCreateThenOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyring")
	created, err := seal.Create(path, rand.Reader, seal.WithClock(func() time.Time { return moment }))
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Lstat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the file is %v, error %v", info.Mode(), err)
	}
	opened, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := opened.Unseal(alice, tenancy.ID{}, field, sealed(t, created, taxID)); err != nil || !plain.Equal(taxID) {
		t.Errorf("opened as %q, error %v", plain.Reveal(), err)
	}
	if opened.Fingerprint(alice.Tenant, "x", taxID) != created.Fingerprint(alice.Tenant, "x", taxID) {
		t.Error("the root is another")
	}
	if text := read(t, path); !strings.Contains(text, `"created": "2026-03-04T05:06:07Z"`) {
		t.Error("the file does not say when the key was made")
	}
	onlyFile(t, path)
}

// Save keeps every key, replaces what is there and restores the mode, and a further Save
// of the opened ring writes the same text.
func TestSaveReplacesTheFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyring")
	ring, err := seal.Create(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old := sealed(t, ring, taxID)
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if err := seal.Save(addVersion(t, ring), path); err != nil {
		t.Fatal(err)
	}
	opened, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Unseal(alice, tenancy.ID{}, field, old); err != nil || opened.Current() != 2 {
		t.Errorf("at version %d the old value gives error %v", opened.Current(), err)
	}
	before := read(t, path)
	if err := seal.Save(opened, path); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, read(t, path)); diff != "" {
		t.Errorf("a further Save writes something else:\n%s", diff)
	}
	if err := seal.Save(opened.DropOld(), path); err != nil {
		t.Fatal(err)
	}
	if left, err := seal.Open(path); err != nil || left.Current() != 2 {
		t.Errorf("after DropOld the file gives error %v", err)
	} else {
		mustNotOpen(t, left, alice, field, old)
	}
	onlyFile(t, path)
}

// Of sixteen processes that create the ring at once exactly one wins, the others get an
// error that it exists, and the file holds the winner's ring.
func TestCreateIsExclusive(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyring")
	const racers = 16
	var rings [racers]*seal.Ring
	var failures [racers]error
	var wait sync.WaitGroup
	start := make(chan struct{})
	for i := range racers {
		wait.Go(func() {
			<-start
			rings[i], failures[i] = seal.Create(path, rand.Reader)
		})
	}
	close(start)
	wait.Wait()
	var winners []*seal.Ring
	for i := range racers {
		if failures[i] == nil {
			winners = append(winners, rings[i])
		} else if !errors.Is(failures[i], fs.ErrExist) || rings[i] != nil {
			t.Errorf("a loser got ring %v and error %v", rings[i], failures[i])
		}
	}
	if len(winners) != 1 {
		t.Fatalf("%d of %d won", len(winners), racers)
	}
	opened, err := seal.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	if opened.Fingerprint(alice.Tenant, "x", taxID) != winners[0].Fingerprint(alice.Tenant, "x", taxID) {
		t.Error("the file holds another ring than the winner's")
	}
	onlyFile(t, path)
}

// A Create that fails leaves nothing behind and touches nothing that exists, not even a
// link that leads nowhere.
func TestAFailedCreateChangesNothing(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	path := filepath.Join(directory, "keyring")
	if _, err := seal.Create(path, strings.NewReader("too short")); err == nil {
		t.Error("created without randomness")
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("something is there: %v", err)
	}
	if _, err := seal.Create(filepath.Join(directory, "missing", "keyring"), rand.Reader); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("in a missing directory the error is %v", err)
	}
	if err := os.WriteFile(path, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Create(path, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a file the error is %v", err)
	}
	if read(t, path) != "precious" {
		t.Error("the file was changed")
	}
	link := filepath.Join(directory, "link")
	if err := os.Symlink(filepath.Join(directory, "nowhere"), link); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Create(link, rand.Reader); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over a link the error is %v", err)
	}
}

// A ring that others than its owner may touch is refused, with the command that fixes it;
// 0600 and stricter are taken.
func TestOpenDemandsAPrivateFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyring")
	if _, err := seal.Create(path, rand.Reader); err != nil {
		t.Fatal(err)
	}
	for mode, good := range map[fs.FileMode]bool{
		0o600: true, 0o400: true,
		0o640: false, 0o604: false, 0o610: false, 0o601: false, 0o620: false, 0o602: false, 0o644: false, 0o666: false, 0o777: false,
	} {
		t.Run(mode.String(), func(t *testing.T) {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			_, err := seal.Open(path)
			switch {
			case good && err != nil:
				t.Errorf("%04o: %v", mode, err)
			case !good && err == nil:
				t.Errorf("%04o: opened", mode)
			case !good && !strings.Contains(err.Error(), "chmod 600 "+path):
				t.Errorf("%04o: %q does not say how to mend it", mode, err)
			}
		})
	}
}

// Only a regular file of sensible size is opened, and only such a file is replaced.
func TestOnlyRegularFiles(t *testing.T) {
	t.Parallel()
	directory := t.TempDir()
	path, link := filepath.Join(directory, "keyring"), filepath.Join(directory, "link")
	ring, err := seal.Create(path, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	for name, at := range map[string]string{"a directory": directory, "a link": link} {
		t.Run(name, func(t *testing.T) {
			if _, err := seal.Open(at); err == nil || !strings.Contains(err.Error(), "regular file") {
				t.Errorf("opening %s gives error %v", name, err)
			}
			if err := seal.Save(ring, at); err == nil || !strings.Contains(err.Error(), "regular file") {
				t.Errorf("saving over %s gives error %v", name, err)
			}
		})
	}
	if _, err := seal.Open(filepath.Join(directory, "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file gives error %v", err)
	}
	huge := filepath.Join(directory, "huge")
	if err := os.WriteFile(huge, bytes.Repeat([]byte(" "), 1<<20+1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.Open(huge); err == nil || !strings.Contains(err.Error(), "cannot be a key ring") {
		t.Errorf("a huge file gives error %v", err)
	}
}

// A damaged file is refused with its path and without its content.
func TestOpenRefusesADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "keyring")
	if err := os.WriteFile(path, []byte(whole()[:200]), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := seal.Open(path)
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Fatalf("the error is %v", err)
	}
	mustShowNothing(t, err.Error(), "r", "1", "2")
}

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// onlyFile demands that no temporary file was left beside path.
func onlyFile(t *testing.T, path string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != 1 || entries[0].Name() != filepath.Base(path) {
		t.Errorf("beside the ring lie %v", entries)
	}
}
