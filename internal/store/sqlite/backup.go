package sqlite

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"modernc.org/sqlite"
)

// Progress is told how many of all pages are copied; nil for nobody.
type Progress func(done, total int)

const (
	// pagesAStep is how many pages are copied at once, 1 MiB of them.
	pagesAStep = 256
	// longestPause bounds the pause behind a step, which is as long as the step took: the
	// copy takes no more than half of a disk and of a processor.
	longestPause = 20 * time.Millisecond
)

// PathIn returns the path of the database within a data directory.
func PathIn(dir string) string { return filepath.Join(dir, fileName) }

// Backup copies the database, as it is at this moment, into the file at path, which must
// be there and empty. It works on a connection of its own and delays no write; the copy is
// one file without a journal, and durable.
func (s *Store) Backup(ctx context.Context, path string, progress Progress) error {
	const doing = "copying the database"
	if err := s.serves(ctx); err != nil {
		return failed(doing, err)
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-s.closing:
			cancel()
		case <-ctx.Done():
		}
	}()
	return failed(doing, copyFile(ctx, s.writer.path, path, longestPause, progress))
}

// Copy copies the database in dir as Backup does. No other process may have it open; its
// schema stays as it is.
func Copy(ctx context.Context, dir, path string, progress Progress) error {
	return failed("copying the database", copyFile(ctx, PathIn(dir), path, 0, progress))
}

// copyFile copies one database into the empty file at path, and pauses behind each step
// for as long as that took, at most for the pause.
func copyFile(ctx context.Context, from, path string, pause time.Duration, progress Progress) (err error) {
	c, err := dial(ctx, from, append([]string{"query_only = ON", "cache_size = -2048"}, common...)...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	// While this connection reads, what it reads stays as it is: otherwise each write in
	// between would begin the copy anew.
	if _, err := c.exec(ctx, "BEGIN"); err != nil {
		return err
	}
	if _, _, err := c.number(ctx, "PRAGMA schema_version"); err != nil {
		return err
	}
	if _, _, err := c.number(ctx, "SELECT count(*) FROM sqlite_master"); err != nil {
		return err
	}
	if err := c.copyTo(ctx, path, pause, progress); err != nil {
		return err
	}
	if _, err := c.exec(ctx, "COMMIT"); err != nil {
		return err
	}
	return settle(ctx, path)
}

// copyTo copies the pages of the database that the connection reads, with pauses as copyFile.
func (c *conn) copyTo(ctx context.Context, path string, longest time.Duration, progress Progress) (err error) {
	source, ok := c.raw.(interface {
		NewBackup(uri string) (*sqlite.Backup, error)
	})
	if !ok {
		return errors.New("the driver of SQLite has no online backup")
	}
	// A copy that is interrupted is removed, so it needs neither a journal nor a sync of each step.
	target := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: url.Values{"_pragma": {"journal_mode(OFF)", "synchronous(OFF)"}}.Encode()}
	copying, err := source.NewBackup(target.String())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, copying.Finish()) }()
	for {
		began := time.Now()
		more, err := copying.Step(pagesAStep)
		if err != nil {
			return err
		}
		if progress != nil {
			progress(copying.PageCount()-copying.Remaining(), copying.PageCount())
		}
		if !more {
			return nil
		}
		if pause(ctx, min(time.Since(began), longest)) != nil {
			return context.Cause(ctx)
		}
	}
}

// settle makes the copy one file, without a journal beside it, and durable.
func settle(ctx context.Context, path string) error {
	c, err := dial(ctx, path, "journal_mode = DELETE")
	if err != nil {
		return err
	}
	if err := c.close(); err != nil {
		return err
	}
	for _, beside := range []string{"-wal", "-shm", "-journal"} {
		if _, err := os.Lstat(path + beside); err == nil {
			return fmt.Errorf("%s%s is left beside the copy", path, beside)
		}
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
