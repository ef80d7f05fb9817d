package mongotest

import (
	"context"
	"os"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// Variable is the environment variable that names the server of tests.
const Variable = "TENANTRY_TEST_MONGODB_URI"

// dropLimit bounds how long the end of a database may take.
const dropLimit = time.Minute

// Database returns a database that no other test uses, on the server that Variable names. It
// is dropped when the test ends.
func Database(t testing.TB) (uri, name string) {
	t.Helper()
	uri = os.Getenv(Variable)
	if uri == "" {
		t.Fatalf("the tests are to run on MongoDB, so %s must name a server", Variable)
	}
	name = "tenantry_test_" + bson.NewObjectID().Hex()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), dropLimit)
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
	return uri, name
}
