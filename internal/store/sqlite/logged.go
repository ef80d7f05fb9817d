package sqlite

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"slices"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// numberedEvents is the schema step that writes the log anew, with numbers in place of tenants
// and types. The documents stay as they are: new ones lack what has a column. The indexes come
// first, so that no sorter holds all rows in memory.
var numberedEvents = []string{
	createNames,
	`INSERT INTO names (name) SELECT DISTINCT tenant FROM events`,
	`INSERT INTO names (name) SELECT DISTINCT CAST(type AS BLOB) FROM events`,
	`CREATE TABLE numbered_events (
		number   INTEGER PRIMARY KEY,
		whole    INTEGER NOT NULL,
		id       BLOB NOT NULL,
		tenant   INTEGER NOT NULL,
		customer BLOB NOT NULL,
		type     INTEGER NOT NULL,
		at       INTEGER NOT NULL,
		document BLOB NOT NULL
	) STRICT`,
	`DROP INDEX IF EXISTS events_id`,
	`DROP INDEX IF EXISTS events_customer`,
	`DROP INDEX IF EXISTS events_tenant`,
	`CREATE UNIQUE INDEX events_id ON numbered_events (whole, id)`,
	`CREATE INDEX events_customer ON numbered_events (customer, number)`,
	`CREATE INDEX events_tenant ON numbered_events (tenant, number, type, at)`,
	`INSERT INTO numbered_events (number, whole, id, tenant, customer, type, at, document)
		SELECT e.number, e.whole, e.id, (SELECT number FROM names WHERE name = e.tenant), e.customer, (SELECT number FROM names WHERE name = CAST(e.type AS BLOB)), e.at, e.document
		FROM events AS e ORDER BY e.number`,
	`DROP TABLE events`,
	`ALTER TABLE numbered_events RENAME TO events`,
}

const (
	// eventColumns are what eventOf reads of a row e of events.
	eventColumns = `e.document, e.id, e.customer, e.at, (SELECT name FROM names WHERE number = e.tenant), (SELECT name FROM names WHERE number = e.type)`
	// behindEvent is the first column behind them.
	behindEvent = 6
	// eventColumnsBefore are those of a schema in which documents have all.
	eventColumnsBefore = `e.document, e.id, NULL, NULL, NULL, NULL`
	firstNumbered      = 21
)

// encodedEvent returns an event of the log as its column holds it: without what other columns
// have, and with a checksum of both.
func encodedEvent(event *rows.LoggedEvent) ([]byte, error) {
	var document []byte
	var err error
	if short, ok := shortened(event); ok {
		document, err = codec.EncodeEventRest(short)
	} else {
		document, err = codec.EncodeEvent(event)
	}
	if err != nil {
		return nil, err
	}
	return withSum(packed(document, eventPacker), besideDocument(event)...), nil
}

// besideDocument returns what of an event the columns beside its document hold.
func besideDocument(e *rows.LoggedEvent) []byte {
	all := make([]byte, 0, 3*len(e.ID)+8+len(e.Type))
	all = append(all, e.ID[:]...)
	all = append(all, e.Customer.ID[:]...)
	all = append(all, e.Customer.Tenant[:]...)
	all = binary.LittleEndian.AppendUint64(all, uint64(e.At.UnixMilli()))
	return append(all, e.Type...)
}

// eventOf reads a row of the log. Every error but that of an id is a *rows.Damage.
func eventOf(values []driver.Value) (*rows.LoggedEvent, error) {
	id, err := idOf(values[1])
	if err != nil {
		return nil, err
	}
	event, err := eventOfColumns(id, values)
	if err != nil {
		return nil, &rows.Damage{Kind: kindEvent, ID: id, Cause: err}
	}
	return event, nil
}

func eventOfColumns(id tenancy.ID, values []driver.Value) (*rows.LoggedEvent, error) {
	var beside rows.LoggedEvent
	beside.ID = id
	whose, _ := values[2].([]byte)
	tenant, _ := values[4].([]byte)
	kind, _ := values[5].([]byte)
	if at, ok := values[3].(int64); ok && len(whose) == len(id) && len(tenant) == len(id) {
		beside.Customer = tenancy.Ref{Tenant: tenancy.ID(tenant), ID: tenancy.ID(whose)}
		beside.At, beside.Type = time.UnixMilli(at).UTC(), string(kind)
		document, err := withoutSum(values[0], besideDocument(&beside)...)
		if err == nil {
			return joinedEvent(document, &beside)
		}
	}
	// One of an earlier build has all of it in its document.
	document, err := withoutSum(values[0])
	if err != nil {
		return nil, err
	}
	event, err := codec.DecodeEvent(document)
	if err == nil && event.ID.IsZero() {
		err = errChecksum
	}
	return event, err
}

// joinedEvent returns the event of a document and of what is beside it.
func joinedEvent(document []byte, beside *rows.LoggedEvent) (*rows.LoggedEvent, error) {
	event, err := codec.DecodeEvent(document)
	if err != nil {
		return nil, err
	}
	if event.ID.IsZero() {
		event.ID, event.Type, event.At, event.Customer = beside.ID, beside.Type, beside.At, beside.Customer
		restore(event)
	}
	return event, nil
}

// standIn is a byte that stands for a text in the JSON of events, which has no such bytes.
type standIn struct {
	of   byte
	text []byte
}

// mostStandIn is the largest of these bytes.
const mostStandIn = 3

// standIns returns what stands for what columns have: whose an event is, the tenant and the
// moment, as resources show them.
func standIns(e *rows.LoggedEvent) [mostStandIn]standIn {
	at := time.UnixMilli(e.At.UnixMilli()).UTC() // as the column has it
	return [mostStandIn]standIn{{1, []byte(e.Customer.ID.String())}, {2, []byte(e.Customer.Tenant.String())}, {mostStandIn, []byte(at.Format(time.RFC3339Nano))}}
}

// texts returns the JSON of an event.
func texts(e *rows.LoggedEvent) []*json.RawMessage {
	return []*json.RawMessage{&e.Resource, &e.Previous, &e.Changes, &e.About}
}

// shortened returns the event with stand-ins in its JSON; ok is false if it has such bytes itself.
func shortened(e *rows.LoggedEvent) (short *rows.LoggedEvent, ok bool) {
	made, all := *e, standIns(e)
	for _, text := range texts(&made) {
		if hasStandIn(*text) {
			return nil, false
		}
		for _, s := range all {
			*text = replaced(*text, s.text, []byte{s.of})
		}
	}
	return &made, true
}

// restore undoes shortened.
func restore(e *rows.LoggedEvent) {
	if !slices.ContainsFunc(texts(e), func(text *json.RawMessage) bool { return hasStandIn(*text) }) {
		return
	}
	for _, s := range standIns(e) {
		for _, text := range texts(e) {
			*text = replaced(*text, []byte{s.of}, s.text)
		}
	}
}

// replaced returns the text with another in place of old, or itself where there is none.
func replaced(text, old, by []byte) []byte {
	if !bytes.Contains(text, old) {
		return text
	}
	return bytes.ReplaceAll(text, old, by)
}

func hasStandIn(text []byte) bool {
	return bytes.ContainsFunc(text, func(r rune) bool { return r <= mostStandIn })
}
