package sqlite

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// migrations lead from each schema version to the next; the version is how many of them a
// file has seen. Steps are only ever added.
var migrations = [][]string{first, partyStatuses, deliveries, activities, enrollmentStatuses, documents, metas, installations, inactive, answers, banks, plansDue, queues, webhookMarks, reviewing, unrelayedEvents, searchIndex, fewerIndexes, eventsOfOthers, narrowerEvents, fewerBytes}

// fewerBytes is the schema step in which rows repeat less, and the log is relayed by one mark.
var fewerBytes = slices.Concat(numberedEvents, relayedThrough)

// fillings follow the statements of a migration, by its number, with what SQL alone
// cannot derive from the documents. No store of a schema before Oldest has any.
var fillings = map[int64]func(ctx context.Context, c *conn) error{7: fillMetas, 11: fillParts, 13: fillQueues, 14: fillMarks, 15: fillReviewing, 16: fillOutboxes, 17: fillSearch}

// purposes says of each migration what it does, for who plans an upgrade.
var purposes = []string{
	"make the tables",
	"derive what is listed by status, kind and search from every customer",
	"let the event log be searched, and keep deliveries",
	"keep activities",
	"derive the statuses of enrolled customers from every customer",
	"keep the bytes of documents, and index owners and documents of every customer",
	"store the free data of every customer as a document, and index it",
	"keep what the installation is",
	"know who is not active without reading customers",
	"find kept answers by the customers that they name",
	"index the banks of every customer",
	"find customers whose plan is to be judged again, and deposits that are to be sent",
	"index every customer by what it needs and what is searched for, and documents that wait",
	"find customers with a receiver of events that is not served any more",
	"order reviews that wait for a person by their deadlines",
	"take what is to be relayed out of the records of customers",
	"index every customer anew for all searches, and compress it",
	"drop the indexes by name, status and plan that others stand in for",
	"list events under others than their own customer alone",
	"write the log of events anew, with fewer and narrower indexes",
	"note what was relayed by one number, and write the log of events anew with numbers in place of tenants and types",
}

// Step is one step of a migration.
type Step struct {
	// Schema is the version that it leads to, and Does what it does.
	Schema int64  `json:"schema"`
	Does   string `json:"does"`
}

// Steps returns the steps that lead from a schema version to the one of this program.
func Steps(from int64) []Step {
	var list []Step
	for at := max(from, 0); at < int64(len(purposes)); at++ {
		list = append(list, Step{Schema: at + 1, Does: purposes[at]})
	}
	return list
}

// NewerError is returned for a database of a newer schema.
type NewerError struct{ Found, Known int64 }

// Error names both schemas.
func (e *NewerError) Error() string {
	return fmt.Sprintf("the database has schema version %d, but this program knows only versions up to %d: it was written by a newer release", e.Found, e.Known)
}

// OlderError is returned for a database of a schema before Oldest.
type OlderError struct{ Found int64 }

// Error names both schemas.
func (e *OlderError) Error() string {
	return fmt.Sprintf("the database has schema version %d, and this program reads versions from %d on: builds before the first release wrote it", e.Found, Oldest)
}

// Oldest is the oldest schema version that is migrated. The order of the steps before it
// changed while it was not released, so that their numbers do not say what a store has.
const Oldest = 6

// Schema is the schema version that this program writes.
var Schema = int64(len(migrations))

// first is the schema of a new file.
//
// The parent of a row is NULL for the operator and for tombstones, which no list
// shows. Times are milliseconds. The document comes last, so that searching does
// not read it. An index that begins with a value serves lists of children and of
// all descendants; one that begins with the parent serves children alone.
var first = []string{
	`CREATE TABLE customers (
		number       INTEGER PRIMARY KEY,
		id           BLOB NOT NULL UNIQUE,
		tenant       BLOB NOT NULL,
		parent       BLOB,
		living       INTEGER NOT NULL,
		pending      INTEGER NOT NULL,
		version      INTEGER NOT NULL,
		created      INTEGER NOT NULL,
		updated      INTEGER NOT NULL,
		status       TEXT NOT NULL,
		plan_key     TEXT NOT NULL,
		name_folded  TEXT NOT NULL,
		email_folded TEXT,
		merchant_key TEXT,
		external_id  TEXT,
		document     BLOB NOT NULL
	) STRICT`,
	`CREATE UNIQUE INDEX customers_root ON customers (living) WHERE parent IS NULL AND living = 1`,
	`CREATE INDEX customers_pending ON customers (id) WHERE pending = 1`,
	`CREATE INDEX customers_created ON customers (parent, created, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_updated ON customers (parent, updated, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_name ON customers (parent, name_folded, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_status ON customers (parent, status, created, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_plan ON customers (parent, plan_key, created, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_email ON customers (email_folded, parent, created, id) WHERE email_folded IS NOT NULL`,
	`CREATE INDEX customers_merchant_key ON customers (merchant_key, parent, created, id) WHERE merchant_key IS NOT NULL`,
	`CREATE INDEX customers_external_id ON customers (external_id, parent, created, id) WHERE external_id IS NOT NULL`,

	// Every living customer under each of its ancestors.
	`CREATE TABLE ancestry (
		ancestor BLOB NOT NULL,
		created  INTEGER NOT NULL,
		id       BLOB NOT NULL,
		PRIMARY KEY (ancestor, created, id)
	) STRICT, WITHOUT ROWID`,
	// How many living children and descendants a customer has.
	`CREATE TABLE children (
		id     BLOB PRIMARY KEY,
		direct INTEGER NOT NULL,
		deep   INTEGER NOT NULL
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE claims (
		key      BLOB NOT NULL UNIQUE,
		ends     INTEGER,
		document BLOB NOT NULL
	) STRICT`,
	`CREATE INDEX claims_ends ON claims (ends) WHERE ends IS NOT NULL`,
	// The number is the order in which events were relayed.
	`CREATE TABLE events (
		number   INTEGER PRIMARY KEY,
		id       BLOB NOT NULL UNIQUE,
		tenant   BLOB NOT NULL,
		customer BLOB NOT NULL,
		document BLOB NOT NULL
	) STRICT`,
	`CREATE INDEX events_customer ON events (customer, tenant, number)`,
}

