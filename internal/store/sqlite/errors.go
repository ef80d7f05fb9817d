package sqlite

import (
	"context"
	"errors"
	"fmt"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tenantry/customers/rows"
)

// errClosed is returned by every call after Close.
var errClosed = fmt.Errorf("%w: it is closed", rows.ErrUnavailable)

// errDangling is returned when an index names a customer that does not exist.
var errDangling = errors.New("the database lists a customer that it does not hold")

// primaryCode masks what SQLite adds to an error code in its extended form.
const primaryCode = 0xff

// failed wraps what SQLite or a context reported while doing something. Errors that may
// pass (no room, no access to the disk, a lock) wrap ErrUnavailable; damage to the file
// does not.
func failed(doing string, err error) error {
	if err == nil {
		return nil
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, rows.ErrUnavailable) {
		return fmt.Errorf("%s: %w", doing, err)
	}
	if fault, ok := errors.AsType[*sqlite.Error](err); ok && mayPass(fault.Code()) {
		return fmt.Errorf("%s: %w: %w", doing, rows.ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func mayPass(code int) bool {
	switch code & primaryCode {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_INTERRUPT:
		return true
	default:
		return false
	}
}
