package sqlite

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also serves as the processes that the tests of crashes kill. Otherwise it checks that
// closed stores leave no goroutine behind. All of it works on a file system that fails where a
// test says so.
func TestMain(m *testing.M) {
	if err := putDisksBelow(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if dir := os.Getenv(crashDir); dir != "" {
		if err := writeUntilKilled(dir, os.Getenv(crashRound)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if dir := os.Getenv(upgradeDir); dir != "" {
		fmt.Fprintln(os.Stderr, stopWithin(dir, os.Getenv(upgradeStep)))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}