// migrate brings the file to the newest schema, each step whole or not at all. A
// file of a newer program is refused: it must not be written by an older one.
func migrate(ctx context.Context, c *conn) error {
	version, _, err := c.number(ctx, "PRAGMA user_version")
	if err != nil {
		return failed("reading the schema version", err)
	}
	if version > int64(len(migrations)) {
		return &NewerError{Found: version, Known: int64(len(migrations))}
	}
	if err := ours(ctx, c, version); err != nil {
		return err
	}
	if version > 0 && version < Oldest {
		return &OlderError{Found: version}
	}
	for at, step := range migrations[version:] {
		target := version + int64(at) + 1
		statements := append([]string{"BEGIN IMMEDIATE"}, step...)
		for _, statement := range statements {
			if _, err := c.exec(ctx, statement); err != nil {
				return failed(fmt.Sprintf("migrating to schema version %d", target), err)
			}
		}
		if fill := fillings[target]; fill != nil {
			if err := fill(ctx, c); err != nil {
				return failed(fmt.Sprintf("migrating the records to schema version %d", target), err)
			}
		}
		for _, statement := range []string{fmt.Sprintf("PRAGMA user_version = %d", target), "COMMIT"} {
			if _, err := c.exec(ctx, statement); err != nil {
				return failed(fmt.Sprintf("migrating to schema version %d", target), err)
			}
		}
	}
	return nil
}

// ErrForeign is returned for a database that this program did not make.
var ErrForeign = errors.New("the database belongs to another program: it has other tables")

// ours refuses the database of another program, which must not get tables of this one.
func ours(ctx context.Context, c *conn, version int64) error {
	const tables = "SELECT count(*) FROM sqlite_master WHERE type = 'table'"
	all, _, err := c.number(ctx, tables)
	if err != nil {
		return failed("reading the tables", err)
	}
	known, _, err := c.number(ctx, tables+" AND name IN ('customers', 'ancestry', 'children', 'claims', 'events')")
	if err != nil {
		return failed("reading the tables", err)
	}
	if version == 0 && all > 0 || version > 0 && known != 5 {
		return ErrForeign
	}
	return nil
}

// deliveries lets the event log be searched and keeps deliveries. Events are found under
// their tenant and their own customer by their row; event_within has them under every customer
// between the two.
var deliveries = []string{
	`ALTER TABLE events ADD COLUMN type TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE events ADD COLUMN at INTEGER NOT NULL DEFAULT 0`,
	`ALTER TABLE events ADD COLUMN whole INTEGER NOT NULL DEFAULT 0`,
	`CREATE INDEX events_tenant ON events (tenant, number, type, at)`,
	`CREATE INDEX events_whole ON events (at) WHERE whole = 1`,
	`CREATE TABLE event_within (
		ancestor BLOB NOT NULL,
		number   INTEGER NOT NULL,
		PRIMARY KEY (ancestor, number)
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE deliveries (
		id       BLOB PRIMARY KEY,
		tenant   BLOB NOT NULL,
		endpoint BLOB NOT NULL,
		event    BLOB NOT NULL,
		pending  INTEGER NOT NULL,
		due      INTEGER NOT NULL,
		version  INTEGER NOT NULL,
		document BLOB NOT NULL
	) STRICT`,
	`CREATE INDEX deliveries_due ON deliveries (endpoint, due, id) WHERE pending = 1`,
	`CREATE INDEX deliveries_ended ON deliveries (due) WHERE pending = 0`,
	`CREATE INDEX deliveries_endpoint ON deliveries (endpoint, id)`,
	`CREATE INDEX deliveries_event ON deliveries (event, id)`,
}
