package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"math/bits"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// queues adds what lists by traits need, the numbers of summaries, and the
// documents that wait for a decision. The marks of a trait hold the customers below one in
// the order of their creation.
var queues = []string{
	`CREATE TABLE marks (
		mark    BLOB NOT NULL,
		created INTEGER NOT NULL,
		id      BLOB NOT NULL,
		PRIMARY KEY (mark, created, id)
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE summaries (
		id     BLOB NOT NULL,
		kind   TEXT NOT NULL,
		word   TEXT NOT NULL,
		direct INTEGER NOT NULL,
		deep   INTEGER NOT NULL,
		PRIMARY KEY (id, kind, word)
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE words (
		tenant   BLOB NOT NULL,
		word     TEXT NOT NULL,
		customer BLOB NOT NULL,
		PRIMARY KEY (tenant, word, customer)
	) STRICT, WITHOUT ROWID`,
	`CREATE TABLE waiting (
		ancestor BLOB NOT NULL,
		since    INTEGER NOT NULL,
		id       BLOB NOT NULL,
		PRIMARY KEY (ancestor, since, id)
	) STRICT, WITHOUT ROWID`,
}

// webhookMarks brings no table: marks tell of receivers that are not served any more, too.
var webhookMarks []string

const (
	insertMark    = `INSERT INTO marks (mark, created, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	deleteMark    = `DELETE FROM marks WHERE mark = ? AND created = ? AND id = ?`
	insertWaiting = `INSERT INTO waiting (ancestor, since, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	deleteWaiting = `DELETE FROM waiting WHERE ancestor = ? AND since = ? AND id = ?`
	sumTrait      = `INSERT INTO summaries (id, kind, word, direct, deep) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (id, kind, word) DO UPDATE SET direct = direct + excluded.direct, deep = deep + excluded.deep`
	deleteSums = `DELETE FROM summaries WHERE id = ?`

	selectSum         = `SELECT direct, deep FROM summaries WHERE id = ? AND kind = ? AND word = ?`
	selectNumbers     = `SELECT direct, deep FROM children WHERE id = ?`
	countMarked       = `SELECT count(*) FROM (SELECT 1 FROM marks WHERE mark = ? LIMIT ?)`
	selectWaitingDocs = `SELECT id FROM waiting WHERE ancestor = ? AND (since, id) >= (?, ?) ORDER BY since, id LIMIT ?`
)

// indexQueues brings the indexes of queues and summaries from a record to the one
// that replaces it; before is nil for a new customer.
func (t *transaction) indexQueues(before, now *customers.Customer) error {
	var was *customers.Customer
	if before != nil && before.Deleted == nil {
		was = before
	}
	if err := t.remark(was, now); err != nil {
		return err
	}
	if err := t.resum(was, now); err != nil {
		return err
	}
	if err := t.rewait(was, now); err != nil {
		return err
	}
	return t.rereview(was, now)
}

// remark updates the marks. They follow from the traits, so those of equal traits are
// not derived.
func (t *transaction) remark(before, now *customers.Customer) error {
	var was, is []tenancy.ID
	if before != nil {
		if slices.Equal(rows.TraitsOf(before), rows.TraitsOf(now)) {
			return nil
		}
		was = rows.MarksOf(before)
	}
	is = rows.MarksOf(now)
	created := now.Created.UnixMilli()
	if before != nil {
		created = before.Created.UnixMilli()
	}
	return differ(was, is,
		func(mark tenancy.ID) error { _, err := t.exec(deleteMark, mark, created, now.ID); return err },
		func(mark tenancy.ID) error { _, err := t.exec(insertMark, mark, created, now.ID); return err })
}

// differ calls remove for what only the first list has and add for what only the second
// has.
func differ[T comparable](was, is []T, remove, add func(T) error) error {
	for _, one := range was {
		if !slices.Contains(is, one) {
			if err := remove(one); err != nil {
				return err
			}
		}
	}
	for _, one := range is {
		if !slices.Contains(was, one) {
			if err := add(one); err != nil {
				return err
			}
		}
	}
	return nil
}

// isSummed reports whether summaries count the traits of a kind: those that each customer
// has one of.
func isSummed(kind rows.TraitKind) bool {
	return kind != rows.TraitNeeded && kind != rows.TraitWebhooks
}

// areSummed reports whether summaries count all traits of a list.
func areSummed(list []rows.Trait) bool {
	return !slices.ContainsFunc(list, func(trait rows.Trait) bool { return !isSummed(trait.Kind) })
}

// summed returns the traits of a customer that summaries count.
func summed(c *customers.Customer) (list []rows.Trait) {
	if c == nil {
		return nil
	}
	for _, trait := range rows.TraitsOf(c) {
		if isSummed(trait.Kind) {
			list = append(list, trait)
		}
	}
	return list
}

// resum updates the summaries.
func (t *transaction) resum(before, now *customers.Customer) error {
	above := now
	if before != nil {
		above = before
	}
	change := func(trait rows.Trait, by int64) error {
		for _, ancestor := range above.Path {
			direct := int64(0)
			if ancestor == above.Parent {
				direct = by
			}
			if _, err := t.exec(sumTrait, ancestor, string(trait.Kind), trait.Word, direct, by); err != nil {
				return err
			}
		}
		return nil
	}
	if now.Deleted != nil {
		if _, err := t.exec(deleteSums, now.ID); err != nil {
			return err
		}
	}
	return differ(summed(before), summed(now),
		func(trait rows.Trait) error { return change(trait, -1) }, func(trait rows.Trait) error { return change(trait, 1) })
}

// rewait updates since when a document waits.
func (t *transaction) rewait(before, now *customers.Customer) error {
	path := now.Path
	var was, is []int64
	if before != nil {
		path = before.Path
		if since := rows.DocumentsDue(before); since != nil {
			was = append(was, since.UnixMilli())
		}
	}
	if since := rows.DocumentsDue(now); since != nil {
		is = append(is, since.UnixMilli())
	}
	all := func(text string) func(int64) error {
		return func(since int64) error {
			for _, ancestor := range path {
				if _, err := t.exec(text, ancestor, since, now.ID); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return differ(was, is, all(deleteWaiting), all(insertWaiting))
}

// marked reports whether a list is read through the marks of its first trait: unless
// something else leads to fewer rows.
func marked(q rows.Query) bool {
	f := q.Filter
	if selective(f) || looksFor(f) || branched(q) || q.Order.By == rows.ByReviewDeadline {
		return false
	}
	// In another order than theirs, marks that most have would all be sorted.
	return len(inColumns(f).Traits()) > 0 || len(f.Traits()) > 0 && (q.Deep || q.Order.By == rows.ByCreated)
}

// hasTrait is the condition that a row, whose creation and id are named, has a trait.
func (c *conditions) hasTrait(q rows.Query, trait rows.Trait, created, id string) {
	c.add("EXISTS (SELECT 1 FROM marks AS x WHERE x.mark = ? AND x.created = "+created+" AND x.id = "+id+")", trait.Mark(q.Under, q.Deep))
}

// byMarks plans a list that is read through marks, in their order.
func (l *listing) byMarks(q rows.Query, oneTenant bool, traits []rows.Trait) {
	rest := q.Filter.WithoutTraits()
	l.conditions.add("m.mark = ?", traits[0].Mark(q.Under, q.Deep))
	for _, trait := range traits[1:] {
		l.conditions.hasTrait(q, trait, "m.created", "m.id")
	}
	rest = l.conditions.created("m", rest)
	l.from = " FROM marks AS m CROSS JOIN customers AS c ON c.id = m.id"
	if q.Order.By == rows.ByCreated {
		l.id, l.value = "m.id", "m.created"
		if rest.IsZero() && !oneTenant {
			l.from = " FROM marks AS m"
		}
	}
	if oneTenant {
		l.conditions.add("c.tenant = ?", q.Tenant)
	}
	l.conditions.filter(rest)
}

// summary returns the one trait of a list whose total is in the summaries, if it is such
// a list.
func summary(q rows.Query) (trait rows.Trait, ok bool) {
	traits := q.Filter.Traits()
	if len(traits) != 1 || !isSummed(traits[0].Kind) || !q.Filter.WithoutTraits().IsZero() {
		return rows.Trait{}, false
	}
	return traits[0], true
}

// numbersOf runs a statement that returns the numbers of children and of descendants.
func numbersOf(ctx context.Context, c *conn, deep bool, text string, arguments ...any) (n int64, err error) {
	err = c.query(ctx, text, func(v []driver.Value) error {
		if n, _ = v[0].(int64); deep {
			n, _ = v[1].(int64)
		}
		return nil
	}, arguments...)
	return n, err
}

// CountTraits implements store.Store. What summaries count is read from them.
func (s *Store) CountTraits(ctx context.Context, q rows.CountQuery) ([]rows.Count, error) {
	counts := make([]rows.Count, len(q.Traits))
	err := s.read(ctx, "counting customers", func(c *conn) error {
		under, err := s.listed(c, q.Under, s.cache.mark())
		if err != nil || under == nil || !q.Tenant.IsZero() && under.Tenant != q.Tenant {
			return err
		}
		for i, trait := range q.Traits {
			switch {
			case trait == rows.Trait{}:
				counts[i].N, err = numbersOf(ctx, c, q.Deep, selectNumbers, q.Under)
			case !isSummed(trait.Kind):
				counts[i].N, _, err = c.number(ctx, countMarked, trait.Mark(q.Under, q.Deep), int64(rows.MostCounted))
				counts[i].AtLeast = counts[i].N == rows.MostCounted
			default:
				counts[i].N, err = numbersOf(ctx, c, q.Deep, selectSum, q.Under, string(trait.Kind), trait.Word)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	return counts, err
}

// CountChildren implements store.Store.
func (s *Store) CountChildren(ctx context.Context, of []tenancy.Ref) ([]rows.Count, error) {
	counts := make([]rows.Count, len(of))
	if len(of) == 0 {
		return counts, nil
	}
	text, size := selectChildrenOf(len(of))
	arguments := make([]any, 0, size)
	for i := range size {
		arguments = append(arguments, of[min(i, len(of)-1)].ID)
	}
	found := make(map[tenancy.Ref]int64, len(of))
	err := s.read(ctx, "counting children", func(c *conn) error {
		return c.query(ctx, text, func(values []driver.Value) error {
			id, err := idOf(values[0])
			if err != nil {
				return err
			}
			tenant, err := idOf(values[1])
			found[tenancy.Ref{Tenant: tenant, ID: id}], _ = values[2].(int64)
			return err
		}, arguments...)
	})
	for i, ref := range of {
		counts[i].N = found[ref]
	}
	return counts, err
}

// selectChildrenOf returns the statement for the numbers of children of a few customers, and
// how many it takes: a power of two, so that there are few statements.
func selectChildrenOf(few int) (text string, size int) {
	size = 1 << bits.Len(uint(few-1))
	return `SELECT k.id, c.tenant, k.direct FROM children AS k CROSS JOIN customers AS c ON c.id = k.id WHERE k.id IN (?` +
		strings.Repeat(", ?", size-1) + `)`, size
}

// WaitingDocuments implements store.Store.
func (s *Store) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) ([]*customers.Customer, error) {
	under, err := s.living(ctx, q.Under)
	if errors.Is(err, rows.ErrNotFound) || err == nil && !q.Tenant.IsZero() && under.Tenant != q.Tenant {
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, err
	}
	return s.some(ctx, "looking for documents that wait", selectWaitingDocs, q.Limit, q.Under, q.From.Time.UnixMilli(), q.From.ID)
}

// fillMarks adds the marks of the trait that builds of an older schema did not know.
func fillMarks(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(_ int64, r row) error {
		if !rows.HasTraits(r.customer, []rows.Trait{{Kind: rows.TraitWebhooks, Word: rows.WebhooksDisabled}}) {
			return nil
		}
		return insertMarks(ctx, c, r.customer)
	})
}

func insertMarks(ctx context.Context, c *conn, one *customers.Customer) error {
	for _, mark := range rows.MarksOf(one) {
		if _, err := c.exec(ctx, insertMark, mark, one.Created.UnixMilli(), one.ID); err != nil {
			return err
		}
	}
	return nil
}

// fillQueues indexes the records of an older schema. Their numbers are gathered first,
// because most ancestors have very many.
func fillQueues(ctx context.Context, c *conn) error {
	type cell struct {
		id    tenancy.ID
		trait rows.Trait
	}
	direct, deep := map[cell]int64{}, map[cell]int64{}
	err := eachLiving(ctx, c, func(_ int64, r row) error {
		one := r.customer
		for _, trait := range summed(one) {
			if !one.Parent.IsZero() {
				direct[cell{one.Parent, trait}]++
			}
			for _, ancestor := range one.Path {
				deep[cell{ancestor, trait}]++
			}
		}
		if err := insertMarks(ctx, c, one); err != nil {
			return err
		}
		if since := rows.DocumentsDue(one); since != nil {
			for _, ancestor := range one.Path {
				if _, err := c.exec(ctx, insertWaiting, ancestor, since.UnixMilli(), one.ID); err != nil {
					return err
				}
			}
		}
		return nil
	})
	for of, n := range deep {
		if err == nil {
			_, err = c.exec(ctx, sumTrait, of.id, string(of.trait.Kind), of.trait.Word, direct[of], n)
		}
	}
	return err
}
