package evidence

import (
	"context"
	"errors"
	"maps"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	// sweptFiles bounds how many stored files one sweep looks at, and how many it removes.
	sweptFiles = 1000
	// maxSuspects bounds the files that are remembered as unnamed.
	maxSuspects = 10_000
	// unnamedFor is how long a file must have been without a record that names it: far
	// longer than the upload that is about to write that record may take.
	unnamedFor = time.Hour
)

// fileSweep is how far the sweep of stored files has come.
type fileSweep struct {
	after rows.StoredFile
	// suspects are the files that no record named, with when that was first seen.
	suspects map[rows.StoredFile]time.Time
}

// SweepFiles removes stored bytes that no record names: what an upload left whose process
// died before its record was written. It looks at a bounded number of files, goes on from
// there the next time, and removes what was unnamed an hour ago and still is. It returns
// how many it removed. It must not run twice at once.
func (s *Service) SweepFiles(ctx context.Context) (removed int, err error) {
	now := s.registry.Now()
	if s.sweep.suspects == nil {
		s.sweep.suspects = map[rows.StoredFile]time.Time{}
	}
	var due []rows.StoredFile
	for file, since := range s.sweep.suspects {
		if now.Sub(since) >= unnamedFor && len(due) < sweptFiles {
			due = append(due, file)
		}
	}
	unnamed, err := s.unnamed(ctx, due)
	if err != nil {
		return 0, err
	}
	for _, file := range due {
		if unnamed[file] {
			if err := s.store.RemoveDocument(ctx, file.Customer, file.ID); err != nil {
				return removed, rows.StoreFault(err, "removing a file that no record names")
			}
			removed++
		}
		delete(s.sweep.suspects, file)
	}
	batch, err := s.store.DocumentsBehind(ctx, s.sweep.after, sweptFiles)
	if err != nil {
		return removed, rows.StoreFault(err, "looking at stored files")
	}
	s.sweep.after = rows.StoredFile{}
	if len(batch) == sweptFiles {
		s.sweep.after = batch[len(batch)-1]
	}
	if unnamed, err = s.unnamed(ctx, batch); err != nil {
		return removed, err
	}
	for file := range maps.Keys(unnamed) {
		if _, known := s.sweep.suspects[file]; !known && len(s.sweep.suspects) < maxSuspects {
			s.sweep.suspects[file] = now
		}
	}
	return removed, nil
}

// unnamed returns those of the files that the record of their customer does not name.
func (s *Service) unnamed(ctx context.Context, files []rows.StoredFile) (map[rows.StoredFile]bool, error) {
	named := map[tenancy.Ref]map[tenancy.ID]bool{}
	unnamed := map[rows.StoredFile]bool{}
	for _, file := range files {
		ids, known := named[file.Customer]
		if !known {
			c, err := s.store.Get(ctx, file.Customer)
			if err != nil && !errors.Is(err, rows.ErrNotFound) {
				return nil, rows.StoreFault(err, "reading whose file it is")
			}
			ids = namedBy(c)
			named[file.Customer] = ids
		}
		if !ids[file.ID] {
			unnamed[file] = true
		}
	}
	return unnamed, nil
}

// namedBy returns what the bytes of a customer's documents are stored under; a nil
// customer has none.
func namedBy(c *customers.Customer) map[tenancy.ID]bool {
	ids := map[tenancy.ID]bool{}
	if c == nil {
		return ids
	}
	EachPiece(c, func(_, id tenancy.ID, _ string) { ids[id] = true })
	return ids
}
