package mongo_test

import (
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// Events of a build that knew no places get theirs by a migration, in the order of the
// list and each once, also when it runs again after it was interrupted.
func TestEventsOfEarlierBuildsGetPlaces(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.child(e.tenant)
	e.drain()
	var want []customers.Event
	for n := byte(1); n <= 5; n++ {
		want = append(want, customers.Event{ID: [12]byte{1: n, 11: 1}, Type: "customer.updated", At: opened})
	}
	e.must(e.store.Relay(t.Context(), rows.Batch{Customer: c.Ref(), Path: c.Path, Events: want}), "relaying")
	_, err := e.raw.Collection("arrivals").DeleteMany(t.Context(), bson.D{{Key: "_id", Value: bson.D{{Key: "$ne", Value: 1}}}}) // as an interrupted one left it
	e.must(err, "forgetting the places")
	for range 2 {
		e.must(e.store.Migrate(t.Context()), "migrating")
		list, _, err := e.store.Arrivals(t.Context(), rows.EventQuery{Customer: c.Ref(), Type: "customer.updated", Limit: 100}, 0)
		e.must(err, "reading what came in")
		if len(list) != len(want) {
			t.Fatalf("%d events have places", len(list))
		}
		for i, one := range list {
			if one.ID != want[i].ID {
				t.Errorf("event %d is %s", i, one.ID)
			}
		}
	}
}
