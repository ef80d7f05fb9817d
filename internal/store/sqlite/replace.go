package sqlite

import (
	"context"
	"errors"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
)

const (
	updateDocument = `UPDATE customers SET document = ? WHERE id = ?`
	deleteAncestry = `DELETE FROM ancestry WHERE ancestor = ? AND created = ? AND id = ?`
	selectChildren = `SELECT direct FROM children WHERE id = ?`
	deleteChildren = `DELETE FROM children WHERE id = ?`
)

// Errors that only a mistake in the program can cause.
var (
	errRemoval   = errors.New("a tombstone is written by Erase alone")
	errNoRemoval = errors.New("Erase was given a living customer")
)

// Replace implements store.Store.
func (s *Store) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	const doing = "replacing a customer"
	row, err := rowOf(c)
	if err == nil && c.Deleted != nil {
		err = errRemoval
	}
	if err != nil {
		return failed(doing, err)
	}
	swaps, err := encodeSwaps(with)
	if err != nil {
		return failed(doing, err)
	}
	return s.writer.do(ctx, doing, func(t *transaction) error {
		before, err := t.writable(c, version)
		if err == nil {
			err = t.guarded(c.Ref(), with)
		}
		if err == nil {
			err = t.update(before, row)
		}
		if err != nil {
			return err
		}
		return t.swapAll(swaps)
	})
}

// Erase implements store.Store.
func (s *Store) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	const doing = "erasing a customer"
	row, err := rowOf(c)
	if err == nil && c.Deleted == nil {
		err = errNoRemoval
	}
	if err != nil {
		return failed(doing, err)
	}
	swaps, err := encodeSwaps(with)
	if err != nil {
		return failed(doing, err)
	}
	return s.writer.do(ctx, doing, func(t *transaction) error {
		if err := t.erase(row, version); err != nil {
			return err
		}
		return t.swapAll(swaps)
	})
}

func (t *transaction) erase(r row, version int64) error {
	before, err := t.writable(r.customer, version)
	if err != nil {
		return err
	}
	children, _, err := t.c.number(context.Background(), selectChildren, r.customer.ID)
	if err != nil || children > 0 {
		return refuse(err, rows.ErrHasChildren)
	}
	if err := t.update(before, r); err != nil {
		return err
	}
	for _, ancestor := range r.customer.Path {
		if _, err := t.exec(deleteAncestry, ancestor, before.created, r.customer.ID); err != nil {
			return err
		}
	}
	if _, err := t.exec(deleteChildren, r.customer.ID); err != nil {
		return err
	}
	t.scrubs = true
	return t.count(r.customer, -1)
}

// writable returns the row that a write of c over that version may change.
func (t *transaction) writable(c *customers.Customer, version int64) (state, error) {
	before, found, err := t.state(c.ID)
	switch {
	case err != nil:
		return state{}, err
	case !found || !before.living || before.tenant != c.Tenant:
		return state{}, rows.ErrNotFound
	case before.version != version:
		return state{}, rows.ErrStale
	}
	current, err := t.current(c.ID)
	if err != nil || current.AuditCount != c.AuditCount {
		return state{}, refuse(err, rows.ErrStale)
	}
	return before, nil
}

func (t *transaction) update(before state, r row) error {
	c := r.customer
	replaced, err := t.current(c.ID)
	if err != nil {
		return err
	}
	if err := t.indexMeta(c.ID, replaced.Meta, c.Meta); err != nil {
		return err
	}
	if err := t.indexQueues(replaced, c); err != nil {
		return err
	}
	if r.searched.outdated, err = t.research(before, replaced, c); err != nil {
		return err
	}
	text, values := updateOf(before, r)
	if _, err := t.exec(text, values...); err != nil {
		return err
	}
	if q := r.searched; q != before.searched || c.Deleted != nil {
		if err := t.retally(c, before.searched, q); err != nil {
			return err
		}
		if err := t.indexParts(c.ID, before.searched.parts, q.parts); err != nil {
			return err
		}
	}
	return t.write(replaced, r)
}

// updateOf returns the statement that writes a row over its earlier state. It names the
// columns that differ and no other: SQLite writes every index anew that has a column which
// is named, also where the value stays.
func updateOf(before state, r row) (text string, values []any) {
	c := r.customer
	columns := []string{"version", "updated", "document"}
	values = []any{c.Version, c.LastUpdated.UnixMilli(), r.document}
	set := func(column string, value any) { columns, values = append(columns, column), append(values, value) }
	if c.Deleted != nil {
		set("parent", r.parent())
		set("living", flag(false))
	}
	was, is := before.searched.columns(), r.searched.columns()
	for i, one := range is {
		if one.value != was[i].value {
			set(one.name, one.value)
		}
	}
	return "UPDATE customers SET " + strings.Join(columns, " = ?, ") + " = ? WHERE number = ?", append(values, before.number)
}

// amend writes a customer of which nothing that is searched or versioned changed.
func (t *transaction) amend(c *customers.Customer) error {
	row, err := rowOf(c)
	if err != nil {
		return err
	}
	before, err := t.current(c.ID)
	if err != nil {
		return err
	}
	if _, err := t.exec(updateDocument, row.document, c.ID); err != nil {
		return err
	}
	return t.write(before, row)
}
