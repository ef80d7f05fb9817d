package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// fileName is the database within its directory. Its journal lies beside it while the
// Store is open, and after a crash until the next opening.
const fileName = "tenantry.db"

const (
	ownerOnlyDir  = 0o700
	ownerOnlyFile = 0o600
)

// prepareFiles creates the directory and the database file, readable for the owner alone,
// and returns the file's path. The journal inherits the mode of the file.
func prepareFiles(dir string) (path string, err error) {
	if dir == "" {
		return "", errors.New("no directory was named for the database")
	}
	if err := os.MkdirAll(dir, ownerOnlyDir); err != nil {
		return "", fmt.Errorf("making the data directory: %w", err)
	}
	path = filepath.Join(dir, fileName)
	if info, err := os.Lstat(path); err == nil && !info.Mode().IsRegular() {
		return "", fmt.Errorf("opening the database file %s: it must be a regular file, not a link, a directory or a device", path)
	}
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, ownerOnlyFile)
	if err != nil {
		return "", fmt.Errorf("making the database file: %w", err)
	}
	if err := errors.Join(file.Chmod(ownerOnlyFile), file.Close()); err != nil {
		return "", fmt.Errorf("restricting the database file to its owner: %w", err)
	}
	return path, syncDir(dir)
}

// Exists reports whether there is a database in the directory, other than an empty file.
func Exists(dir string) (bool, error) {
	info, err := os.Stat(filepath.Join(dir, fileName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the database: %w", err)
	}
	return info.Size() > 0, nil
}

// syncDir makes a new file's name survive the loss of power.
func syncDir(dir string) error {
	opened, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("opening the data directory: %w", err)
	}
	if err := errors.Join(opened.Sync(), opened.Close()); err != nil {
		return fmt.Errorf("writing the data directory to the disk: %w", err)
	}
	return nil
}
