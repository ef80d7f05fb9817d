package datadir

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile locks without waiting; closing the file unlocks it. The locked byte lies far
// behind the text, which other processes must be able to read.
func lockFile(f *os.File) error {
	at := windows.Overlapped{OffsetHigh: 1}
	err := windows.LockFileEx(windows.Handle(f.Fd()),
		windows.LOCKFILE_EXCLUSIVE_LOCK|windows.LOCKFILE_FAIL_IMMEDIATELY, 0, 1, 0, &at)
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return errLocked
	}
	return err
}
