package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"slices"

	"tenantry/internal/store"
	"tenantry/tenancy"
)

var _ store.Examined = (*Store)(nil)

// Survey implements store.Examined: it reads the store as it is at this moment, on a
// connection of its own, and delays no write.
func (s *Store) Survey(ctx context.Context) (store.Survey, error) {
	const doing = "beginning a survey"
	if err := s.serves(ctx); err != nil {
		return nil, failed(doing, err)
	}
	f, err := look(ctx, s.writer.path, doing)
	if err != nil {
		return nil, err
	}
	return f, nil
}

// MissingIndexes implements store.Examined. A trigger counts as an index: it is made again
// in the same way.
func (s *Store) MissingIndexes(ctx context.Context) (missing []string, err error) {
	wanted, err := ownIndexes(ctx)
	if err != nil {
		return nil, failed("making the schema", err)
	}
	err = s.read(ctx, "reading the schema", func(c *conn) error {
		there, err := indexesOf(ctx, c)
		for _, one := range wanted {
			if !slices.ContainsFunc(there, func(o schemaObject) bool { return o.name == one.name }) {
				missing = append(missing, one.name)
			}
		}
		return err
	})
	return missing, err
}

// MakeIndexes implements store.Examined. Writes wait while an index is made.
func (s *Store) MakeIndexes(ctx context.Context) error {
	wanted, err := ownIndexes(ctx)
	if err != nil {
		return failed("making the schema", err)
	}
	return s.writer.do(ctx, "making indexes", func(t *transaction) error {
		there, err := indexesOf(ctx, t.c)
		if err != nil {
			return err
		}
		for _, one := range wanted {
			if slices.ContainsFunc(there, func(o schemaObject) bool { return o.name == one.name }) {
				continue
			}
			if _, err := t.exec(one.text); err != nil {
				return err
			}
		}
		return nil
	})
}

// schemaObject is an index or a trigger.
type schemaObject struct{ name, text string }

// indexesOf returns the indexes and triggers of a database, without those that belong to a
// table itself.
func indexesOf(ctx context.Context, c *conn) (list []schemaObject, err error) {
	err = c.query(ctx, "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL ORDER BY name", func(values []driver.Value) error {
		var one schemaObject
		one.name, _ = values[0].(string)
		one.text, _ = values[1].(string)
		list = append(list, one)
		return nil
	})
	return list, err
}

// ownIndexes returns the indexes and triggers of a new database.
func ownIndexes(ctx context.Context) (list []schemaObject, err error) {
	c, err := dialName(ctx, ":memory:")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	for _, step := range migrations {
		for _, statement := range step {
			if _, err := c.exec(ctx, statement); err != nil {
				return nil, err
			}
		}
	}
	return indexesOf(ctx, c)
}

// Recount implements store.Examined.
func (s *Store) Recount(ctx context.Context, id tenancy.ID) error {
	return s.writer.do(ctx, "counting anew", func(t *transaction) error {
		for _, text := range []string{
			`DELETE FROM ancestry WHERE ancestor = ?`,
			`INSERT INTO ancestry (ancestor, created, id)
				WITH RECURSIVE below(top, id) AS (
					SELECT parent, id FROM customers WHERE parent = ?
					UNION ALL SELECT b.top, c.id FROM below AS b JOIN customers AS c ON c.parent = b.id
				) SELECT b.top, c.created, c.id FROM below AS b JOIN customers AS c ON c.id = b.id`,
			`DELETE FROM children WHERE id = ?`,
			`INSERT INTO children (id, direct, deep) SELECT w.id, (SELECT count(*) FROM customers WHERE parent = w.id),
				(SELECT count(*) FROM ancestry WHERE ancestor = w.id) FROM (SELECT ? AS id) AS w`,
			`DELETE FROM tallies WHERE id = ?`,
			`INSERT INTO tallies (id, kind, standing, direct)
				SELECT parent, kind, standing, count(*) FROM customers WHERE parent = ? GROUP BY kind, standing`,
		} {
			if _, err := t.exec(text, id); err != nil {
				return err
			}
		}
		return nil
	})
}
