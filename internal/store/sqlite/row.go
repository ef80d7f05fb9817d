package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// row is a customer as the table keeps it: the document, and beside it what is searched.
type row struct {
	customer *customers.Customer
	document []byte
	size     int // of the document before it is compressed
	searched searched
}

// searched are the columns that change rarely.
type searched struct {
	status, planKey, name                       string
	email, merchantKey, externalID              any // a text, or nil
	partyStatus, kind, search, enrollmentStatus string
	reviewDue, planDue, dropsDue                any // milliseconds, or nil
	// parts are the ids of the customer's parts, one behind the other.
	parts string
	// words are those of searches; outdated is what the index of searches says beyond the
	// customer, a text or nil.
	words    string
	outdated any
}

// searchedColumn is a value that is searched.
type searchedColumn struct {
	name  string
	value any
}

// columns returns all of them, in one order.
func (q searched) columns() []searchedColumn {
	return []searchedColumn{
		{"status", q.status}, {"plan_key", q.planKey}, {"name_folded", q.name},
		{"email_folded", q.email}, {"merchant_key", q.merchantKey}, {"external_id", q.externalID},
		{"standing", q.partyStatus}, {"kind", q.kind}, {"search_folded", q.search}, {"stage", q.enrollmentStatus},
		{"review_due", q.reviewDue}, {"plan_due", q.planDue}, {"drops_due", q.dropsDue}, {"parts", blob(q.parts)},
		{"search_words", q.words}, {"outdated", q.outdated},
	}
}

// blob is bytes that can be compared.
type blob string

func rowOf(c *customers.Customer) (row, error) {
	document, size, err := documentOf(c)
	if err != nil {
		return row{}, err
	}
	return row{customer: c, document: document, size: size, searched: searched{
		status: string(c.Status), planKey: c.PlanKey, name: customers.Fold(c.Name),
		email: given(customers.Fold(c.Email)), merchantKey: given(c.MerchantKey), externalID: given(c.ExternalID),
		partyStatus: string(straddlestatus.Of(c)), kind: string(c.EffectivePartyType()), search: customers.SearchText(c), reviewDue: due(c.ReviewDue()),
		planDue: due(c.PlanDue), dropsDue: due(rows.DropsDue(c)),
		enrollmentStatus: string(status.Of(c)), parts: partsOf(c), words: wordsOf(c),
	}}, nil
}

// documentOf returns the document of a customer as its column holds it: without the outbox,
// which is in the log. It also returns how many bytes it has when it is not compressed.
func documentOf(c *customers.Customer) (column []byte, size int, err error) {
	kept := *c
	kept.Outbox = nil
	document, err := codec.Encode(&kept)
	if err != nil {
		return nil, 0, err
	}
	return withSum(packed(document, customerPacker)), len(document), nil
}

// due returns a moment in milliseconds, or NULL.
func due(at *time.Time) any {
	if at == nil {
		return nil
	}
	return at.UnixMilli()
}

// given returns the text, or NULL for an empty one, which no filter can ask for.
func given(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// parent returns the customer under which lists show this one.
func (r row) parent() any {
	if r.customer.Parent.IsZero() || r.customer.Deleted != nil {
		return nil
	}
	return r.customer.Parent
}

func flag(set bool) int64 {
	if set {
		return 1
	}
	return 0
}

// state is what a write must know of the row that it would change.
type state struct {
	number, version, created int64
	tenant                   tenancy.ID
	living                   bool
	searched                 searched
}

const selectState = `SELECT number, version, created, tenant, living, status, plan_key, name_folded,
	email_folded, merchant_key, external_id, standing, kind, search_folded, review_due, stage, parts, plan_due, drops_due, search_words, outdated FROM customers WHERE id = ?`

// state reads the row of an id; found is false if there is none.
func (t *transaction) state(id tenancy.ID) (s state, found bool, err error) {
	err = t.c.query(context.Background(), selectState, func(v []driver.Value) error {
		tenant, err := idOf(v[3])
		if err != nil {
			return err
		}
		living, _ := v[4].(int64)
		found, s.tenant, s.living = true, tenant, living != 0
		s.number, _ = v[0].(int64)
		s.version, _ = v[1].(int64)
		s.created, _ = v[2].(int64)
		s.searched.status, _ = v[5].(string)
		s.searched.planKey, _ = v[6].(string)
		s.searched.name, _ = v[7].(string)
		s.searched.email, s.searched.merchantKey, s.searched.externalID = v[8], v[9], v[10]
		s.searched.partyStatus, _ = v[11].(string)
		s.searched.kind, _ = v[12].(string)
		s.searched.search, _ = v[13].(string)
		s.searched.reviewDue = v[14]
		s.searched.enrollmentStatus, _ = v[15].(string)
		parts, _ := v[16].([]byte)
		s.searched.parts = string(parts)
		s.searched.planDue, s.searched.dropsDue = v[17], v[18]
		s.searched.words, _ = v[19].(string)
		s.searched.outdated = v[20]
		return nil
	}, id)
	return s, found, err
}

// selectDocument reads whether there is an outbox too: hardly any customer has one.
const selectDocument = `SELECT document, ` + hasOutbox + ` FROM customers WHERE id = ?`

// load reads the customer of an id, even a tombstone; nil if there is none. A relay between
// its two statements empties the outbox, as if it had come before; after a write between
// them the cache does not take the record, and a write over it is stale.
func load(c *conn, id tenancy.ID) (record, error) {
	var found record
	var waits int64
	err := c.query(context.Background(), selectDocument, func(values []driver.Value) (err error) {
		waits, _ = values[1].(int64)
		found, err = recordOf(values[0], id)
		return err
	}, id)
	if err == nil && waits != 0 {
		found, err = withOutbox(c, found)
	}
	return found, damagedRow(err, id)
}

// withOutbox returns the record with what the log says is in the outbox.
func withOutbox(c *conn, r record) (record, error) {
	waits, damage, err := outbox(c, r.customer.ID)
	if err != nil {
		return record{}, err
	}
	r.customer.Outbox, r.damage = waits, damage
	return r, nil
}

// recordOf decodes a column that holds the document of a customer.
func recordOf(value driver.Value, id tenancy.ID) (record, error) {
	c, size, err := decoded(value, kindCustomer, id, codec.Decode)
	return record{customer: c, document: size}, err
}

// current returns the customer of an id within the transaction, even a tombstone; nil if
// there is none. It is shared and must not be changed.
func (t *transaction) current(id tenancy.ID) (*customers.Customer, error) {
	r, err := t.record(id)
	return r.customer, err
}

func (t *transaction) record(id tenancy.ID) (record, error) {
	if r, ok := t.written[id]; ok {
		return r, nil
	}
	if r, ok := t.batch[id]; ok {
		return r, nil
	}
	if r, ok := t.cache.record(id); ok {
		return r, nil
	}
	return load(t.c, id)
}

// write notes what the operation wrote, once the log follows it.
func (t *transaction) write(before *customers.Customer, r row) error {
	waits, err := t.follow(before, r.customer)
	if err != nil {
		return err
	}
	written := r.customer
	if len(waits) != len(written.Outbox) {
		kept := *written
		kept.Outbox, written = waits, &kept
	}
	t.written[written.ID] = record{customer: written, document: r.size}
	return nil
}
