package sqlite

import (
	"context"
	"database/sql/driver"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// searchIndex is the schema step of the index of all searches, in place of one index for
// texts and one for words. FTS5 keeps its lists in segments that are merged, so that a
// customer's hundred tokens cost a few bytes each and no page of their own.
//
// A write names the customer in unindexed alone, with the tokens that the index lacks, NULL for
// all; once many wait, their tokens are added together. A search looks at those that wait one
// by one. What the index says of a customer beyond its present text stays, because taking it
// out costs a page for each token: the column outdated tells of it, so that an erasure takes
// out everything.
//
// The words that a search compares with are beside the texts, each on a line.
var searchIndex = []string{
	`CREATE VIRTUAL TABLE search USING fts5(tokens, content='', columnsize=0, detail=none, tokenize="ascii tokenchars '_'")`,
	`INSERT INTO search (search, rank) VALUES ('secure-delete', 1)`,
	`CREATE TABLE unindexed (number INTEGER PRIMARY KEY, missing TEXT) STRICT`,
	`ALTER TABLE customers ADD COLUMN search_words TEXT NOT NULL DEFAULT ''`,
	`ALTER TABLE customers ADD COLUMN outdated TEXT`,
	`DROP INDEX customers_search`,
	`DROP TABLE words`,
}

// fewerIndexes is the schema step that leaves to the marks what lists by status and plan need,
// and to customers_standing_name, which has the names of each kind and status, all lists by
// name.
var fewerIndexes = []string{
	`DROP INDEX customers_name`,
	`DROP INDEX customers_status`,
	`DROP INDEX customers_plan`,
}

const (
	insertUnindexed = `INSERT INTO unindexed (number) SELECT number FROM customers WHERE id = ?`
	upsertUnindexed = `INSERT INTO unindexed (number, missing) VALUES (?, ?) ON CONFLICT (number) DO UPDATE SET missing = excluded.missing`
	selectMissing   = `SELECT missing FROM unindexed WHERE number = ?`
	deleteUnindexed = `DELETE FROM unindexed WHERE number = ?`
	countUnindexed  = `SELECT count(*) FROM (SELECT 1 FROM unindexed LIMIT ?)`
	selectUnindexed = `SELECT c.number, c.id, u.missing, c.outdated FROM unindexed AS u CROSS JOIN customers AS c ON c.number = u.number ORDER BY u.number`
	insertTokens    = `INSERT INTO search (rowid, tokens) VALUES (?, ?)`
	deleteTokens    = `INSERT INTO search (search, rowid, tokens) VALUES ('delete', ?, ?)`
	forgetOutdated  = `UPDATE customers SET outdated = NULL WHERE number = ?`
	updateWords     = `UPDATE customers SET search_words = ?, document = ? WHERE number = ?`
	clearUnindexed  = `DELETE FROM unindexed`
)

// mostOutdated is how many bytes of outdated tokens a customer may have.
const mostOutdated = 4 << 10

// wordsOf returns the words that searches by words compare with, as the column holds them.
func wordsOf(c *customers.Customer) string {
	words := rows.SearchWords(c)
	if len(words) == 0 {
		return ""
	}
	for i, word := range words {
		words[i] = onOneLine(word)
	}
	return "\n" + strings.Join(words, "\n") + "\n"
}

func onOneLine(word string) string { return strings.ReplaceAll(word, "\n", " ") }

// joined and split convert tokens to what the index and the column take, and back.
func joined(tokens []string) string { return strings.Join(tokens, " ") }

func split(value any) []string {
	text, _ := value.(string)
	return strings.Fields(text)
}

// without returns the tokens that are not among others; both are in order.
func without(tokens, others []string) (rest []string) {
	for _, token := range tokens {
		if _, found := slices.BinarySearch(others, token); !found {
			rest = append(rest, token)
		}
	}
	return rest
}

// union returns the tokens of both, in order.
func union(x, y []string) []string {
	if len(x) == 0 {
		return y
	}
	all := slices.Concat(x, y)
	slices.Sort(all)
	return slices.Compact(all)
}

// research has a customer indexed that a write changes, or takes an erased one out of the
// index. It returns the outdated tokens that its row must tell of.
func (t *transaction) research(before state, was, now *customers.Customer) (outdated any, err error) {
	had, has := tokensOf(was), tokensOf(now)
	if slices.Equal(had, has) {
		return before.searched.outdated, nil
	}
	indexed := split(before.searched.outdated)
	waited, err := t.lacks(before.number, func(missing any) {
		if missing != nil {
			indexed = union(indexed, without(had, split(missing)))
		}
	})
	if err != nil {
		return nil, err
	}
	if !waited {
		indexed = union(indexed, had)
	}
	if now.Deleted != nil {
		_, err := t.exec(deleteUnindexed, before.number)
		if err == nil && len(indexed) > 0 {
			_, err = t.exec(deleteTokens, before.number, joined(indexed))
		}
		return nil, err
	}
	if missing := without(has, indexed); len(missing) > 0 {
		_, err = t.exec(upsertUnindexed, before.number, joined(missing))
		t.indexes = true
	} else {
		_, err = t.exec(deleteUnindexed, before.number)
	}
	return given(joined(without(indexed, has))), err
}

// lacks passes on which tokens of a customer the index lacks, if it waits.
func (t *transaction) lacks(number int64, missing func(value any)) (waits bool, err error) {
	err = t.c.query(context.Background(), selectMissing, func(v []driver.Value) error {
		waits = true
		missing(v[0])
		return nil
	}, number)
	return waits, err
}

// index adds what waits to the index, if it is that many.
func (t *transaction) index(ctx context.Context, least int64) error {
	n, _, err := t.c.number(ctx, countUnindexed, least)
	if err != nil || n < least {
		return err
	}
	type waiting struct {
		number   int64
		id       tenancy.ID
		missing  any
		outdated string
	}
	var list []waiting
	err = t.c.query(ctx, selectUnindexed, func(v []driver.Value) error {
		one := waiting{missing: v[2]}
		one.number, _ = v[0].(int64)
		one.outdated, _ = v[3].(string)
		one.id, err = idOf(v[1])
		list = append(list, one)
		return err
	})
	for _, one := range list {
		if err == nil {
			err = t.indexOne(one.number, one.id, one.missing)
		}
		if err == nil && len(one.outdated) > mostOutdated {
			err = t.forget(one.number, one.outdated)
		}
	}
	if err == nil {
		_, err = t.exec(clearUnindexed)
	}
	return err
}

// indexOne adds the tokens of a customer that the index lacks. One that cannot be read is left
// out: a search cannot show it either.
func (t *transaction) indexOne(number int64, id tenancy.ID, missing any) error {
	tokens, _ := missing.(string)
	if missing == nil {
		c, err := t.current(id)
		if err != nil {
			if isDamaged(err) {
				return nil
			}
			return err
		}
		tokens = joined(tokensOf(c))
	}
	_, err := t.exec(insertTokens, number, tokens)
	return err
}

// forget takes outdated tokens out of the index.
func (t *transaction) forget(number int64, outdated string) error {
	t.scrubs = true
	if _, err := t.exec(deleteTokens, number, outdated); err != nil {
		return err
	}
	_, err := t.exec(forgetOutdated, number)
	return err
}

// fillSearch indexes the records of an older schema, and stores them compressed.
func fillSearch(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(number int64, r row) error {
		if _, err := c.exec(ctx, insertTokens, number, joined(tokensOf(r.customer))); err != nil {
			return err
		}
		_, err := c.exec(ctx, updateWords, r.searched.words, r.document, number)
		return err
	})
}
