package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"tenantry/internal/store/mongo/mongotest"
)

// TestMain lets scripts run the real program as `tenantry`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tenantry": main})
}

// onMongo reports whether the tests are to run on MongoDB.
func onMongo() bool { return os.Getenv("TENANTRY_TEST_STORE") == "mongo" }

// storeSettings returns the variables by which the program keeps its store in a MongoDB
// database of the test's own, if the tests run there; otherwise none, and it makes one in its
// data directory.
func storeSettings(t *testing.T) []string {
	t.Helper()
	if !onMongo() {
		return nil
	}
	uri, name := mongotest.Database(t)
	return []string{"TENANTRY_STORE_MONGO_URI=" + uri, "TENANTRY_STORE_MONGO_DATABASE=" + name}
}

// Each script in testdata is a story of the command line that must stay true; its first
// lines say which.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// Free ports, and nothing from the environment of the test run.
			env.Setenv("TENANTRY_LISTEN", "127.0.0.1:0")
			env.Setenv("TENANTRY_METRICS_LISTEN", "127.0.0.1:0")
			env.Setenv("TENANTRY_DATA", "data")
			env.Setenv("TMPDIR", os.TempDir())
			for _, setting := range storeSettings(t) {
				name, value, _ := strings.Cut(setting, "=")
				env.Setenv(name, value)
			}
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exits":   exits,
			"field":   field,
			"get":     get,
			"paste":   paste,
			"puts":    puts,
			"private": private,
			"start":   start,
			"halt":    halt,
			"hangup":  hangup,
			"drained": drained,
			"loaded":  loaded,
			"follow":  follow,
		},
		Condition: func(name string) (bool, error) {
			if name != "mongo" {
				return false, fmt.Errorf("%s is no condition of these scripts", name)
			}
			return onMongo(), nil
		},
		RequireExplicitExec: true,
	})
}
