package seal

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// maxFileBytes is far above any ring; it keeps a wrong path from being read
// into memory.
const maxFileBytes = 1 << 20

// othersBits are the permissions that a ring's file must not grant: any, to anyone but
// its owner.
const othersBits fs.FileMode = 0o077

// replaceable returns nil if a ring may be put at path: nothing is there, or a regular
// file.
func replaceable(path string) error {
	found, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking at what is there: %w", err)
	}
	return regular(found)
}

func regular(found fs.FileInfo) error {
	if !found.Mode().IsRegular() {
		return errors.New("it must be a regular file, not a directory, a link or a device")
	}
	return nil
}

// readPrivate reads a regular file that only its owner may touch. It checks the open
// file, not only the name, so that no other file slips in between.
func readPrivate(path string) ([]byte, error) {
	named, err := os.Lstat(path)
	if err != nil {
		return nil, fmt.Errorf("looking at it: %w", err)
	}
	if err := regular(named); err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading it: %w", err)
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	opened, err := file.Stat()
	if err != nil {
		return nil, fmt.Errorf("looking at the open file: %w", err)
	}
	if !os.SameFile(named, opened) {
		return nil, errors.New("it was replaced while it was being opened; try again")
	}
	if mode := opened.Mode().Perm(); mode&othersBits != 0 {
		return nil, fmt.Errorf("its mode is %04o, so others may read the keys; run: chmod 600 %s", mode, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFileBytes+1))
	if err != nil {
		return nil, fmt.Errorf("reading it: %w", err)
	}
	if len(text) > maxFileBytes {
		return nil, fmt.Errorf("it has more than %d bytes and cannot be a key ring", maxFileBytes)
	}
	return text, nil
}
