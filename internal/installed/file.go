package installed

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"tenantry/customers/rows"
)

// suffix follows the path of the key ring in the path of the copy beside it.
const suffix = ".installation"

// mostBytes is far above any copy; it keeps a wrong file from being read into memory.
const mostBytes = 1 << 20

// FileOf returns the path of the copy beside a key ring.
func FileOf(keyring string) string { return keyring + suffix }

// Read reads the copy at path. It returns an error that wraps fs.ErrNotExist if it is missing.
func Read(path string) (rows.Installation, error) {
	var found rows.Installation
	named, err := os.Lstat(path)
	if err != nil {
		return found, fmt.Errorf("looking at %s: %w", path, err)
	}
	if !named.Mode().IsRegular() {
		return found, fmt.Errorf("reading %s: it must be a regular file, not a directory, a link or a device", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return found, fmt.Errorf("opening %s: %w", path, err)
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	content, err := io.ReadAll(io.LimitReader(file, mostBytes))
	if err != nil {
		return found, fmt.Errorf("reading %s: %w", path, err)
	}
	if err := json.Unmarshal(content, &found); err != nil || found.ID.IsZero() {
		return rows.Installation{}, fmt.Errorf("reading %s: it is not whole; if the key ring and the store are right, remove it and start again", path)
	}
	return found, nil
}

// Write puts the copy to path, readable for its owner alone: at every moment, also after
// a crash, there is the old one or the new one, whole. It does nothing if the copy there
// is the same.
func Write(path string, i rows.Installation) (err error) {
	content, err := json.MarshalIndent(i, "", "  ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	content = append(content, '\n')
	if there, err := os.ReadFile(path); err == nil && bytes.Equal(there, content) {
		return nil
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".installation-*.tmp")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	defer func() {
		if left := os.Remove(file.Name()); err == nil && !errors.Is(left, fs.ErrNotExist) {
			err = left
		}
	}()
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return syncDirectory(filepath.Dir(path))
}

// syncDirectory makes the name of a new file as durable as its content.
func syncDirectory(path string) error {
	opened, err := os.Open(path)
	if err == nil {
		err = errors.Join(opened.Sync(), opened.Close())
	}
	if err != nil {
		return fmt.Errorf("making a new file in %s durable: %w", path, err)
	}
	return nil
}
