package sqlite

import (
	"context"
	"testing"

	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
)

// open returns a new, empty store, which its user closes.
func open(t *testing.T) store.Store { return openAt(t, t.TempDir(), 0) }

func openAt(t testing.TB, dir string, cacheBytes int64) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Dir: dir, CacheBytes: cacheBytes})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// The engine keeps the whole contract of the port, with its cache, and without
// one, where every read comes from the file.
func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, open)
}

func TestContractWithoutCache(t *testing.T) {
	t.Parallel()
	storetest.Run(t, func(t *testing.T) store.Store { return openAt(t, t.TempDir(), -1) })
}

// Any sequence of calls is answered as the plainest store answers it.
func TestModel(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, open)
}

func TestModelWithoutCache(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, func(t *testing.T) store.Store { return openAt(t, t.TempDir(), -1) })
}

// What was acknowledged is still there after closing and opening again.
func TestReopen(t *testing.T) {
	t.Parallel()
	storetest.Reopen(t, func(t *testing.T, dir string) store.Store { return openAt(t, dir, 0) })
}
