package sqlite

import (
	"context"
	"database/sql/driver"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// partyStatuses adds what lists by status, kind and search need, and when reviews are due.
// The tallies count the children of a customer, so that no list by status and kind has
// to.
var partyStatuses = []string{
	`ALTER TABLE customers ADD COLUMN standing TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE customers ADD COLUMN kind TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE customers ADD COLUMN search_folded TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE customers ADD COLUMN review_due INTEGER`,
	`CREATE TABLE tallies (
		id       BLOB NOT NULL,
		kind     TEXT NOT NULL,
		standing TEXT NOT NULL,
		direct   INTEGER NOT NULL,
		PRIMARY KEY (id, kind, standing)
	) STRICT, WITHOUT ROWID`,
	`CREATE INDEX customers_standing_name ON customers (parent, kind, standing, name_folded, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_standing_created ON customers (parent, kind, standing, created, id) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_search ON customers (parent, search_folded, name_folded, created, updated, id, kind, standing) WHERE parent IS NOT NULL`,
	`CREATE INDEX customers_review_due ON customers (review_due, id) WHERE review_due IS NOT NULL`,
}

const (
	countTally = `INSERT INTO tallies (id, kind, standing, direct) VALUES (?, ?, ?, ?)
		ON CONFLICT (id, kind, standing) DO UPDATE SET direct = direct + excluded.direct`
	selectTally    = `SELECT standing, kind, direct FROM tallies WHERE id = ?`
	selectDue      = `SELECT id FROM customers WHERE review_due <= ? ORDER BY review_due, id LIMIT ?`
	selectPlanDue  = `SELECT id FROM customers WHERE plan_due <= ? ORDER BY plan_due, id LIMIT ?`
	selectDropsDue = `SELECT id FROM customers WHERE drops_due IS NOT NULL AND (drops_due, id) > (?, ?) ORDER BY drops_due, id LIMIT ?`
	selectOneDeep  = `SELECT standing, kind, count(*) FROM customers AS c WHERE c.parent = ? AND c.tenant = ? GROUP BY kind, standing`
)

// tally adds one customer to those of its status below its parent, or subtracts it.
func (t *transaction) tally(c *customers.Customer, q searched, change int64) error {
	if c.Parent.IsZero() {
		return nil
	}
	_, err := t.exec(countTally, c.Parent, q.kind, q.partyStatus, change)
	return err
}

// retally moves a customer that changed from one status to another.
func (t *transaction) retally(c *customers.Customer, before, now searched) error {
	if c.Deleted == nil && before.kind == now.kind && before.partyStatus == now.partyStatus {
		return nil
	}
	if err := t.tally(c, before, -1); err != nil || c.Deleted != nil {
		return err
	}
	return t.tally(c, now, 1)
}

// CountByStatus implements store.Store.
func (s *Store) CountByStatus(ctx context.Context, tenant, under tenancy.ID) (rows.StatusCounts, error) {
	tally := rows.StatusCounts{}
	err := s.read(ctx, "counting customers by status", func(c *conn) error {
		mark := s.cache.mark()
		listed, err := s.listed(c, under, mark)
		if err != nil || listed == nil {
			return err
		}
		oneTenant := !tenant.IsZero() && tenancy.IsOperator(listed)
		if !tenant.IsZero() && !oneTenant && listed.Tenant != tenant {
			return nil
		}
		cells, err := talliesOf(ctx, c, under, tenant, oneTenant)
		for _, cell := range cells {
			if cell.n > 0 {
				tally[string(cell.partyStatus)] += cell.n
			}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return tally, nil
}

// cell is the number of children with one kind and one status.
type cell struct {
	kind        customers.PartyType
	partyStatus status.Status
	n           int64
}

func talliesOf(ctx context.Context, c *conn, under, tenant tenancy.ID, oneTenant bool) (cells []cell, err error) {
	text, arguments := selectTally, []any{under}
	if oneTenant {
		text, arguments = selectOneDeep, []any{under, tenant}
	}
	err = c.query(ctx, text, func(v []driver.Value) error {
		word, _ := v[0].(string)
		kind, _ := v[1].(string)
		n, _ := v[2].(int64)
		cells = append(cells, cell{kind: customers.PartyType(kind), partyStatus: status.Status(word), n: n})
		return nil
	}, arguments...)
	return cells, err
}

// DuePlans implements store.Store.
func (s *Store) DuePlans(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return s.some(ctx, "looking for plans that are due", selectPlanDue, limit, now.UnixMilli())
}

// DueDrops implements store.Store.
func (s *Store) DueDrops(ctx context.Context, after rows.Position, limit int) ([]*customers.Customer, error) {
	return s.some(ctx, "looking for deposits to send", selectDropsDue, limit, after.Time.UnixMilli(), after.ID)
}

// plansDue adds when planStatus changes by itself, and since when deposits wait to be sent.
var plansDue = []string{
	`ALTER TABLE customers ADD COLUMN plan_due INTEGER`,
	`ALTER TABLE customers ADD COLUMN drops_due INTEGER`,
	`CREATE INDEX customers_plan_due ON customers (plan_due, id) WHERE plan_due IS NOT NULL`,
	`CREATE INDEX customers_drops_due ON customers (drops_due, id) WHERE drops_due IS NOT NULL`,
}

// DueReviews implements store.Store.
func (s *Store) DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return s.some(ctx, "looking for due reviews", selectDue, limit, now.UnixMilli())
}
