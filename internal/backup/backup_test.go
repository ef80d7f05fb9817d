package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/backup"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

var began = time.Date(2025, time.March, 1, 12, 0, 0, 0, time.UTC)

// installation is a store with an operator and some customers.
type installation struct {
	*testing.T
	dir   string
	store *sqlite.Store
	last  *customers.Customer
	now   time.Time
}

func begin(t *testing.T, count int) *installation {
	t.Helper()
	i := &installation{T: t, dir: t.TempDir(), now: began}
	var err error
	if i.store, err = sqlite.Open(t.Context(), sqlite.Options{Dir: i.dir}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.store.Close(context.Background()) })
	operator := storetest.Operator(began)
	i.must(i.store.Insert(t.Context(), operator))
	for n := range count {
		i.last = storetest.Child(operator, storetest.Bare(), storetest.Seed(uint64(n)))
		i.must(i.store.Insert(t.Context(), i.last))
	}
	return i
}

func (i *installation) must(err error) {
	i.Helper()
	if err != nil {
		i.Fatal(err)
	}
}

func (i *installation) options() backup.Options {
	return backup.Options{Program: "test", Now: func() time.Time { return i.now }}
}

// take makes a backup with a name and returns its path.
func (i *installation) take(dir, name string) (string, backup.Manifest) {
	i.Helper()
	path := filepath.Join(dir, name)
	m, err := backup.Take(i.Context(), i.store.Backup, path, i.options())
	i.must(err)
	return path, m
}

func approved(context.Context, sqlite.Facts, string) error { return nil }

func unwatched(backup.Stage, int, int) {}

// names returns what is in a directory.
func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, entry := range entries {
		list = append(list, entry.Name())
	}
	return strings.Join(list, " ")
}

// What was backed up is restored: the same customers, in files for their owner alone,
// beside a manifest that says what is there. The drill changes nothing.
func TestABackupIsRestored(t *testing.T) {
	t.Parallel()
	i := begin(t, 50)
	dir := t.TempDir()
	path, m := i.take(dir, "one.db")
	if m.Counts.Customers != 51 || m.Schema != sqlite.Schema || m.File != "one.db" || m.Program != "test" || !m.Taken.Equal(began) || m.Bytes == 0 {
		t.Errorf("%+v", m)
	}
	for _, one := range []string{path, backup.ManifestOf(path)} {
		if info, err := os.Stat(one); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %v, %v", one, info, err)
		}
	}
	if _, err := backup.Check(t.Context(), path, approved, unwatched); err != nil {
		t.Error(err)
	}
	if got := names(t, dir); got != "one.db one.db.manifest.json" {
		t.Errorf("the directory of backups has %s", got)
	}
	data := t.TempDir()
	i.must(os.WriteFile(filepath.Join(data, "lock"), nil, 0o600))
	if _, err := backup.Restore(t.Context(), path, data, []string{"lock"}, approved, unwatched); err != nil {
		t.Fatal(err)
	}
	if got := names(t, data); got != "lock tenantry.db" {
		t.Errorf("the data directory has %s", got)
	}
	if info, err := os.Stat(sqlite.PathIn(data)); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the database is %v, %v", info, err)
	}
	other, err := sqlite.Open(t.Context(), sqlite.Options{Dir: data})
	i.must(err)
	found, err := other.Get(t.Context(), i.last.Ref())
	if diff := storetest.Diff(i.last, found); err != nil || diff != "" {
		t.Errorf("%s, %v", diff, err)
	}
	i.must(other.Close(t.Context()))
}

// A backup overwrites neither a file nor a manifest, and one that fails leaves nothing.
func TestNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	i := begin(t, 3)
	for _, taken := range []string{"one.db", "one.db.manifest.json"} {
		t.Run(taken, func(t *testing.T) {
			dir := t.TempDir()
			i.must(os.WriteFile(filepath.Join(dir, taken), []byte("mine"), 0o600))
			_, err := backup.Take(t.Context(), i.store.Backup, filepath.Join(dir, "one.db"), i.options())
			if _, ok := errors.AsType[*backup.Refusal](err); !ok {
				t.Errorf("%v", err)
			}
			if content, err := os.ReadFile(filepath.Join(dir, taken)); err != nil || string(content) != "mine" || names(t, dir) != taken {
				t.Errorf("%s, %v; %s", content, err, names(t, dir))
			}
		})
	}
	t.Run("taken meanwhile", func(t *testing.T) {
		dir := t.TempDir()
		path := filepath.Join(dir, "one.db")
		source := func(ctx context.Context, to string, progress sqlite.Progress) error {
			return errors.Join(i.store.Backup(ctx, to, progress), os.WriteFile(path, []byte("mine"), 0o600))
		}
		_, err := backup.Take(t.Context(), source, path, i.options())
		if content, _ := os.ReadFile(path); err == nil || string(content) != "mine" || names(t, dir) != "one.db" {
			t.Errorf("%v: %s; %s", err, content, names(t, dir))
		}
	})
	t.Run("failed", func(t *testing.T) {
		dir := t.TempDir()
		source := func(_ context.Context, to string, _ sqlite.Progress) error {
			return errors.Join(os.WriteFile(to, []byte("no database"), 0o600), os.WriteFile(to+"-wal", nil, 0o600))
		}
		if _, err := backup.Take(t.Context(), source, filepath.Join(dir, "one.db"), i.options()); err == nil || names(t, dir) != "" {
			t.Errorf("%v; %s", err, names(t, dir))
		}
	})
}

