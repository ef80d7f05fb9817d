package main

import (
	"bytes"
	"context"
	"database/sql" //nolint:depguard // damage is done behind the back of the store
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	cryptorand "crypto/rand"

	"tenantry/client"
	"tenantry/cmd/tenantry/internal/cli"
	"tenantry/cmd/tenantry/internal/datadir"
	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/config"
	"tenantry/internal/doctor"
	"tenantry/internal/store/sqlite"
	"tenantry/tenancy"
)

// patient is an installation with a platform, a merchant below it and that one's user,
// that something is done to.
type patient struct {
	*testing.T
	p                  *program
	i                  *installation
	platform, merchant *customers.Customer
}

// open opens the installation in a directory.
func (s *patient) open(data string) {
	s.Helper()
	s.p = &program{Program: &cli.Program{
		Stdout: new(bytes.Buffer), Stderr: new(bytes.Buffer), Stdin: new(bytes.Buffer),
		Environ: []string{"TENANTRY_DATA=" + data, "TENANTRY_METRICS_LISTEN=127.0.0.1:0"}, Now: time.Now, Random: cryptorand.Reader,
	}}
	settings, err := config.Load(config.Sources{Environ: s.p.Environ})
	s.must(err)
	owned, err := datadir.Own(data)
	s.must(err)
	s.i, err = s.p.open(s.Context(), settings, owned, opening{mayBeEmpty: true, makeKeyring: true, adopts: true})
	s.must(err)
}

func (s *patient) must(err error) {
	s.Helper()
	if err != nil {
		s.Fatal(err)
	}
}

func newPatient(t *testing.T) *patient {
	t.Helper()
	s := &patient{T: t}
	s.open(t.TempDir())
	t.Cleanup(func() { s.must(s.i.close(context.Background())) })
	_, err := s.i.service.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com")
	s.must(err)
	s.platform = s.create("", `{"name": "Platform", "email": "p@example.com", "planKey": "platform"}`)
	s.merchant = s.create(s.platform.ID.String(), `{"name": "Shop", "email": "s@example.com", "planKey": "merchant", "vanityName": "shop",
		"contact": {"firstName": "Mira", "dateOfBirth": "1984-02-17"}, "legalEntity": {"entityType": "ISP", "personalTaxId": "078051120"}}`)
	_, err = s.i.service.Relay.RelayEvents(t.Context())
	s.must(err)
	return s
}

// create makes a customer below another; without one below the operator.
func (s *patient) create(parent, body string) *customers.Customer {
	s.Helper()
	c := cli.LocalClient(cli.HandlerTransport{Handler: s.i.admin()}, "the installation")
	var made struct{ ID string }
	_, err := c.Read(s.Context(), client.Request{Method: "POST", Path: "/v3/customers", As: parent, Body: []byte(body)}, &made)
	s.must(err)
	id, err := tenancy.ParseID(made.ID)
	s.must(err)
	found, err := s.i.store.GetAnywhere(s.Context(), id)
	s.must(err)
	return found
}

// change writes a change of a customer past all rules.
func (s *patient) change(c *customers.Customer, change func(*customers.Customer)) {
	s.Helper()
	current, err := s.i.store.Get(s.Context(), c.Ref())
	s.must(err)
	next := *current
	next.Version++
	change(&next)
	s.must(s.i.store.Replace(s.Context(), &next, current.Version))
}

// behind closes the installation, does something to its database, and opens it again.
func (s *patient) behind(do func(path string)) {
	s.Helper()
	data := s.i.settings.Data
	s.must(s.i.close(context.Background()))
	do(sqlite.PathIn(data))
	s.open(data)
}

// run runs statements behind the back of the store.
func (s *patient) run(statements ...string) {
	s.Helper()
	s.behind(func(path string) {
		file, err := sql.Open("sqlite", path)
		s.must(err)
		for _, statement := range statements {
			done, err := file.ExecContext(s.Context(), statement)
			s.must(err)
			if changed, err := done.RowsAffected(); err != nil || changed == 0 && !strings.HasPrefix(statement, "DROP") {
				s.Fatalf("%s: %d rows, %v", statement, changed, err)
			}
		}
		s.must(file.Close())
	})
}

