package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net/url"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// File is a database that is read as it is at one moment: a backup, or the database of a
// Store. One goroutine may use it.
type File struct{ c *conn }

var _ store.Survey = (*File)(nil)

// Facts are what a database holds.
type Facts struct {
	// Schema is the version of its schema.
	Schema int64
	Counts Counts
	// LastEvent is the event that was logged last, and LastNumber its place in the log;
	// zero if there is none.
	LastEvent  tenancy.ID
	LastNumber int64
	// Installation is the document of the installation; nil in one of an earlier build.
	Installation *rows.Installation
}

// Counts are how many rows a database has of each kind.
type Counts struct {
	Customers    int64 `json:"customers"`
	Tombstones   int64 `json:"tombstones"`
	Reservations int64 `json:"reservations"`
	Events       int64 `json:"events"`
	Deliveries   int64 `json:"deliveries"`
	Activities   int64 `json:"activities"`
	Files        int64 `json:"files"`
}

// OpenFile opens a database that has no journal beside it, to read it alone.
func OpenFile(ctx context.Context, path string) (*File, error) {
	name := url.URL{Scheme: "file", OmitHost: true, Path: path, RawQuery: "mode=ro&immutable=1"}
	c, err := dialName(ctx, name.String(), "query_only = ON", "cache_size = -8192", "mmap_size = 0", "temp_store = MEMORY", "trusted_schema = OFF")
	if err != nil {
		return nil, err
	}
	version, _, err := c.number(ctx, "PRAGMA user_version")
	if err == nil {
		err = ours(ctx, c, max(version, 1))
	}
	if err != nil {
		return nil, errors.Join(failed("opening the database", err), c.close())
	}
	return &File{c: c}, nil
}

// Look reads the database in a directory as it is at this moment, also beside a service; it
// changes nothing. The result is nil if there is none, or it is empty.
func Look(ctx context.Context, dir string) (*File, error) {
	if there, err := Exists(dir); err != nil || !there {
		return nil, err
	}
	return look(ctx, PathIn(dir), "looking into the database")
}

// look begins to read a database that others may write to.
func look(ctx context.Context, path, doing string) (*File, error) {
	c, err := dial(ctx, path, append([]string{"query_only = ON", "cache_size = -8192"}, common...)...)
	if err != nil {
		return nil, failed(doing, err)
	}
	_, err = c.exec(ctx, "BEGIN")
	if err == nil {
		var version int64
		if version, _, err = c.number(ctx, "PRAGMA user_version"); err == nil {
			err = ours(ctx, c, version)
		}
	}
	if err != nil {
		return nil, failed(doing, errors.Join(err, c.close()))
	}
	return &File{c: c}, nil
}

// Schema returns the version of the schema.
func (f *File) Schema(ctx context.Context) (int64, error) {
	version, _, err := f.c.number(ctx, "PRAGMA user_version")
	return version, failed("reading the schema version", err)
}

// Reserved reports whether there is a reservation of a key.
func (f *File) Reserved(ctx context.Context, key string) (bool, error) {
	_, there, err := f.c.number(ctx, "SELECT 1 FROM claims WHERE key = ?", []byte(key))
	return there, failed("looking for a reservation", err)
}

// Close closes the database.
func (f *File) Close() error { return failed("closing the database", f.c.close()) }

// Integrity returns an error that names what SQLite finds wrong with the structure of the
// database, its indexes included. It reads all of it.
func (f *File) Integrity(ctx context.Context) error {
	return failed("checking the database", f.check(ctx, "integrity_check"))
}

// Structure is Integrity without a look into the tables for what each index says, which
// takes a tenth of the time.
func (f *File) Structure(ctx context.Context) error {
	return failed("checking the database", f.check(ctx, "quick_check"))
}

func (f *File) check(ctx context.Context, how string) error {
	var faults []error
	err := f.c.query(ctx, "PRAGMA "+how+"(10)", func(values []driver.Value) error {
		if report, _ := values[0].(string); report != "ok" {
			faults = append(faults, &rows.Damage{Kind: kindFile, Cause: fmt.Errorf("%s: %s", how, report)})
		}
		return nil
	})
	if isCorrupt(err) {
		err = &rows.Damage{Kind: kindFile, Cause: err}
	}
	return errors.Join(append(faults, err)...)
}

