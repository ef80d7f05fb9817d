package mongo_test

import (
	"testing"

	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
)

// open returns a store on a database of its own, which its user closes.
func open(t *testing.T) store.Store {
	t.Helper()
	uri, database := freshDatabase(t)
	return openAt(t, uri, database)
}

func openAt(t testing.TB, uri, database string) *mongo.Store {
	t.Helper()
	s, err := mongo.Open(t.Context(), mongo.Options{URI: secret.New(uri), Database: database})
	if err != nil {
		t.Fatalf("open %s: %v", database, err)
	}
	return s
}

// The engine keeps the whole contract of the port, and asks nothing meanwhile that no
// declared index serves.
func TestContract(t *testing.T) {
	t.Parallel()
	noted := newAsked(t)
	storetest.Run(t, func(t *testing.T) store.Store { return noted.open(t) })
}

// Any sequence of calls is answered as the plainest store answers it.
func TestModel(t *testing.T) {
	t.Parallel()
	storetest.RunModel(t, open)
}

// What was acknowledged is still there after closing and opening again.
func TestReopen(t *testing.T) {
	t.Parallel()
	uri, _ := freshDatabase(t)
	databases := map[string]string{}
	storetest.Reopen(t, func(t *testing.T, dir string) store.Store {
		if databases[dir] == "" {
			_, databases[dir] = freshDatabase(t)
		}
		return openAt(t, uri, databases[dir])
	})
}
