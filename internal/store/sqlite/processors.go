package sqlite

import (
	"os"
	"runtime"
)

// AddProcessor lets Go run one goroutine more at a time than the machine has
// processors, for a program that serves from this store; undo takes it back. The
// writer waits for the disk in system calls, and Go notices only after a while that
// the processor it lent to such a call is idle: without one to spare, a machine with
// two would stand still for an eighth of the time while customers are made. A
// GOMAXPROCS in the environment is the operator's word and stays.
func AddProcessor() (undo func()) {
	if os.Getenv("GOMAXPROCS") != "" {
		return func() {}
	}
	before := runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + 1)
	return func() { runtime.GOMAXPROCS(before) }
}