// Facts counts what the database holds.
func (f *File) Facts(ctx context.Context) (Facts, error) {
	found, err := factsOf(ctx, f.c)
	return found, failed("counting what the database holds", err)
}

func factsOf(ctx context.Context, c *conn) (found Facts, err error) {
	if found.Schema, _, err = c.number(ctx, "PRAGMA user_version"); err != nil {
		return found, err
	}
	tables := map[string]bool{}
	err = c.query(ctx, "SELECT name FROM sqlite_master WHERE type = 'table'", func(values []driver.Value) error {
		name, _ := values[0].(string)
		tables[name] = true
		return nil
	})
	for _, one := range []struct {
		table, where string
		into         *int64
	}{
		{"customers", " WHERE living = 1", &found.Counts.Customers}, {"customers", " WHERE living = 0", &found.Counts.Tombstones},
		{"claims", "", &found.Counts.Reservations}, {"events", "", &found.Counts.Events}, {"deliveries", "", &found.Counts.Deliveries},
		{"activities", "", &found.Counts.Activities}, {"documents", "", &found.Counts.Files},
	} {
		if err == nil && tables[one.table] {
			*one.into, _, err = c.number(ctx, "SELECT count(*) FROM "+one.table+one.where)
		}
	}
	if err == nil && tables["installation"] {
		found.Installation, err = installationOf(ctx, c)
	}
	if err != nil || !tables["events"] {
		return found, err
	}
	return found, c.query(ctx, "SELECT number, id FROM events ORDER BY number DESC LIMIT 1", func(values []driver.Value) (err error) {
		found.LastNumber, _ = values[0].(int64)
		found.LastEvent, err = idOf(values[1])
		return err
	})
}

// EachCustomer implements store.Survey.
func (f *File) EachCustomer(ctx context.Context, do func(*customers.Customer) error, damaged func(rows.Damage)) error {
	waiting, outboxOf, err := f.waiting(ctx)
	if err != nil {
		return err
	}
	return eachRecord(ctx, f, "customers", "living = 1 ORDER BY id", kindCustomer, codec.Decode, func(c *customers.Customer) error {
		if waiting[c.ID] {
			var err error
			if c.Outbox, _, err = outboxOf(f.c, c.ID); err != nil { // damaged events are named with the log
				return failed("reading an outbox", err)
			}
		}
		return do(c)
	}, damaged)
}

// waiting returns the customers that have events to relay beside their documents, and what
// reads the outbox of one.
func (f *File) waiting(ctx context.Context) (set map[tenancy.ID]bool, of func(c *conn, id tenancy.ID) ([]customers.Event, []error, error), err error) {
	text, of := selectWaiting, outbox
	if has, err := f.has(ctx, "relayed"); err != nil {
		return nil, nil, err
	} else if !has {
		if has, err = f.has(ctx, "unrelayed_events"); err != nil || !has {
			return nil, nil, err
		}
		text, of = `SELECT DISTINCT customer FROM unrelayed_events`, outboxBefore
	}
	ids, err := idsOf(ctx, f.c, text)
	set = make(map[tenancy.ID]bool, len(ids))
	for _, id := range ids {
		set[id] = true
	}
	return set, of, failed("reading who has an outbox", err)
}

// EachEvent implements store.Survey, in the order of the log.
func (f *File) EachEvent(ctx context.Context, do func(rows.LoggedEvent) error, damaged func(rows.Damage)) error {
	schema, err := f.Schema(ctx)
	if err != nil {
		return err
	}
	columns := eventColumns
	if schema < firstNumbered {
		columns = eventColumnsBefore
	}
	return eachRow(ctx, f, "events", "SELECT "+columns+" FROM events AS e ORDER BY e.number", eventOf, func(e *rows.LoggedEvent) error { return do(*e) }, damaged)
}

// EachDelivery implements store.Survey.
func (f *File) EachDelivery(ctx context.Context, do func(rows.Delivery) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, f, "deliveries", "1 ORDER BY rowid", kindDelivery, codec.DecodeDelivery, func(d *rows.Delivery) error { return do(*d) }, damaged)
}

// EachActivity implements store.Survey.
func (f *File) EachActivity(ctx context.Context, do func(customers.Activity) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, f, "activities", "1 ORDER BY id", kindActivity, codec.DecodeActivity, func(a *customers.Activity) error { return do(*a) }, damaged)
}

