package mongo_test

import (
	"sync/atomic"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"tenantry/customers"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
	"tenantry/tenancy"
)

// opened is when the installation of every test started.
var opened = time.Date(2025, time.March, 1, 12, 0, 0, 0, time.UTC)

// env is a store with an operator and one tenant, and the collections behind it.
type env struct {
	testing.TB
	store            *mongo.Store
	raw              *driver.Database
	operator, tenant *customers.Customer
	seeds            uint64

	left atomic.Int64 // requests that may still be sent
	die  func()       // called in front of the first one too many
}

const unlimited = 1 << 40

func newEnv(t testing.TB) *env {
	t.Helper()
	uri, database := freshDatabase(t)
	e := &env{TB: t, raw: connect(t, uri).Database(database)}
	e.left.Store(unlimited)
	e.store = monitored(t, uri, database, func() {
		if e.left.Add(-1) < 0 {
			e.die()
		}
	})
	e.operator = storetest.Operator(opened)
	e.must(e.store.Insert(t.Context(), e.operator), "inserting the operator")
	e.tenant = e.child(e.operator)
	return e
}

func (e *env) must(err error, doing string) {
	e.Helper()
	if err != nil {
		e.Fatalf("%s: %v", doing, err)
	}
}

// build makes a customer that differs from all earlier ones, without adding it.
func (e *env) build(parent *customers.Customer, options ...storetest.Option) *customers.Customer {
	e.seeds++
	return storetest.Child(parent, append([]storetest.Option{storetest.Seed(e.seeds), storetest.Bare()}, options...)...)
}

func (e *env) child(parent *customers.Customer, options ...storetest.Option) *customers.Customer {
	e.Helper()
	c := e.build(parent, options...)
	e.must(e.store.Insert(e.Context(), c), "inserting")
	return c
}

// found returns the content of the collection of customers: the living ones, and how many
// traces decisions left behind, which are undecided customers and marks on living ones.
func (e *env) found() (living map[tenancy.ID]string, traces int) {
	e.Helper()
	cursor, err := e.raw.Collection("customers").Find(e.Context(), bson.D{})
	e.must(err, "reading all")
	var all []struct {
		ID      bson.ObjectID `bson:"_id"`
		Name    string        `bson:"name"`
		Living  *bool         `bson:"living"`
		Erasing bson.ObjectID `bson:"erasing"`
	}
	e.must(cursor.All(e.Context(), &all), "reading all")
	living = map[tenancy.ID]string{}
	for _, c := range all {
		if c.Living != nil && *c.Living {
			living[tenancy.ID(c.ID)] = c.Name
		}
		if c.Living != nil && !*c.Living || !c.Erasing.IsZero() {
			traces++
		}
	}
	return living, traces
}

// forget removes every customer but the operator and its tenant, so that the
// collection stays small for a test server that scans it.
func (e *env) forget() {
	e.Helper()
	kept := bson.A{bson.ObjectID(e.operator.ID), bson.ObjectID(e.tenant.ID)}
	_, err := e.raw.Collection("customers").DeleteMany(e.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: kept}}}})
	e.must(err, "forgetting")
}
