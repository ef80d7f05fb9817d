package datadir

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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
	// info is the directory as it was taken.
	info os.FileInfo
	// lock is the file with the owner's process id, and directory the directory itself,
	// nil where it cannot be locked.
	lock, directory *os.File
}

// UnsafeError is returned for a directory that others control.
type UnsafeError struct {
	Path, Problem string
	// Remedy says what to do about it.
	Remedy string
}

// Error names the directory and the problem.
func (e *UnsafeError) Error() string { return "the data directory " + e.Path + " " + e.Problem }

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
// process. It does not wait: a directory with an owner is a *TakenError. One that belongs
// to another user, that others may write to or that is a link is an *UnsafeError. The
// system frees the directory when the process ends, however it ends.
func Own(path string) (*Owned, error) {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("finding the data directory %s: %w", path, err)
	}
	if err := os.MkdirAll(absolute, 0o700); err != nil {
		return nil, fmt.Errorf("making the data directory: %w", err)
	}
	info, err := safe(absolute)
	if err != nil {
		return nil, err
	}
	// The file is never removed, and tells who the owner is. Should somebody remove it all
	// the same, the lock on the directory stands.
	lock, err := os.OpenFile(filepath.Join(absolute, lockName), os.O_RDWR|os.O_CREATE|noFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the lock of the data directory: %w", err)
	}
	directory, err := lockDirectory(absolute)
	if err == nil {
		err = lockFile(lock)
	}
	o := &Owned{path: absolute, info: info, lock: lock, directory: directory}
	if errors.Is(err, errLocked) {
		owner := ownerIn(lock)
		_ = o.Release()
		return nil, &TakenError{Path: absolute, PID: owner}
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("locking the data directory %s: %w", absolute, err), o.Release())
	}
	if err := o.sign(); err != nil {
		return nil, errors.Join(fmt.Errorf("writing the lock of the data directory %s: %w", absolute, err), o.Release())
	}
	return o, nil
}

// safe returns what is known of the directory, or an *UnsafeError.
func safe(path string) (os.FileInfo, error) {
	info, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("looking at the data directory: %w", err)
	}
	if info.Mode()&os.ModeSymlink != 0 {
		return nil, &UnsafeError{Path: path, Problem: "is a link, which could lead elsewhere tomorrow", Remedy: "name the directory that it leads to"}
	}
	if !info.IsDir() {
		return nil, &UnsafeError{Path: path, Problem: "is not a directory", Remedy: "name a directory with --data"}
	}
	return info, private(path, info)
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

// Replaced reports whether the directory is gone or another one has its name.
func (o *Owned) Replaced() bool {
	info, err := os.Lstat(o.path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, o.info)
}

// Release frees the directory.
func (o *Owned) Release() error {
	err := o.lock.Close()
	if o.directory != nil {
		err = errors.Join(err, o.directory.Close())
	}
	return err
}