// EachReservation implements store.Survey.
func (f *File) EachReservation(ctx context.Context, do func(rows.Reservation) error, damaged func(rows.Damage)) error {
	err := f.c.query(ctx, "SELECT document FROM claims ORDER BY rowid", func(values []driver.Value) error {
		found, _, err := decoded(values[0], kindReservation, tenancy.ID{}, codec.DecodeClaim)
		if damage, ok := errors.AsType[*rows.Damage](err); ok {
			damaged(*damage)
			return nil
		}
		return do(*found)
	})
	return failed("reading the reservations", err)
}

// EachFile implements store.Survey.
func (f *File) EachFile(ctx context.Context, do func(rows.StoredFile) error) error {
	has, err := f.has(ctx, "documents")
	if err != nil || !has {
		return err
	}
	err = f.c.query(ctx, "SELECT customer, tenant, id FROM documents ORDER BY customer, tenant, id", func(values []driver.Value) error {
		var file rows.StoredFile
		for at, into := range []*tenancy.ID{&file.Customer.ID, &file.Customer.Tenant, &file.ID} {
			id, err := idOf(values[at])
			if err != nil {
				return err
			}
			*into = id
		}
		return do(file)
	})
	return failed("reading the files of documents", err)
}

// eachCounted joins what is counted below each customer; one that nothing is counted of
// is there with zeros if something lists it.
const eachCounted = `SELECT id, sum(direct), sum(deep), sum(listed), sum(tallied) FROM (
		SELECT id, direct, deep, 0 AS listed, 0 AS tallied FROM children
		UNION ALL SELECT ancestor, 0, 0, count(*), 0 FROM ancestry GROUP BY ancestor
		UNION ALL SELECT id, 0, 0, 0, sum(direct) FROM tallies GROUP BY id
	) GROUP BY id`

// EachCount implements store.Survey.
func (f *File) EachCount(ctx context.Context, do func(store.Count) error) error {
	err := f.c.query(ctx, eachCounted, func(values []driver.Value) error {
		id, err := idOf(values[0])
		if err != nil {
			return err
		}
		count := store.Count{ID: id}
		for at, into := range []*int64{&count.Direct, &count.Deep, &count.Listed, &count.Tallied} {
			*into, _ = values[at+1].(int64)
		}
		return do(count)
	})
	return failed("reading what is counted", err)
}

// Document reads the sealed bytes of a document. ErrNotFound, also where an earlier schema
// has none.
func (f *File) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) (box []byte, err error) {
	has, err := f.has(ctx, "documents")
	if err != nil {
		return nil, err
	}
	found := false
	if has {
		err = f.c.query(ctx, selectBox, func(values []driver.Value) error {
			box, _ = values[0].([]byte)
			found = true
			return nil
		}, ref.ID, ref.Tenant, id)
	}
	if err == nil && !found {
		err = rows.ErrNotFound
	}
	return boxed(box), failed("reading a document", err)
}

func (f *File) has(ctx context.Context, table string) (bool, error) {
	_, has, err := f.c.number(ctx, "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", table)
	return has, failed("reading the tables", err)
}

// eachRecord reads a table of documents with their ids; which says which rows, and in what
// order. An earlier schema may lack the table.
func eachRecord[T any](ctx context.Context, f *File, table, which, kind string, decode func([]byte) (*T, error), do func(*T) error, damaged func(rows.Damage)) error {
	has, err := f.has(ctx, table)
	if err != nil || !has {
		return err
	}
	return eachRow(ctx, f, table, "SELECT document, id FROM "+table+" WHERE "+which, documentIn(kind, decode), do, damaged)
}

// eachRow reads the rows of a statement about what its errors name, and tells of those that
// cannot be read.
func eachRow[T any](ctx context.Context, f *File, what, text string, read func(values []driver.Value) (*T, error), do func(*T) error, damaged func(rows.Damage)) error {
	err := f.c.query(ctx, text, func(values []driver.Value) error {
		found, err := read(values)
		if damage, ok := errors.AsType[*rows.Damage](err); ok {
			damaged(*damage)
			return nil
		}
		if err != nil {
			return err
		}
		return do(found)
	})
	return failed("reading "+what, err)
}
