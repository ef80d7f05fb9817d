package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// The kinds of records that damage is reported of.
const (
	kindCustomer = "customer"
	kindEvent    = "event"
	kindDelivery = "delivery"
	kindActivity = "activity"
	kindFile     = "file"

	kindReservation = "reservation"
)

// A document is stored with its CRC-32C behind it, in little-endian order: SQLite itself
// does not notice a flipped bit in a value. A document begins with its own length, so that
// one without a checksum, from an earlier build, is told apart; it gets its checksum when
// it is next written.
const sumSize = 4

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)

	errChecksum = errors.New("its checksum does not match")
	errNoRecord = errors.New("a column that should hold a document does not")
	errPacked   = errors.New("what is compressed in it cannot be expanded")
	errLength   = errors.New("its length is not the one that it states")
)

// withSum returns the document with its checksum behind it, which is also one of what is stored
// beside it.
func withSum(document []byte, beside ...byte) []byte {
	return binary.LittleEndian.AppendUint32(document, sumOf(document, beside))
}

func sumOf(document, beside []byte) uint32 {
	return crc32.Update(crc32.Checksum(document, castagnoli), castagnoli, beside)
}

// encoded returns a record as its column holds it.
func encoded[T any](record *T, encode func(*T) ([]byte, error)) ([]byte, error) {
	document, err := encode(record)
	if err != nil {
		return nil, err
	}
	return withSum(document), nil
}

// decoded reads a column that holds a record, checked against its checksum. Every error
// is a *rows.Damage about the kind and the id.
func decoded[T any](value driver.Value, kind string, id tenancy.ID, decode func([]byte) (*T, error)) (record *T, size int, err error) {
	document, err := withoutSum(value)
	if err == nil {
		record, err = decode(document)
	}
	if err != nil {
		return nil, 0, &rows.Damage{Kind: kind, ID: id, Cause: err}
	}
	return record, len(document), nil
}

// withoutSum returns the document of a column whose checksum, if it has one, matches it and
// what is stored beside it.
func withoutSum(value driver.Value, beside ...byte) ([]byte, error) {
	stored, ok := value.([]byte)
	if !ok || len(stored) < sumSize {
		return nil, errNoRecord
	}
	if isPacked(stored) {
		short := stored[:len(stored)-sumSize]
		if sumOf(short, beside) != binary.LittleEndian.Uint32(stored[len(short):]) {
			return nil, errChecksum
		}
		return unpacked(short)
	}
	switch length := int64(binary.LittleEndian.Uint32(stored)); length {
	case int64(len(stored)):
		return stored, nil
	case int64(len(stored) - sumSize):
		document := stored[:length]
		if sumOf(document, beside) != binary.LittleEndian.Uint32(stored[length:]) {
			return nil, errChecksum
		}
		return document, nil
	default:
		return nil, errLength
	}
}

// damagedRow returns the damage of a row whose page SQLite could not read, otherwise err.
func damagedRow(err error, id tenancy.ID) error {
	if isCorrupt(err) {
		return &rows.Damage{Kind: kindCustomer, ID: id, Cause: err}
	}
	return err
}

// isCorrupt reports whether SQLite found the file damaged.
func isCorrupt(err error) bool {
	fault, ok := errors.AsType[*sqlite.Error](err)
	if !ok {
		return false
	}
	code := fault.Code() & primaryCode
	return code == sqlite3.SQLITE_CORRUPT || code == sqlite3.SQLITE_NOTADB
}

func isDamaged(err error) bool {
	_, damaged := errors.AsType[*rows.Damage](err)
	return damaged
}

// Damaged implements store.Store.
func (s *Store) Damaged() []rows.Damage { return s.damage.All() }

// failed notes damage that an error is about, and wraps the error in what was done.
func (s *Store) failed(doing string, err error) error {
	s.damage.Note(err)
	return failed(doing, err)
}

func (s *Store) noteAll(damage []error) {
	for _, one := range damage {
		s.damage.Note(one)
	}
}

