package datadir

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

const lockName = "lock"

// errLocked is returned when another process holds the lock of a file.
var errLocked = errors.New("locked by another process")

// Owned is a data directory that belongs to this process until Release.
type Owned struct {
	path string
	lock *os.File
}

// TakenError is returned when another process owns the directory.
type TakenError struct {
	Path string
	// PID is the owner's process id, 0 if it has not written it yet.
	PID int
}

// Error names the directory and its owner.
func (e *TakenError) Error() string {
	if e.PID == 0 {
		return "the data directory " + e.Path + " is in use by another process"
	}
	return fmt.Sprintf("the data directory %s is in use by process %d", e.Path, e.PID)
}

// Own creates the directory, with mode 0700, if it does not exist, and takes it for this
// process. It does not wait: a directory with an owner is a *TakenError. The system frees
// the directory when the process ends, however it ends.
func Own(path string) (*Owned, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the data directory %s: %w", path, err)
	}
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	// The file is never removed: a process that removed it could lock a new one while
	// another process still holds the old one.
	lock, err := os.OpenFile(filepath.Join(absolute, lockName), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of the data directory: %w", err)
	}
	if err := lockFile(lock); err != nil {
		owner := ownerIn(lock)
		_ = lock.Close()
		if errors.Is(err, errLocked) {
			return nil, &TakenError{Path: absolute, PID: owner}
		}
		return nil, fmt.Errorf("locking the data directory %s: %w", absolute, err)
	}
	o := &Owned{path: absolute, lock: lock}
	if err := o.sign(); err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("writing the lock of the data directory %s: %w", absolute, err)
	}
	return o, nil
}

// sign writes the owner's process id, for the messages of others.
func (o *Owned) sign() error {
	if err := o.lock.Truncate(0); err != nil {
		return err
	}
	_, err := o.lock.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// ownerIn reads what sign wrote, 0 if there is nothing to read.
func ownerIn(lock *os.File) int {
	text, err := io.ReadAll(io.LimitReader(lock, 32))
	if err != nil {
		return 0
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0
	}
	return pid
}

// Path returns the absolute path of the directory.
func (o *Owned) Path() string { return o.path }

// Release frees the directory.
func (o *Owned) Release() error { return o.lock.Close() }