// examine runs the command and returns what each check found.
func (s *patient) examine(fix bool) map[string]doctor.Finding {
	s.Helper()
	c := cli.LocalClient(cli.HandlerTransport{Handler: s.i.admin()}, "the installation")
	report, err := (&doctorCommand{Fix: fix}).examine(s.Context(), s.p, c)
	s.must(err)
	found := map[string]doctor.Finding{}
	for _, f := range report.Findings {
		found[f.Check] = f
	}
	return found
}

// A sound installation has no finding but good ones, a line for each check.
func TestDoctorFindsASoundInstallationSound(t *testing.T) {
	t.Parallel()
	s := newPatient(t)
	found := s.examine(false)
	for _, name := range doctor.Names() {
		t.Run(name, func(t *testing.T) {
			if f := found[name]; f.Level != doctor.OK || f.Text == "" || f.Mended != "" {
				t.Errorf("%+v", f)
			}
		})
	}
	if lines := strings.Count(s.p.Stdout.(*bytes.Buffer).String(), "\n"); lines != len(doctor.Names()) {
		t.Errorf("%d lines:\n%s", lines, s.p.Stdout)
	}
	if text := found["sealed"].Text; !strings.Contains(text, "3 under key 1") {
		t.Errorf("sealed: %s", text)
	}
}