// A backup that is not whole, not what was written, or of a newer release is refused
// with what to do, and the data directory stays empty.
func TestWhatIsNoBackupIsRefused(t *testing.T) {
	t.Parallel()
	i := begin(t, 300)
	edit := func(path string, change func([]byte) []byte) {
		content, err := os.ReadFile(path)
		i.must(err)
		i.must(os.WriteFile(path, change(content), 0o600))
	}
	swap := func(path, old, other string) {
		edit(backup.ManifestOf(path), func(text []byte) []byte {
			if !strings.Contains(string(text), old) {
				t.Errorf("the manifest has no %s", old)
			}
			return []byte(strings.Replace(string(text), old, other, 1))
		})
	}
	for name, row := range map[string]struct {
		spoil func(path string)
		says  string
	}{
		"a flipped bit":   {func(p string) { edit(p, func(b []byte) []byte { b[len(b)/2] ^= 1; return b }) }, "its manifest says"},
		"cut off":         {func(p string) { edit(p, func(b []byte) []byte { return b[:len(b)-4096] }) }, "its manifest says"},
		"no manifest":     {func(p string) { i.must(os.Remove(backup.ManifestOf(p))) }, "no manifest"},
		"no database":     {func(p string) { i.must(errors.Join(os.Remove(backup.ManifestOf(p)), os.Remove(p))) }, "there is no backup"},
		"half a manifest": {func(p string) { edit(backup.ManifestOf(p), func(b []byte) []byte { return b[:len(b)/2] }) }, "it is no manifest"},
		"other counts":    {func(p string) { swap(p, `"customers": 301`, `"customers": 302`) }, "does not hold what its manifest says"},
		"a newer format":  {func(p string) { swap(p, `"format": 1`, `"format": 2`) }, "formats up to 1"},
		"a newer schema":  {func(p string) { swap(p, `"schema": `, `"schema": 9`) }, "schemas up to"},
	} {
		t.Run(name, func(t *testing.T) {
			path, _ := i.take(t.TempDir(), "one.db")
			row.spoil(path)
			data := t.TempDir()
			_, err := backup.Restore(t.Context(), path, data, nil, approved, unwatched)
			refusal, ok := errors.AsType[*backup.Refusal](err)
			if !ok || !strings.Contains(refusal.Text, row.says) || refusal.Remedy == "" || names(t, data) != "" {
				t.Errorf("%v; %s", err, names(t, data))
			}
			if _, err := backup.Check(t.Context(), path, approved, unwatched); err == nil {
				t.Error("the drill found nothing")
			}
		})
	}
}

// A restore overwrites nothing, whoever it belongs to, and does nothing where the database
// is not approved; what a killed restore left does not stop the next one.
func TestARestoreNeedsAnEmptyDirectory(t *testing.T) {
	t.Parallel()
	i := begin(t, 3)
	path, _ := i.take(t.TempDir(), "one.db")
	for _, there := range []string{"tenantry.db", "tenantry.db-wal", "notes.txt"} {
		t.Run(there, func(t *testing.T) {
			data := t.TempDir()
			i.must(os.WriteFile(filepath.Join(data, there), []byte("mine"), 0o600))
			_, err := backup.Restore(t.Context(), path, data, nil, approved, unwatched)
			if err == nil || !strings.Contains(err.Error(), there) || names(t, data) != there {
				t.Errorf("%v; %s", err, names(t, data))
			}
		})
	}
	data := t.TempDir()
	i.must(os.WriteFile(filepath.Join(data, ".tenantry-restoring-1"), []byte("half"), 0o600))
	no := errors.New("no")
	_, err := backup.Restore(t.Context(), path, data, nil, func(context.Context, sqlite.Facts, string) error { return no }, unwatched)
	if !errors.Is(err, no) || names(t, data) != "" {
		t.Errorf("%v; %s", err, names(t, data))
	}
	if _, err := backup.Restore(t.Context(), path, data, nil, approved, unwatched); err != nil || names(t, data) != "tenantry.db" {
		t.Errorf("%v; %s", err, names(t, data))
	}
}

// Of a series the newest are kept. Other files, backups of other installations and those
// that are being made stay; what killed processes left goes.
func TestPruning(t *testing.T) {
	t.Parallel()
	i := begin(t, 3)
	dir := t.TempDir()
	var made []string
	for range 5 {
		made = append(made, backup.NameAt(i.now))
		i.take(dir, backup.NameAt(i.now))
		i.now = i.now.Add(time.Minute)
	}
	i.take(dir, "mine.db")
	left := backup.NameAt(began.Add(-time.Hour))
	old := time.Now().Add(-2 * time.Hour)
	for _, name := range []string{left, ".tenantry-unfinished-1"} {
		path := filepath.Join(dir, name)
		i.must(errors.Join(os.WriteFile(path, nil, 0o600), os.Chtimes(path, old, old)))
	}
	i.must(os.WriteFile(filepath.Join(dir, ".tenantry-unfinished-2"), nil, 0o600))
	other, err := tenancy.ParseID("0123456789abcdef01234567")
	i.must(err)
	if removed, err := backup.Prune(dir, other, 1, time.Now()); err != nil || len(removed) > 0 {
		t.Errorf("of another installation: %v, %v", removed, err)
	}
	removed, err := backup.Prune(dir, tenancy.ID{}, 2, time.Now())
	if err != nil || len(removed) != 3 {
		t.Errorf("%v, %v", removed, err)
	}
	i.now = time.Now()
	i.take(dir, "zz.db")
	want := []string{".tenantry-unfinished-2", "mine.db", "mine.db.manifest.json"}
	for _, name := range made[3:] {
		want = append(want, name, name+".manifest.json")
	}
	if got := names(t, dir); got != strings.Join(append(want, "zz.db", "zz.db.manifest.json"), " ") {
		t.Errorf("kept %s", got)
	}
}
