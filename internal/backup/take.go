package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tenantry/internal/store/sqlite"
)

// Stage is a part of the work, for who watches it.
type Stage string

// The stages of a backup and of a restore.
const (
	Copying   Stage = "copying"
	Verifying Stage = "verifying"
)

// Progress is told how far a stage is; total is 0 where it is unknown.
type Progress func(stage Stage, done, total int)

// Source copies a database, as it is at one moment, into the empty file at path.
type Source func(ctx context.Context, path string, progress sqlite.Progress) error

// Options configure a backup.
type Options struct {
	// Program is the release of this program.
	Program  string
	Now      func() time.Time
	Progress Progress
}

const (
	// unfinished begins the names of copies that are no backups yet.
	unfinished = ".tenantry-unfinished-"
	// abandonedAfter is how long nothing happens to such a copy before it is taken for that
	// of a process that was killed.
	abandonedAfter = time.Hour
	ownerOnly      = 0o600
)

// Take makes a backup at path, with its manifest beside it: copied, verified and durable.
// It overwrites nothing, and leaves nothing if it fails.
func Take(ctx context.Context, source Source, path string, o Options) (_ Manifest, err error) {
	if o.Progress == nil {
		o.Progress = func(Stage, int, int) {}
	}
	dir := filepath.Dir(path)
	if err := vacant(path); err != nil {
		return Manifest{}, err
	}
	if err := sweep(dir, o.Now()); err != nil {
		return Manifest{}, err
	}
	taken := o.Now().UTC().Truncate(time.Second)
	file, err := os.CreateTemp(dir, unfinished+"*") // of mode 0600
	if err != nil {
		return Manifest{}, fmt.Errorf("making the backup: %w", err)
	}
	temporary := file.Name()
	defer func() { err = errors.Join(err, removeCopy(temporary)) }()
	if err := file.Close(); err != nil {
		return Manifest{}, fmt.Errorf("making the backup: %w", err)
	}
	if err := source(ctx, temporary, func(done, total int) { o.Progress(Copying, done, total) }); err != nil {
		return Manifest{}, err
	}
	// From here on it is only read, which must not look like being abandoned.
	if err := os.Chtimes(temporary, time.Time{}, o.Now()); err != nil {
		return Manifest{}, fmt.Errorf("making the backup: %w", err)
	}
	made, err := describe(ctx, temporary, o.Progress)
	if err != nil {
		return Manifest{}, fmt.Errorf("verifying the backup: %w", err)
	}
	made.Program, made.Taken, made.File = o.Program, taken, filepath.Base(path)
	if err := publish(temporary, path); err != nil {
		return Manifest{}, err
	}
	if err := writeManifest(made, path); err != nil {
		return Manifest{}, errors.Join(err, os.Remove(path))
	}
	return made, syncDirectory(dir)
}

// vacant refuses a path that is taken, or whose manifest is.
func vacant(path string) error {
	for _, one := range []string{path, ManifestOf(path)} {
		switch _, err := os.Lstat(one); {
		case err == nil:
			return refused("name another file; a backup overwrites nothing", "%s exists already", one)
		case !errors.Is(err, fs.ErrNotExist):
			return fmt.Errorf("looking at %s: %w", one, err)
		}
	}
	return nil
}

// describe verifies a copy and returns its manifest, without what only its maker knows.
func describe(ctx context.Context, path string, progress Progress) (Manifest, error) {
	facts, err := audit(ctx, path, (*sqlite.File).Integrity, progress)
	if err != nil {
		return Manifest{}, err
	}
	made := manifestOf(facts)
	file, err := os.Open(path)
	if err != nil {
		return Manifest{}, err
	}
	defer func() { _ = file.Close() }() // Nothing was written, so nothing can be lost.
	made.Bytes, made.SHA256, err = digest(ctx, io.Discard, file, func(int64) {})
	return made, err
}

// audit opens a copy, has SQLite check it, and returns what it holds.
func audit(ctx context.Context, path string, check func(*sqlite.File, context.Context) error, progress Progress) (facts sqlite.Facts, err error) {
	progress(Verifying, 0, 0)
	opened, err := sqlite.OpenFile(ctx, path)
	if err != nil {
		return facts, err
	}
	defer func() { err = errors.Join(err, opened.Close()) }()
	if err := check(opened, ctx); err != nil {
		return facts, err
	}
	return opened.Facts(ctx)
}

// writeManifest puts the manifest beside a backup.
func writeManifest(m Manifest, path string) (err error) {
	text, err := m.encode()
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), unfinished+"*")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	temporary := file.Name()
	defer func() { err = errors.Join(err, removeCopy(temporary)) }()
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return publish(temporary, ManifestOf(path))
}

// publish renames a finished file to its name, unless another has it. Where the file system
// has no links, another process that takes the same name at this moment would lose.
func publish(temporary, path string) error {
	err := os.Link(temporary, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		if err := vacantName(path); err != nil {
			return err
		}
		err = os.Rename(temporary, path)
	}
	if errors.Is(err, fs.ErrExist) {
		return refused("name another file; a backup overwrites nothing", "%s exists already", path)
	}
	if err != nil {
		return fmt.Errorf("naming the backup: %w", err)
	}
	return nil
}

func vacantName(path string) error {
	if _, err := os.Lstat(path); err == nil {
		return fmt.Errorf("naming the backup: %s: %w", path, fs.ErrExist)
	}
	return nil
}

// sweep removes what processes left that were killed while they made a backup.
func sweep(dir string, now time.Time) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return refused("make it first, with mode 0700", "the directory %s does not exist", dir)
	}
	if err != nil {
		return fmt.Errorf("looking at the directory of backups: %w", err)
	}
	for _, entry := range entries {
		info, err := entry.Info()
		if err != nil || !strings.HasPrefix(entry.Name(), unfinished) || now.Sub(info.ModTime()) < abandonedAfter {
			continue
		}
		if err := os.Remove(filepath.Join(dir, entry.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing an abandoned copy: %w", err)
		}
	}
	return nil
}

// removeCopy removes a copy and what SQLite may have left beside it.
func removeCopy(path string) error {
	var failures []error
	for _, beside := range []string{"", "-wal", "-shm", "-journal"} {
		if err := os.Remove(path + beside); err != nil && !errors.Is(err, fs.ErrNotExist) {
			failures = append(failures, fmt.Errorf("removing an unfinished copy: %w", err))
		}
	}
	return errors.Join(failures...)
}

// syncDirectory makes the names of new files as durable as their content.
func syncDirectory(dir string) error {
	opened, err := os.Open(dir)
	if err == nil {
		err = errors.Join(opened.Sync(), opened.Close())
	}
	if err != nil {
		return fmt.Errorf("making new files in %s durable: %w", dir, err)
	}
	return nil
}