// Whatever is wrong is found by the check that is there for it, and by no other, with what
// to do; what can be mended is, and then found sound.
func TestDoctorNamesWhatIsWrong(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		spoil func(s *patient)
		check string
		level doctor.Level
		says  string
		// mended is what the fix says it did; empty where it cannot.
		mended string
		// also are the other checks that the same damage must show in.
		also []string
	}{
		"another installation's document": {func(s *patient) {
			i, err := s.i.store.Installation(s.Context())
			s.must(err)
			i.Revision++
			i.Keys[0].Proof = []byte("no proof")
			s.must(s.i.store.SetInstallation(s.Context(), i))
		}, "installation", doctor.Fault, "is another key of that number", "", nil},
		"a damaged page": {func(s *patient) {
			s.behind(func(path string) { s.spoilIndex(path, "customers_created") })
		}, "integrity", doctor.Fault, "the database is damaged", "", nil},
		"a missing index":   {func(s *patient) { s.run("DROP INDEX customers_updated") }, "indexes", doctor.Fault, "customers_updated", "made customers_updated", nil},
		"a missing trigger": {func(s *patient) { s.run("DROP TRIGGER claims_about_gone") }, "indexes", doctor.Fault, "claims_about_gone", "made claims_about_gone", nil},
		"a damaged customer": {func(s *patient) {
			s.run(fmt.Sprintf("UPDATE customers SET document = substr(document, 1, length(document) - 1) WHERE id = x'%s'", s.merchant.ID))
		}, "records", doctor.Fault, "1 records cannot be read and are left out of every answer: customer ", "", nil},
		"a damaged event": {func(s *patient) {
			s.run("UPDATE events SET document = x'00' WHERE number = 2")
		}, "records", doctor.Fault, "1 records cannot be read and are left out of every answer: event ", "", []string{"events"}},
		"a wrong count of children": {func(s *patient) {
			s.run("UPDATE children SET direct = direct + 1")
		}, "children", doctor.Fault, "below 2 customers", "counted below 2 customers anew", nil},
		"a count that is missing": {func(s *patient) {
			s.run(fmt.Sprintf("DELETE FROM children WHERE id = x'%s'", s.platform.ID))
		}, "children", doctor.Fault, "below 1 customers", "counted below 1 customers anew", nil},
		"a wrong total of a status": {func(s *patient) { s.run("UPDATE tallies SET direct = 7") }, "children", doctor.Fault, "below 2 customers", "counted below 2", nil},
		"a customer that deep lists lack": {func(s *patient) {
			s.run(fmt.Sprintf("DELETE FROM ancestry WHERE id = x'%s'", s.merchant.ID))
		}, "children", doctor.Fault, "below 2 customers", "counted below 2", nil},
		"a parent that is gone": {func(s *patient) {
			s.run(fmt.Sprintf("DELETE FROM customers WHERE id = x'%s'", s.platform.ID), fmt.Sprintf("DELETE FROM events WHERE customer = x'%s'", s.platform.ID))
		}, "references", doctor.Fault, "customers name the parent ", "", []string{"children"}},
		"another path than the parent's": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) { c.Path = []tenancy.ID{s.platform.ID, s.platform.ID} })
		}, "references", doctor.Fault, "another path than their parent", "", []string{"children"}},
		"a customer that is gone": {func(s *patient) {
			s.run(fmt.Sprintf("DELETE FROM customers WHERE id = x'%s'", s.merchant.ID))
		}, "references", doctor.Fault, "1 references lead nowhere: event ", "", []string{"children"}},
		"a value without a reservation": {func(s *patient) {
			s.run("DELETE FROM claims WHERE key = CAST('vanityName:shop' AS BLOB)")
		}, "reservations", doctor.Fault, "1 unique values are held without a reservation, so that others may take them: vanityName of customer ", "reserved 1 unique values", nil},
		"a reservation without a holder": {func(s *patient) {
			_, taken, err := s.i.store.Reserve(s.Context(), rows.Reservation{Key: "vanityName:ghost", Customer: s.merchant.Ref(), Taken: time.Now().Add(-2 * time.Hour)})
			if s.must(err); !taken {
				s.Fatal("it is taken")
			}
		}, "reservations", doctor.Warning, "1 unique values are reserved, and nobody holds them: vanityName", "released 1 reservations", nil},
		"a reservation of a customer that is gone": {func(s *patient) {
			_, _, err := s.i.store.Reserve(s.Context(), rows.Reservation{Key: "merchantKey:x:y", Customer: tenancy.Ref{ID: tenancy.ID{1}, Tenant: tenancy.ID{1}}, Taken: time.Now().Add(-2 * time.Hour)})
			s.must(err)
		}, "reservations", doctor.Warning, "nobody holds them: merchantKey", "released 1 reservations", nil},
		"a value that is held twice": {func(s *patient) {
			s.change(s.platform, func(c *customers.Customer) { c.VanityName = "shop" })
		}, "reservations", doctor.Fault, "1 unique values are held twice: vanityName of customer ", "", nil},
		"addresses from before they had to be unique": {func(s *patient) {
			c := cli.LocalClient(cli.HandlerTransport{Handler: s.i.admin()}, "the installation")
			_, err := c.Do(s.Context(), client.Request{Method: "PATCH", Path: "/v3/customers/" + s.platform.ID.String(), Body: []byte(`{"settings": {"customers": {"uniqueEmail": true}}}`)})
			s.must(err)
		}, "reservations", doctor.Warning, "1 unique values are held without a reservation, so that others may take them: email of customer ", "reserved 1 unique values", nil},
		"an outbox that is not relayed": {func(s *patient) {
			s.i.local.serves = true
			_, err := s.i.store.AddEvent(s.Context(), s.merchant.Ref(), customers.Event{ID: tenancy.ID{3}, Type: "customer.seen", At: time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)})
			s.must(err)
		}, "outboxes", doctor.Warning, "1 events are not in the log yet", "moved 1 events into the log", nil},
		"an event that is missing": {func(s *patient) {
			s.run(fmt.Sprintf("DELETE FROM events WHERE customer = x'%s'", s.merchant.ID))
		}, "events", doctor.Fault, "events are missing among those of 1 customers: ", "", nil},
		"a file that no record names": {func(s *patient) {
			s.must(s.i.store.PutDocument(s.Context(), s.merchant.Ref(), tenancy.ID{4}, []byte("bytes")))
		}, "files", doctor.Warning, "no record names 1 stored files", "removed 1 files", nil},
		"a file that is missing": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				c.Documents = append(c.Documents, customers.Document{ID: tenancy.ID{5}, Size: 5})
			})
		}, "files", doctor.Fault, "the bytes of documents are missing: 1 pieces", "", nil},
		"a sealed field that does not open": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				*c = *c.EachSealed(func(_ tenancy.ID, _ string, value *customers.Sealed) *customers.Sealed {
					spoiled := *value
					spoiled.Box = slices.Clone(value.Box)
					spoiled.Box[len(spoiled.Box)-1] ^= 1
					return &spoiled
				})
			})
		}, "sealed", doctor.Fault, "3 of 3 sealed fields do not open: ", "", nil},
		"a rotation that did not end": {func(s *patient) {
			next, err := s.i.keyring.Ring().AddVersion(cryptorand.Reader, 1)
			s.must(err)
			s.i.keyring.Exchange(next)
		}, "sealed", doctor.Warning, "3 sealed fields are not under key 2, which seals: 3 under key 1", "", nil},
		"a record of the future": {func(s *patient) {
			s.change(s.merchant, func(c *customers.Customer) {
				c.LastUpdated = time.Now().Add(time.Hour).UTC().Truncate(time.Millisecond)
			})
		}, "clock", doctor.Warning, "1h0m0s in the future", "", nil},
		"a file that others may read": {func(s *patient) {
			s.must(os.Chmod(sqlite.PathIn(s.i.settings.Data), 0o644))
		}, "modes", doctor.Fault, "tenantry.db has mode 0644, at most 0600 is right", "took the files ", nil},
		"a key ring that others may read": {func(s *patient) {
			s.must(os.Chmod(filepath.Join(s.i.settings.Data, keyringName), 0o640))
		}, "modes", doctor.Fault, "keyring.json has mode 0640", "took the files ", []string{"installation"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newPatient(t)
			row.spoil(s)
			found := s.examine(false)
			if f := found[row.check]; f.Level != row.level || !strings.Contains(f.Text, row.says) || f.Remedy == "" || f.Mended != "" {
				t.Errorf("%+v", f)
			}
			s.othersAreSound(found, append(row.also, row.check))
			again := s.examine(false)
			if again[row.check] != found[row.check] {
				t.Errorf("without --fix something changed: %+v", again[row.check])
			}
			fixed := s.examine(true)
			if f := fixed[row.check]; row.mended == "" && f.Level != row.level || row.mended != "" && (f.Level != doctor.OK || !strings.Contains(f.Mended, row.mended)) {
				t.Errorf("mended: %+v", f)
			}
			if row.mended == "" {
				return
			}
			after := s.examine(false)
			if f := after[row.check]; f.Level != doctor.OK || f.Mended != "" {
				t.Errorf("after it was mended: %+v", f)
			}
			s.othersAreSound(after, row.also)
		})
	}
}

