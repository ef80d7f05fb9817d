package evidence

import (
	"context"
	"fmt"
	"io"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
)

// scan has the scanner look at a file that was received. Only now, and not as it comes: a
// client that sends slowly must not keep a scanner from others.
func (s *Service) scan(ctx context.Context, up *Upload) error {
	if s.scanner == nil {
		return nil
	}
	received := customers.Document{File: up.id, Pieces: up.pieces}
	file := &fileReader{ctx: ctx, service: s, up: up, pieces: piecesOf(up.customer, &received)}
	clean, err := s.scanner.Scan(ctx, up.customer.Tenant, file)
	switch {
	case err != nil:
		return fault.Wrap(fmt.Errorf("scanning a document: %w", err), fault.Unavailable, fault.CodeUnavailable,
			"files cannot be scanned now, and none is taken unscanned; try again in a moment")
	case !clean:
		return fault.New(fault.Invalid, fault.CodeFileType, "the file was refused by the scanner of this installation; send another").
			About(fieldFile, fault.BadValue)
	}
	return nil
}

// fileReader reads what was received, a piece at a time.
type fileReader struct {
	ctx     context.Context //nolint:containedctx // of one scan
	service *Service
	up      *Upload
	pieces  []piece // those that were not opened yet
	plain   []byte  // what is left of the opened one
}

// Read implements io.Reader.
func (f *fileReader) Read(into []byte) (int, error) {
	for len(f.plain) == 0 {
		if len(f.pieces) == 0 {
			return 0, io.EOF
		}
		next := f.pieces[0]
		box, err := f.service.store.Document(f.ctx, f.up.customer, next.id)
		if err != nil {
			return 0, rows.StoreFault(err, "reading a document to scan it")
		}
		if f.plain, err = f.service.sealer.OpenBox(nil, next.label, box); err != nil {
			return 0, fmt.Errorf("opening a document to scan it: %w", err)
		}
		f.pieces = f.pieces[1:]
	}
	n := copy(into, f.plain)
	f.plain = f.plain[n:]
	return n, nil
}
