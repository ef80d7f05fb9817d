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

// A search by words finds the same whichever way it is read: by its rarest word, by going
// through the list, or by the words of all.
func TestSearches(t *testing.T) {
	t.Parallel()
	for name, bounds := range map[string]searchBounds{
		"by the rarest word": {ledTo: 1000, walked: 2, step: 2}, "through the list": {walked: 1000, step: 2}, "by all words": {walked: 1, step: 2},
		"each in its turn": {ledTo: 1, walked: 4, step: 2},
	} {
		t.Run(name, func(t *testing.T) {
			storetest.RunSearches(t, func(t *testing.T) store.Store {
				s, err := Open(context.Background(), Options{Dir: t.TempDir(), search: bounds})
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}

// What was acknowledged is still there after closing and opening again.
func TestReopen(t *testing.T) {
	t.Parallel()
	storetest.Reopen(t, func(t *testing.T, dir string) store.Store { return openAt(t, dir, 0) })
}
