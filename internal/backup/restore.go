package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"tenantry/internal/store/sqlite"
)

// unplaced begins the names of databases that are being restored.
const unplaced = ".tenantry-restoring-"

// Approve decides whether the database at path may be used, which is whole and holds the
// facts: whether the key ring belongs to it, say.
type Approve func(ctx context.Context, facts sqlite.Facts, path string) error

// Check verifies the backup at path where it lies and changes nothing.
func Check(ctx context.Context, path string, approve Approve, progress Progress) (Manifest, error) {
	m, err := Read(path)
	if err != nil {
		return m, err
	}
	file, err := os.Open(path)
	if err != nil {
		return m, fmt.Errorf("opening the backup: %w", err)
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	if err := intact(ctx, m, path, file, io.Discard, progress); err != nil {
		return m, err
	}
	return m, m.approve(ctx, path, (*sqlite.File).Integrity, approve, progress)
}

// Restore puts the backup at path into a data directory that this process owns and that
// has no database, as its database. At every moment, also after a crash, the directory has
// none or the whole. kept names other files that may be in the directory.
func Restore(ctx context.Context, path, dir string, kept []string, approve Approve, progress Progress) (m Manifest, err error) {
	if m, err = Read(path); err != nil {
		return m, err
	}
	if err := empty(dir, kept); err != nil {
		return m, err
	}
	file, err := os.Open(path)
	if err != nil {
		return m, fmt.Errorf("opening the backup: %w", err)
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	target, err := os.CreateTemp(dir, unplaced+"*")
	if err != nil {
		return m, fmt.Errorf("making the database: %w", err)
	}
	temporary := target.Name()
	defer func() { err = errors.Join(err, removeCopy(temporary)) }()
	err = intact(ctx, m, path, file, target, progress)
	if err == nil {
		err = target.Sync()
	}
	if err := errors.Join(err, target.Close()); err != nil {
		return m, err
	}
	// Its digest is that of a copy whose indexes were found right when it was made.
	if err := m.approve(ctx, temporary, (*sqlite.File).Structure, approve, progress); err != nil {
		return m, err
	}
	if err := os.Rename(temporary, sqlite.PathIn(dir)); err != nil {
		return m, fmt.Errorf("naming the database: %w", err)
	}
	return m, syncDirectory(dir)
}

// intact copies a backup and refuses one that is not, byte for byte, what was written.
func intact(ctx context.Context, m Manifest, path string, from io.Reader, to io.Writer, progress Progress) error {
	size, sum, err := digest(ctx, to, from, func(done int64) { progress(Copying, int(done), int(m.Bytes)) })
	if err != nil {
		return fmt.Errorf("reading the backup: %w", err)
	}
	if size != m.Bytes || sum != m.SHA256 {
		return refused("restore another backup; this one was changed or cut off after it was made",
			"%s has %d bytes with digest %s, and its manifest says %d bytes with digest %s", path, size, sum, m.Bytes, m.SHA256)
	}
	return nil
}

// approve verifies the database at path, against the manifest too, and asks whether it
// may be used.
func (m Manifest) approve(ctx context.Context, path string, check func(*sqlite.File, context.Context) error, approve Approve, progress Progress) error {
	if m.Schema > sqlite.Schema {
		return refused("restore it with the release that made it, "+m.Program+", or a newer one",
			"the backup has schema %d, and this program knows schemas up to %d", m.Schema, sqlite.Schema)
	}
	facts, err := audit(ctx, path, check, progress)
	if err != nil {
		return err
	}
	if !m.holds(facts) {
		return refused("restore another backup, with its own manifest", "the database does not hold what its manifest says: the two are not of one backup")
	}
	return approve(ctx, facts, path)
}

// empty refuses a directory with other files in it, and removes what a restore left that
// was killed. The directory is this process's own.
func empty(dir string, kept []string) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return fmt.Errorf("looking at the data directory: %w", err)
	}
	var others []string
	for _, entry := range entries {
		name := entry.Name()
		switch {
		case strings.HasPrefix(name, unplaced):
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("removing what is left of a restore: %w", err)
			}
		case !slices.Contains(kept, name):
			others = append(others, name)
		}
	}
	if len(others) > 0 {
		return refused("name an empty directory with --data; a restore overwrites nothing, so move what is there away first",
			"%s is not empty: it has %s", dir, strings.Join(others, ", "))
	}
	return nil
}
