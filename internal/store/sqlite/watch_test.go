package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/customers/rows"
)

// Once the database, its journal or the whole directory is removed or replaced, no write
// is acknowledged any more and the store says that it does not serve; even when something
// of that name is back.
func TestReplacedFilesEndWrites(t *testing.T) {
	t.Parallel()
	for name, replace := range map[string]func(dir string) error{
		"the directory is removed":  os.RemoveAll,
		"the directory is replaced": func(dir string) error { return errors.Join(os.Rename(dir, dir+".away"), os.Mkdir(dir, 0o700)) },
		"the database is removed":   func(dir string) error { return os.Remove(filepath.Join(dir, fileName)) },
		"the journal is removed":    func(dir string) error { return os.Remove(filepath.Join(dir, fileName+"-wal")) },
		"the database is replaced by a copy": func(dir string) error {
			path := filepath.Join(dir, fileName)
			content, err := os.ReadFile(path)
			return errors.Join(err, os.Remove(path), os.WriteFile(path, content, 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			e := &env{T: t, Store: openAt(t, dir, 0), operator: nil}
			e.must(e.Ping(t.Context()))
			e.must(e.SetInstallation(t.Context(), rows.Installation{Revision: 1}))
			e.must(replace(dir))
			for range 2 {
				err := e.SetInstallation(t.Context(), rows.Installation{Revision: 2})
				if !errors.Is(err, rows.ErrReplaced) || !errors.Is(err, rows.ErrUnavailable) {
					t.Errorf("a write gives %v", err)
				}
				if err := e.Ping(t.Context()); !errors.Is(err, rows.ErrReplaced) {
					t.Errorf("asking gives %v", err)
				}
				_ = os.MkdirAll(dir, 0o700)
			}
			_ = e.Close(context.Background())
		})
	}
}

// The database of another program, and a link, are refused and left as they are.
func TestForeignDatabasesAreRefused(t *testing.T) {
	t.Parallel()
	for name, statements := range map[string][]string{
		"without a version":      {"CREATE TABLE notes (text TEXT)"},
		"with a version":         {"CREATE TABLE notes (text TEXT)", "PRAGMA user_version = 3"},
		"a version and no table": {"PRAGMA user_version = 3"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c, err := dial(t.Context(), filepath.Join(dir, fileName))
			for _, statement := range statements {
				if err == nil {
					_, err = c.exec(t.Context(), statement)
				}
			}
			if err := errors.Join(err, c.close()); err != nil {
				t.Fatal(err)
			}
			if s, err := Open(t.Context(), Options{Dir: dir}); err == nil {
				t.Errorf("%s: it is opened: %v", name, s.Close(t.Context()))
			} else if !strings.Contains(err.Error(), "another program") {
				t.Errorf("%s: the refusal is %v", name, err)
			}
		})
	}
	dir, elsewhere := t.TempDir(), t.TempDir()
	s := openAt(t, elsewhere, 0)
	if err := errors.Join(s.Close(t.Context()), os.Symlink(filepath.Join(elsewhere, fileName), filepath.Join(dir, fileName))); err != nil {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), Options{Dir: dir}); err == nil {
		t.Errorf("a link is followed: %v", s.Close(t.Context()))
	}
}
