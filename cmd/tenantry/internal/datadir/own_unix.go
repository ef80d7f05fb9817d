//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package datadir

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// noFollow makes opening a link fail.
const noFollow = syscall.O_NOFOLLOW

// lockDirectory locks the directory itself, so that a second process finds it locked
// even after the lock file was removed.
func lockDirectory(path string) (*os.File, error) {
	opened, err := os.OpenFile(path, os.O_RDONLY|syscall.O_DIRECTORY|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, err
	}
	switch err := lockFile(opened); {
	case err == nil:
		return opened, nil
	case errors.Is(err, syscall.EBADF), errors.Is(err, syscall.EINVAL), errors.Is(err, syscall.ENOTSUP), errors.Is(err, syscall.ENOLCK):
		// A network file system that locks files alone.
		return nil, opened.Close()
	default:
		return nil, errors.Join(err, opened.Close())
	}
}

// private returns an error if the directory belongs to another user or others may write
// to it: they could put files of their own into the places of this program's.
func private(path string, info os.FileInfo) error {
	if owner, ok := info.Sys().(*syscall.Stat_t); ok && int(owner.Uid) != os.Geteuid() {
		return &UnsafeError{Path: path, Problem: fmt.Sprintf("belongs to user %d, and this process runs as user %d", owner.Uid, os.Geteuid()),
			Remedy: "run this as the user that owns it, or name a directory of your own within it"}
	}
	if mode := info.Mode().Perm(); mode&0o022 != 0 {
		return &UnsafeError{Path: path, Problem: fmt.Sprintf("has mode %04o, so that others may replace its files", mode),
			Remedy: "run: chmod go-w " + path + "; or name a directory within it, which is made with mode 0700"}
	}
	return nil
}
