package sqlite

import (
	"bytes"
	"context"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// metas adds an index from the terms of free data to the customers that have them.
var metas = []string{
	`CREATE TABLE meta_terms (
		term     BLOB NOT NULL,
		customer BLOB NOT NULL,
		PRIMARY KEY (term, customer)
	) STRICT, WITHOUT ROWID`,
}

const (
	insertTerm = `INSERT INTO meta_terms (term, customer) VALUES (?, ?) ON CONFLICT DO NOTHING`
	deleteTerm = `DELETE FROM meta_terms WHERE term = ? AND customer = ?`
	// hasTerm is the condition that the customer c has a term.
	hasTerm = `c.id IN (SELECT customer FROM meta_terms WHERE term = ?)`

	updateMeta = `UPDATE customers SET document = ? WHERE number = ?`
)

// indexMeta updates the index after a change of free data.
func (t *transaction) indexMeta(id tenancy.ID, before, now patch.Raw) error {
	if bytes.Equal(before, now) {
		return nil
	}
	was, is := termsOf(before), termsOf(now)
	for term := range was {
		if !is[term] {
			if _, err := t.exec(deleteTerm, term, id); err != nil {
				return err
			}
		}
	}
	for term := range is {
		if !was[term] {
			if _, err := t.exec(insertTerm, term, id); err != nil {
				return err
			}
		}
	}
	return nil
}

func termsOf(meta patch.Raw) map[tenancy.ID]bool {
	set := map[tenancy.ID]bool{}
	for _, term := range customers.MetaTerms(meta) {
		set[term.Key()] = true
	}
	return set
}

// fillMetas indexes the free data of the records of an older schema, and stores it as
// documents.
func fillMetas(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(number int64, r row) error {
		for term := range termsOf(r.customer.Meta) {
			if _, err := c.exec(ctx, insertTerm, term, r.customer.ID); err != nil {
				return err
			}
		}
		document, err := encoded(r.customer, codec.Encode)
		if err != nil {
			return err
		}
		_, err = c.exec(ctx, updateMeta, document, number)
		return err
	})
}
