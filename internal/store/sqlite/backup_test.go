package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
)

// emptyFile makes the file that a backup is written to.
func emptyFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// A backup is the store at the moment when it began: writes go on while it is made, each
// is acknowledged, and none of them is in it. It is one sound file.
func TestBackupIsOneMoment(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	e := newEnv(t)
	const before = 1200
	for n := range uint64(before) {
		e.insert(child(e.tenant, n))
	}
	path, steps, more := emptyFile(t), 0, uint64(before)
	err := e.Backup(ctx, path, func(done, total int) {
		if steps++; steps > 100 {
			cancel() // each write begins it anew
		}
		if done > total || total == 0 {
			t.Errorf("%d of %d pages", done, total)
		}
		// The copy holds the database open for reading just now.
		for range 20 {
			e.insert(child(e.tenant, more))
			more++
		}
	})
	e.must(err)
	if steps < 3 {
		t.Fatalf("the store was too small to be copied in steps: %d", steps)
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(left) != 1 {
		t.Errorf("beside the copy: %v, %v", left, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the copy is %v, %v", info, err)
	}
	f, err := OpenFile(ctx, path)
	e.must(err)
	defer func() { e.must(f.Close()) }()
	e.must(f.Integrity(ctx))
	facts, err := f.Facts(ctx)
	e.must(err)
	if facts.Schema != Schema || facts.Counts.Customers != before+2 || facts.Counts.Tombstones != 0 {
		t.Errorf("%+v", facts)
	}
	seen := 0
	e.must(f.EachCustomer(ctx, func(*customers.Customer) error { seen++; return nil }, func(d rows.Damage) { t.Error(d) }))
	if seen != before+2 {
		t.Errorf("%d customers can be read", seen)
	}
	counted, err := e.List(ctx, rows.Query{Under: e.tenant.ID, Limit: 1, Count: true})
	if err != nil || counted.Total != int64(more) {
		t.Errorf("the store has %d, %v", counted.Total, err)
	}
}

// A copied store opens as the store that it was copied from: with the same customers.
func TestACopyOpens(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e := newEnv(t)
	c := child(e.tenant, 1)
	e.insert(c)
	path := emptyFile(t)
	e.must(e.Backup(ctx, path, nil))
	dir := t.TempDir()
	e.must(os.Rename(path, PathIn(dir)))
	other := openAt(t, dir, 0)
	defer func() { e.must(other.Close(ctx)) }()
	found, err := other.Get(ctx, c.Ref())
	if err != nil || storetest.Diff(c, found) != "" {
		t.Errorf("%s, %v", storetest.Diff(c, found), err)
	}
}

// A backup ends when its caller goes away or the store is closed, and says so.
func TestBackupEnds(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for n := range uint64(600) {
		e.insert(child(e.tenant, n))
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := e.Backup(ctx, emptyFile(t), func(int, int) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	if err := e.Backup(context.Background(), emptyFile(t), func(int, int) { e.shut() }); err == nil {
		t.Error("a closed store was copied")
	}
	if err := e.Backup(context.Background(), emptyFile(t), nil); !errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("closed: %v", err)
	}
}

// Damage to the structure of a database, and to a record, is found in the file.
func TestAFileIsAudited(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	e := newEnv(t)
	for n := range uint64(300) {
		e.insert(child(e.tenant, n))
	}
	path := emptyFile(t)
	e.must(e.Backup(ctx, path, nil))
	content, err := os.ReadFile(path)
	e.must(err)
	for at := len(content) / 2; at < len(content)/2+8192; at++ {
		content[at] ^= 0x55
	}
	e.must(os.WriteFile(path, content, 0o600))
	f, err := OpenFile(ctx, path)
	e.must(err)
	defer func() { e.must(f.Close()) }()
	if err := f.Integrity(ctx); !errors.Is(err, rows.ErrDamaged) {
		t.Errorf("%v", err)
	}
}
