package sqlite

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	insertCustomer = `INSERT INTO customers (id, tenant, parent, living, version, created, updated,
		status, plan_key, name_folded, email_folded, merchant_key, external_id, standing, kind, search_folded, review_due, stage, parts, plan_due, drops_due, search_words, document)
		VALUES (?, ?, ?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
	insertAncestry    = `INSERT INTO ancestry (ancestor, created, id) VALUES (?, ?, ?)`
	selectDescendants = `SELECT deep FROM children WHERE id = ?`
	countChildren     = `INSERT INTO children (id, direct, deep) VALUES (?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET direct = direct + excluded.direct, deep = deep + excluded.deep`
)

// Insert implements store.Store.
func (s *Store) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	const doing = "inserting a customer"
	row, err := rowOf(c)
	if err != nil {
		return failed(doing, err)
	}
	swaps, err := encodeSwaps(with)
	if err != nil {
		return failed(doing, err)
	}
	return s.writer.do(ctx, doing, func(t *transaction) error {
		if err := t.insert(row, with...); err != nil {
			return err
		}
		return t.swapAll(swaps)
	})
}

// InsertAll implements store.Store in one operation of the writer, so all of the list is
// committed at once.
func (s *Store) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) (outcomes []error) {
	const doing = "inserting customers"
	type encodedRow struct {
		row
		with  []rows.Companion
		swaps []swap
	}
	all, err := make([]encodedRow, len(list)), error(nil)
	for i, one := range list {
		all[i].with = one.With
		if all[i].row, err = rowOf(one.Customer); err == nil {
			all[i].swaps, err = encodeSwaps(one.With)
		}
		if err != nil {
			return slices.Repeat([]error{failed(doing, err)}, len(list))
		}
	}
	err = s.writer.do(ctx, doing, func(t *transaction) error {
		outcomes = outcomes[:0]
		for _, one := range all {
			// A refusal comes before the first change, so it leaves nothing to undo.
			err := t.insert(one.row, one.with...)
			if err == nil {
				err = t.swapAll(one.swaps)
			}
			if err != nil && !rows.RefusesInsert(err) {
				return err
			}
			if outcomes = append(outcomes, err); err != nil && stop {
				break
			}
		}
		return nil
	})
	if err != nil {
		return slices.Repeat([]error{err}, len(list))
	}
	for i, outcome := range outcomes {
		outcomes[i] = failed(doing, outcome)
	}
	return outcomes
}

func (t *transaction) insert(r row, with ...rows.Companion) error {
	c := r.customer
	if _, exists, err := t.state(c.ID); err != nil || exists {
		return refuse(err, rows.ErrExists)
	}
	if err := t.guarded(c.Ref(), with); err != nil {
		return err
	}
	if err := t.parentLives(c); err != nil {
		return err
	}
	if err := t.roomFor(with); err != nil {
		return err
	}
	q := r.searched
	if _, err := t.exec(insertCustomer, c.ID, c.Tenant, r.parent(), c.Version, c.Created.UnixMilli(), c.LastUpdated.UnixMilli(),
		q.status, q.planKey, q.name, q.email, q.merchantKey, q.externalID,
		q.partyStatus, q.kind, q.search, q.reviewDue, q.enrollmentStatus, []byte(q.parts), q.planDue, q.dropsDue, q.words, r.document); err != nil {
		return err
	}
	for _, ancestor := range c.Path {
		if _, err := t.exec(insertAncestry, ancestor, c.Created.UnixMilli(), c.ID); err != nil {
			return err
		}
	}
	if _, err := t.exec(insertUnindexed, c.ID); err != nil {
		return err
	}
	t.indexes = true
	if err := t.indexParts(c.ID, "", q.parts); err != nil {
		return err
	}
	if err := t.indexMeta(c.ID, nil, c.Meta); err != nil {
		return err
	}
	if err := t.indexQueues(nil, c); err != nil {
		return err
	}
	if err := t.write(nil, r); err != nil {
		return err
	}
	if err := t.tally(c, q, 1); err != nil {
		return err
	}
	return t.count(c, 1)
}

// refuse returns the fault if there is one, otherwise the refusal.
func refuse(fault, refusal error) error {
	if fault != nil {
		return fault
	}
	return refusal
}

// parentLives refuses a child whose parent is gone or belongs to another tenant. Only the
// operator has no parent, and there is one operator.
func (t *transaction) parentLives(c *customers.Customer) error {
	if c.Parent.IsZero() {
		_, exists, err := t.c.number(context.Background(), `SELECT 1 FROM customers WHERE parent IS NULL AND living = 1`)
		if err != nil || exists {
			return refuse(err, rows.ErrExists)
		}
		return nil
	}
	parent, err := t.current(c.Parent)
	if err != nil || parent == nil || parent.Deleted != nil {
		return refuse(err, rows.ErrParentGone)
	}
	if !tenancy.IsOperator(parent) && parent.Tenant != c.Tenant {
		return rows.ErrParentGone
	}
	return nil
}

// roomFor returns rows.Full if a room has no place for another customer: what is counted
// in each write is read, so it costs the same for any number.
func (t *transaction) roomFor(with []rows.Companion) error {
	for _, room := range rows.Rooms(with) {
		taken, _, err := t.c.number(context.Background(), selectDescendants, room.Of)
		if err != nil || taken >= room.Most {
			return refuse(err, rows.Full{Of: room.Of})
		}
	}
	return nil
}

// count adds one customer to the counters of its ancestors, or subtracts it.
func (t *transaction) count(c *customers.Customer, change int64) error {
	for _, ancestor := range c.Path {
		direct := int64(0)
		if ancestor == c.Parent {
			direct = change
		}
		if _, err := t.exec(countChildren, ancestor, direct, change); err != nil {
			return err
		}
	}
	return nil
}

func (t *transaction) exec(text string, arguments ...any) (changed int64, err error) {
	return t.c.exec(context.Background(), text, arguments...)
}
