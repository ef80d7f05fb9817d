package sqlite

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"
)

// TestMain also serves as the processes that the tests of crashes kill. Otherwise it checks that
// closed stores leave no goroutine behind.
func TestMain(m *testing.M) {
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
