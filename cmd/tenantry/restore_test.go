package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/backup"
	"tenantry/tenancy"
)

// The drill finds whatever of a backup would be lost: a record that cannot be read, a field
// that does not open, a document without its bytes. It ends with 1 then, and names it.
func TestTheDrillFindsWhatWouldBeLost(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(s *patient)
		code  int
		says  string
	}{
		"a sound store": {func(*patient) {}, 0, "The backup is whole, and the key ring opens all of it."},
		"a damaged customer": {func(s *patient) {
			s.run(fmt.Sprintf("UPDATE customers SET document = substr(document, 1, length(document) - 1) WHERE id = x'%s'", s.merchant.ID))
		}, 1, "1 records cannot be read, 0 sealed values do not open, 0 files are missing"},
		"a damaged event": {func(s *patient) { s.run("UPDATE events SET document = x'00' WHERE number = 2") }, 1, "1 records cannot be read"},
		"a field that does not open": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				*c = *c.EachSealed(func(_ tenancy.ID, kind string, value *customers.Sealed) *customers.Sealed {
					if kind != customers.FieldPersonalTaxID {
						return value
					}
					spoiled := *value
					spoiled.Box = slices.Clone(value.Box)
					spoiled.Box[len(spoiled.Box)-1] ^= 1
					return &spoiled
				})
			})
		}, 1, "1 sealed values do not open, 0 files are missing: unsealing personalTaxId of "},
		"a document without bytes": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				c.Documents = append(c.Documents, customers.Document{ID: tenancy.ID{5}, Size: 5})
			})
		}, 1, "1 files are missing: document 0500"},
		"a document of other bytes": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				c.Documents = append(c.Documents, customers.Document{ID: tenancy.ID{5}, Size: 5})
			})
			s.must(s.i.store.PutDocument(s.Context(), s.merchant.Ref(), tenancy.ID{5}, []byte("no box")))
		}, 1, "1 sealed values do not open"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPatient(t)
			row.spoil(s)
			path := filepath.Join(t.TempDir(), "one.db")
			source, ok := s.i.store.(copies)
			if !ok {
				t.Fatal("the store cannot be copied")
			}
			_, err := backup.Take(t.Context(), source.Backup, path, backup.Options{Program: "test", Now: time.Now})
			s.must(err)
			code, said, told := typed(t, []string{"TENANTRY_DATA=" + s.i.settings.Data}, false, "", "restore", "--check", path)
			if code != row.code || !strings.Contains(said+told, row.says) {
				t.Errorf("%d: %s%s", code, said, told)
			}
		})
	}
}

// The backup of an earlier build, which does not say which key ring it needs, is restored
// with the ring that opens it alone.
func TestAnEarlierBackupNeedsItsRing(t *testing.T) {
	t.Parallel()
	data := earlier(t)
	path := filepath.Join(t.TempDir(), "one.db")
	if code, _, told := typed(t, []string{"TENANTRY_DATA=" + data}, false, "", "backup", path); code != 0 {
		t.Fatal(told)
	}
	other := filepath.Join(t.TempDir(), "other")
	if code, _, told := typed(t, []string{"TENANTRY_DATA=" + other}, false, "", "init"); code != 0 {
		t.Fatal(told)
	}
	for name, row := range map[string]struct {
		ring, says string
		code       int
	}{
		"another": {filepath.Join(other, keyringName), "does not open 1 of 1 sealed values", 2},
		"its own": {filepath.Join(data, keyringName), "Restored 2 customers", 0},
	} {
		t.Run(name, func(t *testing.T) {
			to := t.TempDir()
			ring, err := os.ReadFile(row.ring)
			if err == nil {
				err = os.WriteFile(filepath.Join(to, keyringName), ring, 0o600)
			}
			if err != nil {
				t.Fatal(err)
			}
			code, said, told := typed(t, []string{"TENANTRY_DATA=" + to}, false, "", "restore", path)
			if code != row.code || !strings.Contains(said+told, row.says) {
				t.Errorf("%d: %s%s", code, said, told)
			}
		})
	}
}
