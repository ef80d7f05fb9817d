package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"tenantry/customers"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// row is a customer as the table keeps it: the document, and beside it what is searched.
type row struct {
	customer *customers.Customer
	document []byte
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
}

func rowOf(c *customers.Customer) (row, error) {
	document, err := encoded(c, codec.Encode)
	if err != nil {
		return row{}, err
	}
	return row{customer: c, document: document, searched: searched{
		status: string(c.Status), planKey: c.PlanKey, name: customers.Fold(c.Name),
		email: given(customers.Fold(c.Email)), merchantKey: given(c.MerchantKey), externalID: given(c.ExternalID),
		partyStatus: string(straddlestatus.Of(c)), kind: string(c.EffectivePartyType()), search: customers.SearchText(c), reviewDue: due(c.ReviewDue()),
		planDue: due(c.PlanDue), dropsDue: due(c.DropsDue()),
		enrollmentStatus: string(status.Of(c)), parts: partsOf(c),
	}}, nil
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

func (r row) record() record { return record{customer: r.customer, size: len(r.document)} }

// parent returns the customer under which lists show this one.
func (r row) parent() any {
	if r.customer.Parent.IsZero() || r.customer.Deleted != nil {
		return nil
	}
	return r.customer.Parent
}

func (r row) pending() int64 { return flag(len(r.customer.Outbox) > 0) }

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
	email_folded, merchant_key, external_id, standing, kind, search_folded, review_due, stage, parts, plan_due, drops_due FROM customers WHERE id = ?`

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
		return nil
	}, id)
	return s, found, err
}

const selectDocument = `SELECT document FROM customers WHERE id = ?`

// load reads the customer of an id, even a tombstone; nil if there is none.
func load(c *conn, id tenancy.ID) (record, error) {
	var found record
	err := c.query(context.Background(), selectDocument, func(values []driver.Value) (err error) {
		found, err = recordOf(values[0], id)
		return err
	}, id)
	return found, damagedRow(err, id)
}

// recordOf decodes a column that holds the document of a customer.
func recordOf(value driver.Value, id tenancy.ID) (record, error) {
	c, size, err := decoded(value, kindCustomer, id, codec.Decode)
	return record{customer: c, size: size}, err
}

// current returns the customer of an id within the transaction, even a tombstone; nil if
// there is none. It is shared and must not be changed.
func (t *transaction) current(id tenancy.ID) (*customers.Customer, error) {
	if r, ok := t.batch[id]; ok {
		return r.customer, nil
	}
	if c, ok := t.cache.get(id); ok {
		return c, nil
	}
	r, err := load(t.c, id)
	return r.customer, err
}
