package mongo_test

import (
	"flag"
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// modelChecks is how many random sequences of calls are compared with the oracle, unless -rapid.checks says so; the
// usual hundred would take minutes on a server that scans.
const modelChecks = "15"

// TestMain also holds that closed stores and ended servers leave no goroutine behind.
func TestMain(m *testing.M) {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", modelChecks); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	code := m.Run()
	if testProcess.shared != nil {
		if err := testProcess.shared.stop(); err != nil {
			fmt.Fprintf(os.Stderr, "MongoDB test server: %v\n", err)
			code = max(code, 1)
		}
	}
	if testProcess.folder != "" {
		if err := os.RemoveAll(testProcess.folder); err != nil {
			fmt.Fprintf(os.Stderr, "remove the MongoDB test server: %v\n", err)
			code = max(code, 1)
		}
	}
	if err := goleak.Find(); err != nil {
		fmt.Fprintf(os.Stderr, "after all tests: %v\n", err)
		code = max(code, 1)
	}
	os.Exit(code)
}
