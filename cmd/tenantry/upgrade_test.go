package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"tenantry/internal/store/sqlite"
)

// released are stores as earlier builds left them, one for each schema that was served
// for long, with an operator, a platform, a merchant and a payer.
const released = "../../internal/store/sqlite/testdata"

// releasedStores returns the schemas of these stores.
func releasedStores(t *testing.T) (schemas []int64) {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(released, "schema-*.db.gz"))
	if err != nil || len(found) < 4 {
		t.Fatalf("%v, %v", found, err)
	}
	for _, path := range found {
		text := strings.TrimSuffix(strings.TrimPrefix(filepath.Base(path), "schema-"), ".db.gz")
		schema, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		schemas = append(schemas, schema)
	}
	return schemas
}

// unpack puts the store of a schema with its key ring into a new data directory.
func unpack(t *testing.T, schema int64) (data string) {
	t.Helper()
	data = t.TempDir()
	name := filepath.Join(released, "schema-"+strconv.FormatInt(schema, 10))
	packed, err := os.Open(name + ".db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = packed.Close() }()
	reader, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.OpenFile(sqlite.PathIn(data), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(file, reader)
	ring, fault := os.ReadFile(name + ".keyring.json")
	if err := errors.Join(err, file.Close(), fault, os.WriteFile(filepath.Join(data, keyringName), ring, 0o600)); err != nil {
		t.Fatal(err)
	}
	return data
}

// The store of every released schema is planned for without a change, backed up, brought up
// to date though that is killed in between, and then found sound; nobody is lost, and every
// sealed field opens.
func TestReleasedStoresAreUpgraded(t *testing.T) {
	t.Parallel()
	for _, schema := range releasedStores(t) {
		t.Run(strconv.FormatInt(schema, 10), func(t *testing.T) {
			t.Parallel()
			data := unpack(t, schema)
			environ := []string{"TENANTRY_DATA=" + data}
			before, err := os.ReadFile(sqlite.PathIn(data))
			if err != nil {
				t.Fatal(err)
			}
			older := schema < sqlite.Schema
			code, said, told := typed(t, environ, false, "", "migrate", "--plan", "--json")
			var plan migrationPlan
			if err := json.Unmarshal([]byte(said), &plan); code != 0 || err != nil {
				t.Fatalf("%d, %v: %s%s", code, err, said, told)
			}
			if plan.Schema != schema || plan.Writes != sqlite.Schema || plan.Customers != 4 || int64(len(plan.Steps)) != sqlite.Schema-schema || (plan.Backup != "") != older {
				t.Errorf("%+v", plan)
			}
			if older {
				if code, _, told := typed(t, environ, false, "", "doctor"); code != 1 || !strings.Contains(told, "run `tenantry migrate`") {
					t.Errorf("doctor before: %d, %s", code, told)
				}
			}
			if after, err := os.ReadFile(sqlite.PathIn(data)); err != nil || !bytes.Equal(after, before) {
				t.Errorf("planning and examining changed the store (%v)", err)
			}
			for range 3 {
				killedMigration(t, data)
			}
			if code, said, told := typed(t, environ, false, "", "migrate"); code != 0 || !strings.Contains(said, "up to date") {
				t.Fatalf("%d: %s%s", code, said, told)
			}
			code, said, told = typed(t, environ, false, "", "doctor")
			if code != 0 || strings.Contains(said, "warning") || !strings.Contains(said, "all 4 customers") || !strings.Contains(said, "under key 1") {
				t.Errorf("%d: %s%s", code, said, told)
			}
			if code, said, _ := typed(t, environ, false, "", "migrate", "--plan"); code != 0 || !strings.Contains(said, "There is nothing to do.") {
				t.Errorf("%d: %s", code, said)
			}
			backups, err := filepath.Glob(filepath.Join(data, "before-schema-*.db"))
			if err != nil || older != (len(backups) > 0) {
				t.Fatalf("the backups are %v, %v", backups, err)
			}
			for _, path := range backups {
				if code, said, told := typed(t, environ, false, "", "restore", "--check", path); code != 0 || !strings.Contains(said, "customers      4") {
					t.Errorf("%s: %d: %s%s", path, code, said, told)
				}
			}
		})
	}
}

// killedMigration migrates in a process of its own, and kills it as soon as the backup is
// made; a store that needs none it lets be.
func killedMigration(t *testing.T, data string) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(self, "migrate", "--data", data)
	command.Args[0] = "tenantry"
	command.Env = append(os.Environ(), "TENANTRY_METRICS_LISTEN=")
	told, err := command.StderrPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	for scan := bufio.NewScanner(told); scan.Scan(); {
		if strings.Contains(scan.Text(), "backed the store up") {
			_ = command.Process.Kill()
		}
	}
	_ = command.Wait()
}

// A store of a newer release is refused by every command that would write to it, with what
// to do, and stays as it is.
func TestANewerStoreIsRefused(t *testing.T) {
	t.Parallel()
	s := newPatient(t)
	data := s.i.settings.Data
	s.run("UPDATE installation SET document = document", "UPDATE customers SET created = created")
	s.behind(func(path string) {
		rewriteVersion(t, path, byte(sqlite.Schema+1))
		environ := []string{"TENANTRY_DATA=" + data}
		for _, args := range [][]string{{"serve"}, {"migrate"}, {"migrate", "--plan"}, {"doctor"}, {"customers", "tree"}, {"init"}} {
			code, _, told := typed(t, environ, false, "", args...)
			if code != 2 || !strings.Contains(told, "start the newer release again") {
				t.Errorf("%v: %d, %s", args, code, told)
			}
		}
		rewriteVersion(t, path, byte(sqlite.Schema))
	})
	if f := s.examine(false)["integrity"]; f.Level != "ok" {
		t.Errorf("%+v", f)
	}
}

// rewriteVersion writes the schema version into the header of a database.
func rewriteVersion(t *testing.T, path string, version byte) {
	t.Helper()
	const lastByteOfVersion = 63
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err == nil {
		_, err = file.WriteAt([]byte{version}, lastByteOfVersion)
		err = errors.Join(err, file.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
