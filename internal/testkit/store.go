package testkit

import (
	"context"
	"os"
	"testing"
	"time"

	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/mongo/mongotest"
	"tenantry/internal/store/sqlite"
)

// engineVariable is the environment variable that chooses the engine of the tests.
const engineVariable = "TENANTRY_TEST_STORE"

// patience bounds how long one operation of an engine may take, its end with its test too,
// on a machine that has much else to do.
const patience = time.Minute

// Store opens an empty store for one test, and closes it when the test ends. The
// variable TENANTRY_TEST_STORE names its engine: memory, which is the default, sqlite,
// or mongo, which works in a database of its own on the server that
// TENANTRY_TEST_MONGODB_URI names.
func Store(t testing.TB) store.Store {
	t.Helper()
	var opened store.Store
	var err error
	switch engine := os.Getenv(engineVariable); engine {
	case "", "memory":
		opened = memory.New()
	case "sqlite":
		opened, err = sqlite.Open(t.Context(), sqlite.Options{Dir: t.TempDir()})
	case "mongo":
		opened, err = mongo.Open(t.Context(), judged(t))
	default:
		t.Fatalf("%s is %q; it must be memory, sqlite or mongo", engineVariable, engine)
	}
	Must(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		if err := opened.Close(ctx); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return opened
}

// judged returns how to open a database of a test so that the test fails by a command that no
// index serves or that asks every shard.
func judged(t testing.TB) mongo.Options {
	t.Helper()
	uri, name := mongotest.Database(t)
	return mongo.Options{URI: secret.New(uri), Database: name, Timeout: patience, Monitor: mongotest.Watch(t).Monitor()}
}