// Check reads every table and notes what SQLite finds wrong with its structure, on a connection
// of its own. A table is one read, so that the journal can begin anew between two, and what
// one took is left to other work three times before the next. What only the file as a whole
// tells, its free pages and whether the index of searches adds up, is left to Integrity.
func (s *Store) Check(ctx context.Context) error {
	const doing = "checking the database"
	c, err := dial(ctx, s.writer.path, append([]string{"query_only = ON", "cache_size = -2048"}, common...)...)
	if err != nil {
		return failed(doing, err)
	}
	var tables []string
	err = c.query(ctx, selectTables, func(values []driver.Value) error {
		name, _ := values[0].(string)
		tables = append(tables, name)
		return nil
	})
	for _, table := range tables {
		if err != nil {
			break
		}
		began := time.Now()
		if err = checkTable(ctx, c, table); err == nil {
			err = pause(ctx, checkRests*time.Since(began))
		}
	}
	if isCorrupt(err) {
		err = &rows.Damage{Kind: kindFile, Cause: err}
	}
	return s.failed(doing, errors.Join(err, c.close()))
}

// checkRests is how many times as long as the check of a table the pause behind it is.
const checkRests = 3

const selectTables = `SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'`

func checkTable(ctx context.Context, c *conn, table string) error {
	return c.query(ctx, "PRAGMA quick_check('"+table+"')", func(values []driver.Value) error {
		if report, _ := values[0].(string); report != "ok" {
			return &rows.Damage{Kind: kindFile, Cause: fmt.Errorf("quick_check: %s", report)}
		}
		return nil
	})
}

// pause waits unless the context ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// documentIn returns how to read a row that begins with a document and its id.
func documentIn[T any](kind string, decode func([]byte) (*T, error)) func(values []driver.Value) (*T, error) {
	return func(values []driver.Value) (*T, error) {
		id, err := idOf(values[1])
		if err != nil {
			return nil, err
		}
		record, _, err := decoded(values[0], kind, id, decode)
		return record, err
	}
}

// whole reads the rows of a statement. Rows that
// cannot be read are noted and left out; statement is asked for as many more rows as are
// known to be damaged, so that they neither end a page early nor stand before the rest for
// ever.
func whole[T any](ctx context.Context, s *Store, c *conn, limit int, read func(values []driver.Value) (*T, error),
	statement func(limit int64) (text string, arguments []any),
) ([]T, error) {
	for {
		known := s.damage.Count()
		var list []T
		text, arguments := statement(int64(limit) + int64(known))
		err := c.query(ctx, text, func(values []driver.Value) error {
			r, err := read(values)
			if err != nil && !isDamaged(err) {
				return err
			}
			if err != nil {
				s.damage.Note(err)
			} else if len(list) < limit {
				list = append(list, *r)
			}
			return nil
		}, arguments...)
		if err != nil || s.damage.Count() == known {
			return list, err
		}
	}
}

// some returns the customers of the ids that a statement finds, whose last argument is
// the most rows that it returns. It goes row by row, as whole does.
func (s *Store) some(ctx context.Context, doing, text string, limit int, arguments ...any) ([]*customers.Customer, error) {
	return s.someBy(ctx, load, doing, text, limit, arguments...)
}

// someBy is some with another way to read a customer.
func (s *Store) someBy(ctx context.Context, read func(*conn, tenancy.ID) (record, error), doing, text string, limit int, arguments ...any) (found []*customers.Customer, err error) {
	err = s.read(ctx, doing, func(c *conn) error {
		for {
			known := s.damage.Count()
			found = nil
			ids, err := idsOf(ctx, c, text, append(arguments[:len(arguments):len(arguments)], int64(limit)+int64(known))...)
			for _, id := range ids {
				if err != nil || len(found) == limit {
					break
				}
				var r record
				r, err = read(c, id)
				switch {
				case errors.Is(err, rows.ErrDamaged):
					s.damage.Note(err)
					err = nil
				case err == nil && r.customer != nil:
					s.noteAll(r.damage)
					found = append(found, r.customer)
				}
			}
			if err != nil || s.damage.Count() == known {
				return err
			}
		}
	})
	if err != nil {
		return nil, err
	}
	return found, nil
}
