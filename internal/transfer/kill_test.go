package transfer_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/seal"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/transfer"
	"tenantry/tenancy"

	cryptorand "crypto/rand"
)

// The variables that make a process of the test binary the one to be killed.
const (
	killedFrom = "TENANTRY_TEST_IMPORT_FROM"
	killedTo   = "TENANTRY_TEST_IMPORT_TO"
	killedRing = "TENANTRY_TEST_IMPORT_RING"
	// killedMove is set where the import is one end of a move.
	killedMove = "TENANTRY_TEST_IMPORT_MOVE"
)

func TestMain(m *testing.M) {
	if from := os.Getenv(killedFrom); from != "" {
		if err := importUntilKilled(context.Background(), from, os.Getenv(killedTo), os.Getenv(killedRing)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// importUntilKilled imports a file into a store, and prints a line for each step.
func importUntilKilled(ctx context.Context, from, to, keyring string) error {
	store, err := sqlite.Open(ctx, sqlite.Options{Dir: to})
	if err != nil {
		return err
	}
	defer func() { _ = store.Close(ctx) }()
	ring, err := seal.Open(keyring)
	if err != nil {
		return err
	}
	svc, err := testkit.Services(store, ring, time.Now)
	if err != nil {
		return err
	}
	key := fileKey()
	if os.Getenv(killedMove) != "" {
		key = byRing
	}
	file, err := transfer.Open(from)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	report, err := transfer.Import(ctx, file, transfer.ImportOptions{
		Store: store, Registry: svc.Registry, Sealer: ring, Ring: ring.Name(), Mode: "sandbox", Key: key,
		Progress: func(stage transfer.Stage, done, total int) { fmt.Println(stage, done, total) },
	})
	if err == nil && !report.Whole() {
		err = fmt.Errorf("refused: %+v", report.Refused)
	}
	return err
}

// An import, or a move, that is killed at any point is run again, and ends with what one that was not
// killed has: nothing is there twice, nothing is missing, and the other tenant is whole too.
func TestAKilledImport(t *testing.T) {
	t.Parallel()
	a := furnished(t)
	for n := range 1500 {
		a.Row(a.Cove, fmt.Sprintf("Row %d", n), func(c *customers.Customer) { c.Email = fmt.Sprintf("row%d@cove.example", n) })
	}
	text, end := export(t, a.Env, fileKey(), tenancy.ID{})
	dir := t.TempDir()
	path := filepath.Join(dir, "all.ndjson")
	testkit.Must(t, os.WriteFile(path, text, 0o600))
	keyring := filepath.Join(dir, "keyring.json")
	ring, err := seal.Create(keyring, cryptorand.Reader)
	testkit.Must(t, err)
	want := digest(t, a.Env)
	to := killed(t, path, keyring)
	b := testkit.Vacant(t, open(t, to))
	b.Ring = ring
	if got := digest(t, b); got != want {
		t.Errorf("the digest is %s, want %s", got, want)
	}
	again, _ := export(t, b, leftOut, tenancy.ID{})
	plain, stands := export(t, a.Env, leftOut, tenancy.ID{})
	if body(plain) != body(again) || stands.Counts.Customers != end.Counts.Customers {
		t.Error("exported again it differs")
	}

	// What stands there now moves on, as it is, under its key ring.
	moving, sent := export(t, b, byRing, tenancy.ID{})
	moved := filepath.Join(dir, "moved.ndjson")
	testkit.Must(t, os.WriteFile(moved, moving, 0o600))
	c := testkit.Vacant(t, open(t, killed(t, moved, keyring, killedMove+"=yes")))
	c.Ring = ring
	if got := digest(t, c); got != want {
		t.Errorf("the digest of what moved is %s, want %s", got, want)
	}
	if onward, stands := export(t, c, byRing, tenancy.ID{}); body(onward) != body(moving) || stands.Counts != sent.Counts {
		t.Errorf("what moved differs: %+v, want %+v", stands.Counts, sent.Counts)
	}
}

var byRing = transfer.Key{Sealing: transfer.Sealing{By: transfer.ByRing}}

// killed imports a file into a new directory, killed again and again and then run to its
// end.
func killed(t *testing.T, path, keyring string, more ...string) (to string) {
	t.Helper()
	to = t.TempDir()
	run := func(lines int) (whole bool) {
		return testkit.KilledAfter(t, lines, append(more, killedFrom+"="+path, killedTo+"="+to, killedRing+"="+keyring)...)
	}
	cut := 0
	for lines := range 4 {
		if !run(lines) {
			cut++
		}
	}
	if cut == 0 {
		t.Error("no round was killed in time")
	}
	if !run(1 << 20) {
		t.Fatal("the last import did not end")
	}
	return to
}
