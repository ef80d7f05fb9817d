package mongo_test

import (
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/mongo/mongotest"
	"tenantry/internal/store/storetest"
)

// open returns a store on a database of its own, which its user closes.
func open(t *testing.T) store.Store {
	t.Helper()
	uri, database := freshDatabase(t)
	return openAt(t, uri, database)
}

// patient opens a store whose calls and counts may take as long as they do on a machine that
// has much else to do.
func patient(t testing.TB, o mongo.Options) *mongo.Store {
	t.Helper()
	o.Timeout = time.Minute
	s, err := mongo.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open %s: %v", o.Database, err)
	}
	s.CountFor(o.Timeout)
	return s
}

func openAt(t testing.TB, uri, database string) *mongo.Store {
	t.Helper()
	return patient(t, mongo.Options{URI: secret.New(uri), Database: database})
}

// The engine keeps the whole contract of the port, and asks nothing meanwhile that no
// declared index serves.
func TestContract(t *testing.T) {
	t.Parallel()
	noted := mongotest.Watch(t)
	noted.AnyIsOperator = true
	storetest.Run(t, func(t *testing.T) store.Store { return openJudged(t, noted) })
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
