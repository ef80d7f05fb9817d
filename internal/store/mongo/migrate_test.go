package mongo_test

import (
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// indexes gives the indexes of a collection, each as its name and its keys.
func (h *house) indexes(collection string) []string {
	h.Helper()
	cursor, err := h.raw.Collection(collection).Indexes().List(h.Context())
	h.must(err, "listing indexes")
	var all []struct {
		Name string `bson:"name"`
		Key  bson.D `bson:"key"`
	}
	h.must(cursor.All(h.Context(), &all), "listing indexes")
	var list []string
	for _, index := range all {
		var keys []string
		for _, key := range index.Key {
			keys = append(keys, key.Key)
		}
		list = append(list, index.Name+": "+strings.Join(keys, " "))
	}
	slices.Sort(list)
	return list
}

// Opening makes the indexes that lists, counts, look-ups, sweeps and the relay go
// by; migrating again changes nothing; and a lost index comes back.
func TestMigrate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	want := map[string][]string{
		"customers": {
			"_id_: _id",
			"children_created: parent living created _id tenant",
			"children_name: parent living nameFolded _id tenant",
			"children_stage_created: parent living stage created _id tenant",
			"children_standing_created: parent living standing created _id effectiveKind tenant",
			"children_standing_name: parent living standing nameFolded _id effectiveKind tenant",
			"children_updated: parent living lastUpdated _id tenant",
			"descendants_created: path living created _id tenant",
			"descendants_name: path living nameFolded _id tenant",
			"descendants_updated: path living lastUpdated _id tenant",
			"email: tenant emailFolded",
			"external_id: tenant externalId",
			"merchant_key: tenant merchantKey",
			"outboxes: pending lastUpdated",
			"parts: parts tenant",
			"reviews_due: reviewDue",
		},
		"documents": {"_id_: _id", "customer: tenant customer"},
		"claims":    {"_id_: _id", "ends: ends"},
		"events": {
			"_id_: _id",
			"customer_newest: tenant customer.id at _id",
			"newest: at _id",
			"tenant_newest: tenant at _id",
			"whole: whole at",
			"within_newest: within at _id tenant",
		},
		"activities": {
			"_id_: _id",
			"customer_newest: tenant customer.id occurred _id",
			"customer_reference: tenant customer.id reference",
			"customer_type: tenant customer.id type occurred _id",
		},
	}
	matches := func(when string) {
		t.Helper()
		for collection, list := range want {
			if got := h.indexes(collection); !slices.Equal(got, list) {
				t.Errorf("%s %s has\n%s", when, collection, strings.Join(got, "\n"))
			}
		}
	}
	matches("after opening")
	h.must(h.store.Migrate(t.Context()), "migrating again")
	matches("after migrating again")
	h.must(h.raw.Collection("customers").Indexes().DropOne(t.Context(), "children_name"), "dropping an index")
	h.must(h.store.Migrate(t.Context()), "migrating")
	matches("after losing one")
	if c, err := h.store.Get(t.Context(), h.tenant.Ref()); err != nil || c.Version != 1 {
		t.Errorf("the tenant is %v (%v)", c, err)
	}
}
