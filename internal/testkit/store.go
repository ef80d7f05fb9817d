package testkit

import (
	"context"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/sqlite"
)

// The environment variables that choose the engine of the tests.
const (
	engineVariable = "TENANTRY_TEST_STORE"
	uriVariable    = "TENANTRY_TEST_MONGODB_URI"
)

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
		opened, err = mongo.Open(t.Context(), database(t))
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

// database returns a MongoDB database that no other test uses, which is dropped when
// the test ends.
func database(t testing.TB) mongo.Options {
	t.Helper()
	uri := os.Getenv(uriVariable)
	if uri == "" {
		t.Fatalf("%s is mongo, so %s must name a server", engineVariable, uriVariable)
	}
	name := "tenantry_test_" + bson.NewObjectID().Hex()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		client, err := driver.Connect(options.Client().ApplyURI(uri))
		if err == nil {
			err = client.Database(name).Drop(ctx)
		}
		if err != nil {
			t.Errorf("dropping %s: %v", name, err)
			return
		}
		if err := client.Disconnect(ctx); err != nil {
			t.Errorf("leaving %s: %v", name, err)
		}
	})
	return mongo.Options{URI: secret.New(uri), Database: name, Timeout: patience}
}
