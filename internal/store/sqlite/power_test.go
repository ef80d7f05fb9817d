package sqlite

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	sqlite3 "modernc.org/sqlite/lib"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/storetest"
)

// seedsVariable names how many seeds are tried, where it is not the few of the suite.
const seedsVariable = "TENANTRY_TEST_SEEDS"

// seeds returns how many seeds a test tries.
func seeds(t *testing.T, usual int) uint64 {
	t.Helper()
	if text := os.Getenv(seedsVariable); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatalf("%s: %v", seedsVariable, err)
		}
		usual = n
	}
	if testing.Short() {
		usual = min(usual, 20)
	}
	return uint64(usual)
}

// voyage is the life of one store on a disk that fails, until its power is cut.
type voyage struct {
	*testing.T
	random *rand.Rand
	disk   *disk
	store  *Store
	// last are the customers as they were acknowledged last.
	last []*customers.Customer
}

// Whatever a disk does short of lying about a sync (fails to read, to write or to sync,
// writes half, is full, tears sectors when its power is cut), no acknowledged write is
// lost, the store opens again and is whole.
func TestNoAcknowledgedWriteIsLostByADisk(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, 80) {
		if t.Failed() {
			return
		}
		sail(t, seed, false)
	}
}

// On a disk that acknowledges a sync and does not do it, the store opens again after its
// power was cut, or says that it is damaged.
func TestALyingDiskIsNoticed(t *testing.T) {
	t.Parallel()
	for seed := range seeds(t, 40) {
		if t.Failed() {
			return
		}
		sail(t, seed, true)
	}
}

// sail lets a store live through the faults of a seed.
func sail(t *testing.T, seed uint64, lies bool) {
	t.Helper()
	dir := t.TempDir()
	v := &voyage{T: t, random: rand.New(rand.NewPCG(seed, 0)), disk: newDisk(dir)}
	defer disks.Delete(dir)
	store, err := Open(context.Background(), Options{Dir: dir, Readers: 1, CacheBytes: -1})
	if err != nil {
		t.Fatalf("seed %d: %v", seed, err)
	}
	v.store = store
	root := storetest.Operator(opened)
	tenant := storetest.Child(root, storetest.Bare())
	for _, c := range []*customers.Customer{root, tenant} {
		if err := store.Insert(context.Background(), c); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		v.last = append(v.last, c)
	}
	if lies {
		v.disk.mu.Lock()
		v.disk.lies = true
		v.disk.mu.Unlock()
	}
	for n := range 8 + v.random.IntN(8) {
		v.trouble()
		v.write(seed, tenant, uint64(n))
	}
	v.disk.failing(func(diskCall, string) int32 { return 0 })
	sector := 512
	if v.random.IntN(2) == 0 {
		sector = 4096
	}
	ashore := t.TempDir()
	if err := v.disk.cut(ashore, v.random, sector); err != nil {
		t.Fatal(err)
	}
	left := v.disk.String()
	if err := store.Close(context.Background()); err != nil {
		t.Fatalf("seed %d: closing: %v", seed, err)
	}
	v.arrive(fmt.Sprintf("seed %d, sectors of %d, %s", seed, sector, left), ashore, lies)
}

// trouble chooses how the disk fails next.
func (v *voyage) trouble() {
	if v.random.IntN(3) > 0 {
		v.disk.failing(func(diskCall, string) int32 { return 0 })
		return
	}
	codes := map[diskCall][]int32{
		reading: {sqlite3.SQLITE_IOERR_CORRUPTFS, sqlite3.SQLITE_IOERR_READ},
		writing: {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE},
		syncing: {sqlite3.SQLITE_IOERR_FSYNC},
	}
	what := diskCall(v.random.IntN(len(codes)))
	code, after := codes[what][v.random.IntN(len(codes[what]))], v.random.IntN(4)
	v.disk.failing(func(asked diskCall, _ string) int32 {
		if asked != what {
			return 0
		}
		if after--; after >= 0 {
			return 0
		}
		return code
	})
}

// write inserts a customer or renames one, and remembers what is acknowledged.
func (v *voyage) write(seed uint64, tenant *customers.Customer, n uint64) {
	v.Helper()
	ctx := context.Background()
	at := v.random.IntN(len(v.last) + 2)
	if at < 1 || at >= len(v.last) {
		c := child(tenant, seed*100+n)
		if err := v.store.Insert(ctx, c); err == nil {
			v.last = append(v.last, c)
		} else if !errors.Is(err, rows.ErrUnavailable) {
			v.Errorf("seed %d: inserting is refused as %v", seed, err)
		}
		return
	}
	next := renamed(v.last[at], fmt.Sprintf("Renamed %d", n))
	switch err := v.store.Replace(ctx, next, v.last[at].Version); {
	case err == nil:
		v.last[at] = next
	case errors.Is(err, rows.ErrStale): // one of unknown end was written
		if written, err := v.store.Get(ctx, next.Ref()); err == nil {
			v.last[at] = written
		}
	case !errors.Is(err, rows.ErrUnavailable):
		v.Errorf("seed %d: renaming is refused as %v", seed, err)
	}
}

// arrive opens what the cut left, and looks for every acknowledged write.
func (v *voyage) arrive(where, dir string, lies bool) {
	v.Helper()
	ctx := context.Background()
	store, err := Open(ctx, Options{Dir: dir, Readers: 1, CacheBytes: -1})
	if err != nil {
		if !lies || !isCorrupt(err) {
			v.Errorf("%s: it does not open again: %v", where, err)
		}
		return
	}
	defer func() { v.must(store.Close(ctx)) }()
	if lies {
		return
	}
	for _, c := range v.last {
		found, err := store.Get(ctx, c.Ref())
		if err != nil || found.Version < c.Version {
			v.Errorf("%s: customer %s in version %d is lost: %v", where, c.ID, c.Version, err)
		}
	}
	store.sound(v)
}

func (v *voyage) must(err error) {
	v.Helper()
	if err != nil {
		v.Fatal(err)
	}
}

// A disk that cannot be read for a moment makes reads and writes unavailable, and marks no
// record as damaged.
func TestADiskThatCannotBeReadIsNoDamage(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	d := newDisk(dir)
	defer disks.Delete(dir)
	s, err := Open(t.Context(), Options{Dir: dir, Readers: 1, CacheBytes: -1})
	if err != nil {
		t.Fatal(err)
	}
	root := storetest.Operator(opened)
	if err := s.Insert(t.Context(), root); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), Options{Dir: dir, Readers: 1, CacheBytes: -1}); err != nil { // its pages are in no memory
		t.Fatal(err)
	}
	d.failing(func(what diskCall, _ string) int32 {
		if what == reading {
			return sqlite3.SQLITE_IOERR_CORRUPTFS // as the system's own file system reports EIO
		}
		return 0
	})
	if _, err := s.Get(t.Context(), root.Ref()); !errors.Is(err, rows.ErrUnavailable) {
		t.Errorf("reading gives %v", err)
	}
	if damaged := s.Damaged(); len(damaged) > 0 {
		t.Errorf("%v counts as damaged", damaged)
	}
	d.failing(func(diskCall, string) int32 { return 0 })
	if found, err := s.Get(t.Context(), root.Ref()); err != nil || found.Version != root.Version {
		t.Errorf("afterwards it gives %v", err)
	}
	if err := s.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
}
