package mongo_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/internal/doctor"
	"tenantry/internal/seal"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/store/storetest"
)

// examine runs all checks over a store.
func examine(t *testing.T, s doctor.Store, ring *seal.Ring, fix bool) (map[string]doctor.Finding, string) {
	t.Helper()
	found := map[string]doctor.Finding{}
	report, err := doctor.Examine(t.Context(), doctor.Options{
		Store: s, Opener: ring, Current: ring.Current(), Fix: fix, Digest: true, Now: time.Now,
		Intact: func(context.Context) error { return nil }, Relay: func(context.Context) (int, error) { return 0, nil },
	}, func(f doctor.Finding) { found[f.Check] = f })
	if err != nil {
		t.Fatal(err)
	}
	return found, report.Digest
}

// A store in MongoDB is examined as one in SQLite is: the digest of the same customers is
// the same, and what is wrong is named and mended.
func TestAStoreIsExamined(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	other, err := sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(context.Background()) }()
	shop := e.child(e.tenant, storetest.With(func(c *customers.Customer) { c.VanityName = "shop" }))
	for _, c := range []*customers.Customer{e.operator, e.tenant, shop} {
		e.must(other.Insert(t.Context(), c), "inserting into SQLite")
	}
	there, digest := examine(t, e.store, ring, false)
	here, same := examine(t, other, ring, false)
	if digest != same {
		t.Errorf("the digests are %s in MongoDB and %s in SQLite", digest, same)
	}
	for name, f := range there {
		t.Run(name, func(t *testing.T) {
			same := f.Text == here[name].Text || name == "records" // SQLite logs an event of no change at once
			if f.Level != here[name].Level || !same {
				t.Errorf("MongoDB: %+v, SQLite: %+v", f, here[name])
			}
		})
	}
	if f := there["reservations"]; f.Level != doctor.Fault || !strings.Contains(f.Text, "9 unique values are held without a reservation") {
		t.Errorf("%+v", f)
	}
	e.must(e.raw.Collection("customers").Indexes().DropOne(t.Context(), "children_name"), "dropping an index")
	_, err = e.raw.Collection("events").InsertOne(t.Context(), bson.D{{Key: "at", Value: "yesterday"}})
	e.must(err, "inserting a broken event")
	there, _ = examine(t, e.store, ring, true)
	for name, says := range map[string]string{"indexes": "made customers.children_name", "reservations": "reserved 9 unique values"} {
		t.Run(name, func(t *testing.T) {
			if f := there[name]; f.Level != doctor.OK || !strings.Contains(f.Mended, says) {
				t.Errorf("%+v", f)
			}
		})
	}
	there, _ = examine(t, e.store, ring, false)
	for _, name := range []string{"indexes", "reservations"} {
		if f := there[name]; f.Level != doctor.OK || f.Mended != "" {
			t.Errorf("after it was mended: %+v", f)
		}
	}
	if f := there["records"]; f.Level != doctor.Fault || !strings.Contains(f.Text, "1 records cannot be read") {
		t.Errorf("%+v", f)
	}
}
