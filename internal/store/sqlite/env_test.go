package sqlite

import (
	"context"
	"database/sql/driver"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/store/storetest"
)

var opened = time.Date(2025, time.March, 1, 12, 0, 0, 0, time.UTC)

// env is a store of this engine with an operator and a tenant in it.
type env struct {
	*testing.T
	*Store
	operator, tenant *customers.Customer
}

func newEnv(t *testing.T) *env {
	t.Helper()
	return envOf(t, openAt(t, t.TempDir(), 0))
}

// envOf puts an operator and a tenant into an empty store, which it closes in the end.
func envOf(t *testing.T, s *Store) *env {
	t.Helper()
	e := &env{T: t, Store: s}
	t.Cleanup(func() { e.shut() })
	e.operator = storetest.Operator(opened)
	e.insert(e.operator)
	e.tenant = storetest.Child(e.operator, storetest.Bare())
	e.insert(e.tenant)
	return e
}

func (e *env) must(err error) {
	e.Helper()
	if err != nil {
		e.Fatal(err)
	}
}

// shut closes the store; it may be closed already.
func (e *env) shut() {
	e.Helper()
	e.must(e.Close(context.Background()))
}

func (e *env) insert(c *customers.Customer) {
	e.Helper()
	e.must(e.Insert(context.Background(), c))
}

// child returns a customer below parent that is not stored yet.
func child(parent *customers.Customer, seed uint64) *customers.Customer {
	return storetest.Child(parent, storetest.Bare(), storetest.Seed(seed))
}

// renamed returns the successor of c under another name.
func renamed(c *customers.Customer, name string) *customers.Customer {
	next := *c
	next.Version++
	next.Name = name
	next.LastUpdated = c.LastUpdated.Add(time.Second)
	return &next
}

// texts runs a query straight on the file and returns one column of it.
func (s *Store) texts(t testing.TB, column int, text string, arguments ...any) (found []string) {
	t.Helper()
	err := s.read(context.Background(), "testing", func(c *conn) error {
		return c.query(context.Background(), text, func(values []driver.Value) error {
			value, _ := values[column].(string)
			found = append(found, value)
			return nil
		}, arguments...)
	})
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return found
}

// sound tests that the file is whole and that what is derived from the customers agrees
// with them.
func (s *Store) sound(t testing.TB) {
	t.Helper()
	if report := s.texts(t, 0, "PRAGMA integrity_check"); len(report) != 1 || report[0] != "ok" {
		t.Errorf("the file is damaged: %v", report)
	}
	for what, text := range map[string]string{
		"a counter of children is wrong": `SELECT hex(p.id) FROM customers AS p LEFT JOIN children AS n ON n.id = p.id WHERE p.living = 1
			AND coalesce(n.direct, 0) <> (SELECT count(*) FROM customers AS c WHERE c.parent = p.id)`,
		"a counter of descendants is wrong": `SELECT hex(p.id) FROM customers AS p LEFT JOIN children AS n ON n.id = p.id WHERE p.living = 1
			AND coalesce(n.deep, 0) <> (SELECT count(*) FROM ancestry AS a WHERE a.ancestor = p.id)`,
		"the ancestry lacks a parent": `SELECT hex(c.id) FROM customers AS c WHERE c.parent IS NOT NULL
			AND NOT EXISTS (SELECT 1 FROM ancestry AS a WHERE a.ancestor = c.parent AND a.created = c.created AND a.id = c.id)`,
		"an exception is of no event of the log": `SELECT hex(u.customer) FROM relay_exceptions AS u WHERE NOT EXISTS (SELECT 1 FROM events AS e WHERE e.number = u.number AND e.customer = u.customer)`,
		"the ancestry names the dead":            `SELECT hex(a.id) FROM ancestry AS a JOIN customers AS c ON c.id = a.id WHERE c.living = 0`,
	} {
		if wrong := s.texts(t, 0, text); len(wrong) > 0 {
			t.Errorf("%s: %v", what, wrong)
		}
	}
}

// forbidDocuments makes every write of a customer's document fail.
const forbidDocuments = `CREATE TEMP TRIGGER forbidden BEFORE UPDATE ON main.customers BEGIN SELECT raise(ABORT, 'a document is written'); END`

// eachDocument decodes the documents of all customers as they are in the file.
func eachDocument(t *testing.T, c *conn, do func(*customers.Customer)) error {
	t.Helper()
	return c.query(t.Context(), `SELECT document, id FROM customers`, func(values []driver.Value) error {
		id, err := idOf(values[1])
		if err != nil {
			return err
		}
		r, err := recordOf(values[0], id)
		if err == nil {
			do(r.customer)
		}
		return err
	})
}
