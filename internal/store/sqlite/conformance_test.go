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

// Any sequence of calls is answered as the plainest store answers it, with every customer in
// the index of searches at once.
func TestModel(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, func(t *testing.T) store.Store {
		return openSearching(t, searchBounds{first: 2, ledTo: 3, walked: 4, waits: 1})
	})
}

func openSearching(t testing.TB, bounds searchBounds) *Store {
	t.Helper()
	s, err := Open(context.Background(), Options{Dir: t.TempDir(), search: bounds})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestModelWithoutCache(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, func(t *testing.T) store.Store { return openAt(t, t.TempDir(), -1) })
}

// A search finds the same whichever way it is read, sorted hits or a walk through the list, and
// whether customers wait to be indexed or not.
func TestSearches(t *testing.T) {
	t.Parallel()
	for name, bounds := range map[string]searchBounds{
		"by sorted hits": {ledTo: 1000, waits: 1}, "through the list": {walked: 1000, waits: 2}, "by all hits": {waits: 3},
		"each in its turn": {first: 2, ledTo: 1, walked: 4, waits: 5}, "before they are indexed": {ledTo: 1000, waits: 1 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.RunSearches(t, func(t *testing.T) store.Store { return openSearching(t, bounds) })
		})
	}
}

// What was acknowledged is still there after closing and opening again.
func TestReopen(t *testing.T) {
	t.Parallel()
	storetest.Reopen(t, func(t *testing.T, dir string) store.Store { return openAt(t, dir, 0) })
}