func (s *patient) othersAreSound(found map[string]doctor.Finding, but []string) {
	s.Helper()
	for _, name := range doctor.Names() {
		if f := found[name]; f.Level != doctor.OK && !slices.Contains(but, name) {
			s.Errorf("%+v", f)
		}
	}
}

// spoilIndex overwrites the first page of an index.
func (s *patient) spoilIndex(path, name string) {
	s.Helper()
	file, err := sql.Open("sqlite", path)
	s.must(err)
	var page, size int64
	s.must(errors.Join(
		file.QueryRowContext(s.Context(), "SELECT rootpage FROM sqlite_master WHERE name = ?", name).Scan(&page),
		file.QueryRowContext(s.Context(), "PRAGMA page_size").Scan(&size), file.Close()))
	raw, err := os.OpenFile(path, os.O_RDWR, 0)
	s.must(err)
	_, err = raw.WriteAt(bytes.Repeat([]byte{0x5a}, int(size)), (page-1)*size)
	s.must(errors.Join(err, raw.Close()))
}

// What a purge took is no gap, and what went beside it is.
func TestDoctorKnowsPurges(t *testing.T) {
	t.Parallel()
	s := newPatient(t)
	operator, err := s.i.service.Access.Local(s.Context(), "")
	s.must(err)
	old := time.Now().UTC().Truncate(time.Millisecond).Add(-100 * 24 * time.Hour)
	for n := range byte(3) {
		_, err := s.i.store.AddEvent(s.Context(), operator.Subject.Ref(), customers.Event{ID: tenancy.ID{9, n}, Type: "customer.seen", At: old})
		s.must(err)
	}
	s.run("UPDATE events SET at = at - 10000000000")
	c := cli.LocalClient(cli.HandlerTransport{Handler: s.i.admin()}, "the installation")
	for range 2 {
		_, err = s.i.service.Relay.RelayEvents(s.Context())
		s.must(err)
		if _, err := (&eventsPurgeCommand{}).purge(s.Context(), c, time.Now().Add(-25*time.Hour), false, nil); err != nil {
			t.Fatal(err)
		}
	}
	if f := s.examine(true)["events"]; f.Level != doctor.OK {
		t.Errorf("after a purge: %+v", f)
	}
	s.create("", `{"name": "Late", "email": "l@example.com", "planKey": "platform"}`)
	_, err = s.i.service.Relay.RelayEvents(s.Context())
	s.must(err)
	if f := s.examine(false)["events"]; f.Level != doctor.OK {
		t.Errorf("after another creation: %+v", f)
	}
}
