package backup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"tenantry/tenancy"
)

// nameLayout is the time in the name of a backup of a series; such names sort by age.
const nameLayout = "20060102T150405Z"

var nameOfSeries = regexp.MustCompile(`^tenantry-\d{8}T\d{6}Z\.db$`)

// NameAt returns the name of the backup of a series that is taken at a moment.
func NameAt(at time.Time) string { return "tenantry-" + at.UTC().Format(nameLayout) + ".db" }

// Prune removes from a directory all backups of a series of an installation but the
// newest, as many as keep says, and what is left of backups that were never whole. It
// returns the names of the backups that it removed.
func Prune(dir string, installation tenancy.ID, keep int, now time.Time) (removed []string, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, fmt.Errorf("looking at the directory of backups: %w", err)
	}
	kept := 0
	for _, entry := range slices.Backward(entries) { // the newest name first
		path := filepath.Join(dir, entry.Name())
		if !nameOfSeries.MatchString(entry.Name()) {
			continue
		}
		m, err := Read(path)
		if _, ok := errors.AsType[*Refusal](err); ok {
			if info, err := entry.Info(); err != nil || now.Sub(info.ModTime()) < abandonedAfter {
				continue
			}
			// It was never whole, or its removal was interrupted.
			if err := remove(path); err != nil {
				return removed, err
			}
			continue
		}
		switch {
		case err != nil:
			return removed, err
		case m.Installation != installation:
		case kept < keep:
			kept++
		default:
			if err := remove(path); err != nil {
				return removed, err
			}
			removed = append(removed, entry.Name())
		}
	}
	return removed, nil
}

// remove removes a backup. Without its manifest it is none any more, so that goes first.
func remove(path string) error {
	for _, one := range []string{ManifestOf(path), path} {
		if err := os.Remove(one); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing an old backup: %w", err)
		}
	}
	return nil
}
