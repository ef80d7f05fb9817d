package main

import (
	"context"
	"database/sql" //nolint:depguard // an earlier build is imitated by what it did not write
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tenantry/internal/installed"
	"tenantry/internal/store/sqlite"
)

// earlier makes an installation as an earlier build left it: with an operator and a
// sealed value, and with nothing that says what it is.
func earlier(t *testing.T, environ ...string) (data string) {
	t.Helper()
	data = filepath.Join(t.TempDir(), "data")
	environ = append(environ, "TENANTRY_DATA="+data)
	for _, args := range [][]string{{"init", "--json"}, {"customers", "create", "--file", "-"}} {
		input := `{"name":"Shop","email":"s@example.com","planKey":"merchant","contact":{"firstName":"Mira","dateOfBirth":"1984-02-17"}}`
		if code, _, told := typed(t, environ, false, input, args...); code != 0 {
			t.Fatal(told)
		}
	}
	forget(t, data)
	return data
}

// forget takes out of an installation what says what it is.
func forget(t *testing.T, data string) {
	t.Helper()
	if err := os.Remove(installed.FileOf(filepath.Join(data, keyringName))); err != nil {
		t.Fatal(err)
	}
	file, err := sql.Open("sqlite", filepath.Join(data, "tenantry.db"))
	if err == nil {
		_, err = file.ExecContext(t.Context(), "DELETE FROM installation")
	}
	if err := errors.Join(err, file.Close()); err != nil {
		t.Fatal(err)
	}
}

// The first start of an installation of an earlier build notes what it is, beside the key
// ring too; commands that only read note nothing.
func TestAnEarlierInstallationIsAdopted(t *testing.T) {
	t.Parallel()
	data := earlier(t)
	environ := []string{"TENANTRY_DATA=" + data}
	beside := installed.FileOf(filepath.Join(data, keyringName))
	if code, _, told := typed(t, environ, false, "", "customers", "tree"); code != 0 {
		t.Fatal(told)
	}
	if _, err := os.Stat(beside); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a read notes what the installation is: %v", err)
	}
	if code, _, told := typed(t, environ, false, "", "migrate"); code != 0 {
		t.Fatal(told)
	}
	copied, err := installed.Read(beside)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Open(t.Context(), sqlite.Options{Dir: data})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close(context.Background()) }()
	stored, err := s.Installation(t.Context())
	if err != nil || stored.ID != copied.ID || stored.Mode != "sandbox" || stored.Engine != "sqlite" || len(stored.Keys) != 1 {
		t.Errorf("the store says %+v, %v, and the copy %+v", stored, err, copied)
	}
}

// An installation of an earlier build is adopted neither with a ring that opens nothing
// of it nor in another mode than that of the operator's keys.
func TestAdoptionIsRefused(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		made, now []string
		harm      func(t *testing.T, data string)
		says      string
	}{
		"with another ring": {harm: func(t *testing.T, data string) {
			other := earlier(t)
			text, err := os.ReadFile(filepath.Join(other, keyringName))
			if err == nil {
				err = os.WriteFile(filepath.Join(data, keyringName), text, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
		}, says: "opens nothing of what this store has sealed"},
		"live data without their configuration": {made: []string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_IN_DATA=true"}, says: "the keys of the operator are of live mode, and mode is sandbox"},
		"a sandbox as live":                     {now: []string{"TENANTRY_MODE=live", "TENANTRY_SEAL_KEYRING_IN_DATA=true"}, says: "the keys of the operator are of sandbox mode, and mode is live"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data := earlier(t, row.made...)
			if row.harm != nil {
				row.harm(t, data)
			}
			environ := append(row.now, "TENANTRY_DATA="+data)
			for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"init"}, {"migrate"}, {"customers", "list"}, {"seal", "rotate"}} {
				code, _, told := typed(t, environ, false, "", args...)
				if code != 2 || !strings.Contains(told, row.says) || !strings.Contains(told, "→") {
					t.Errorf("%v: exit code %d: %s", args, code, told)
				}
			}
			if _, err := os.Stat(installed.FileOf(filepath.Join(data, keyringName))); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("something was noted: %v", err)
			}
		})
	}
}
