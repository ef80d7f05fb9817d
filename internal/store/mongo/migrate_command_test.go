package mongo_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/store/storetest"
	"tenantry/keys"
)

// The command that brings a store up to date revokes on MongoDB, too, the pairs of keys
// that earlier builds gave to customers of a dialect and showed nobody. It says how many,
// leaves the pair that the operator was handed, and does so once.
func TestMigrateRevokesUnseenKeys(t *testing.T) {
	t.Parallel()
	binary := program(t)
	uri, database := freshDatabase(t)
	data := t.TempDir()
	run := func(arguments ...string) string {
		t.Helper()
		command := exec.Command(binary, append(arguments, "--data", filepath.Join(data, "data"))...)
		command.Dir = data
		command.Env = append(os.Environ(), "TENANTRY_STORE_MONGO_URI="+uri, "TENANTRY_STORE_MONGO_DATABASE="+database)
		out, err := command.CombinedOutput()
		if err != nil {
			t.Fatalf("tenantry %v: %v\n%s", arguments, err, out)
		}
		return string(out)
	}
	run("init")

	store := monitored(t, uri, database, func() {})
	operator, err := store.Root(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	old := func() *customers.Customer {
		c := storetest.Child(operator, storetest.Seed(uint64(time.Now().UnixNano())), storetest.Bare())
		entry, _, err := keys.Minter{Mode: keys.Test, Cost: 4}.Pair(t.Context(), c.Ref(), 1, c.Created)
		if err != nil {
			t.Fatal(err)
		}
		c.EnrollmentType, c.Keys, c.KeyCount = customers.EnrollmentUnverified, []keys.Entry{entry}, 1
		c.Outbox = []customers.Event{{ID: c.ID, Type: "customer.created", At: c.Created, Resource: []byte(`{"object":"customer","type":"unverified"}`)}}
		if err := store.Insert(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		return c
	}
	revoked := func(c *customers.Customer) bool {
		t.Helper()
		now, err := store.Get(t.Context(), c.Ref())
		if err != nil {
			t.Fatal(err)
		}
		return now.Keys[0].Revoked != nil
	}

	unseen := old()
	if said := run("migrate"); !strings.Contains(said, "Revoked 1 key pairs that were never shown.") {
		t.Errorf("it says %q", said)
	}
	if !revoked(unseen) || revoked(operator) {
		t.Errorf("revoked: the unseen pair %t, the operator's %t", revoked(unseen), revoked(operator))
	}
	later := old()
	if said := run("migrate"); strings.Contains(said, "Revoked") || revoked(later) {
		t.Errorf("a second run revokes again: %q", said)
	}
	if said := run("migrate", "--drop-indexes"); said != "There is nothing to do.\n" {
		t.Errorf("it drops %q", said)
	}
}
