package main

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets scripts run the real program as `tenantry`.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"tenantry": main})
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
		RequireExplicitExec: true,
	})
}
