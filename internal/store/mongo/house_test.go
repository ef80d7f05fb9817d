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

// house is a store with an operator and one tenant, and the collections behind it.
type house struct {
	testing.TB
	store            *mongo.Store
	raw              *driver.Database
	operator, tenant *customers.Customer
	seeds            uint64

	left atomic.Int64 // requests that may still be sent
	die  func()       // called in front of the first one too many
}

const unlimited = 1 << 40

func newHouse(t testing.TB) *house {
	t.Helper()
	uri, database := freshDatabase(t)
	h := &house{TB: t, raw: connect(t, uri).Database(database)}
	h.left.Store(unlimited)
	h.store = monitored(t, uri, database, func() {
		if h.left.Add(-1) < 0 {
			h.die()
		}
	})
	h.operator = storetest.Operator(opened)
	h.must(h.store.Insert(t.Context(), h.operator), "inserting the operator")
	h.tenant = h.child(h.operator)
	return h
}

func (h *house) must(err error, doing string) {
	h.Helper()
	if err != nil {
		h.Fatalf("%s: %v", doing, err)
	}
}

// build makes a customer that differs from all earlier ones, without adding it.
func (h *house) build(parent *customers.Customer, options ...storetest.Option) *customers.Customer {
	h.seeds++
	return storetest.Child(parent, append([]storetest.Option{storetest.Seed(h.seeds), storetest.Bare()}, options...)...)
}

func (h *house) child(parent *customers.Customer, options ...storetest.Option) *customers.Customer {
	h.Helper()
	c := h.build(parent, options...)
	h.must(h.store.Insert(h.Context(), c), "inserting")
	return c
}

// found is what the collection of customers holds: who lives, and how many traces
// decisions left behind, which are undecided customers and marks on living ones.
func (h *house) found() (living map[tenancy.ID]string, traces int) {
	h.Helper()
	cursor, err := h.raw.Collection("customers").Find(h.Context(), bson.D{})
	h.must(err, "reading all")
	var all []struct {
		ID      bson.ObjectID `bson:"_id"`
		Name    string        `bson:"name"`
		Living  *bool         `bson:"living"`
		Erasing bson.ObjectID `bson:"erasing"`
	}
	h.must(cursor.All(h.Context(), &all), "reading all")
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
func (h *house) forget() {
	h.Helper()
	kept := bson.A{bson.ObjectID(h.operator.ID), bson.ObjectID(h.tenant.ID)}
	_, err := h.raw.Collection("customers").DeleteMany(h.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$nin", Value: kept}}}})
	h.must(err, "forgetting")
}
