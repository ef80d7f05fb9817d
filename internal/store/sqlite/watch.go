package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"

	"tenantry/customers/rows"
)

// watch knows the files that were opened, so that writes end as soon as other files, or
// none, have their names: what is written to a file without a name is lost with the
// process.
type watch struct {
	opened []openedFile
	// replaced stays true: what was written meanwhile must be looked at first.
	replaced atomic.Bool
}

type openedFile struct {
	path string
	info os.FileInfo
}

// watchFiles notes the directory, the database and what lies beside it by now.
func watchFiles(path string) (*watch, error) {
	w := &watch{}
	for _, p := range []string{filepath.Dir(path), path, path + "-wal", path + "-shm"} {
		info, err := os.Stat(p)
		if errors.Is(err, fs.ErrNotExist) && p != path {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("noting the files of the database: %w", err)
		}
		w.opened = append(w.opened, openedFile{path: p, info: info})
	}
	return w, nil
}

// check returns rows.ErrReplaced, with rows.ErrUnavailable, once a file is gone or
// another one. That it cannot be looked at is no proof of that.
func (w *watch) check() error {
	if !w.replaced.Load() {
		for _, o := range w.opened {
			info, err := os.Stat(o.path)
			if errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(info, o.info) {
				w.replaced.Store(true)
				break
			}
		}
	}
	if w.replaced.Load() {
		return fmt.Errorf("%w: %w", rows.ErrUnavailable, rows.ErrReplaced)
	}
	return nil
}
