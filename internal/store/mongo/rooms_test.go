package mongo_test

import (
	"errors"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers/rows"
)

// A number of places that is wrong is counted anew: one that is too high, as a process
// leaves it that dies between taking a place and writing, when it refuses an insert and
// was not counted for ten minutes, and any other after a day. A young one stands.
func TestPlacesAreCountedAnew(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		places  int64
		counted time.Duration
		full    bool
		after   int64
	}{
		"too high, old":   {5, 11 * time.Minute, false, 2},
		"too high, young": {5, time.Minute, true, 5},
		"too low, old":    {0, 25 * time.Hour, false, 2},
		"too low, young":  {0, time.Hour, false, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEnv(t)
			e.child(e.tenant)
			counts, now := e.raw.Collection("counts"), time.Now()
			_, err := counts.InsertOne(t.Context(), bson.D{
				{Key: "_id", Value: bson.ObjectID(e.tenant.ID)}, {Key: "tenant", Value: bson.ObjectID(e.tenant.Tenant)},
				{Key: "places", Value: row.places}, {Key: "taken", Value: now.Add(-30 * time.Hour)}, {Key: "counted", Value: now.Add(-row.counted)},
			})
			e.must(err, "writing a wrong number")
			err = e.store.Insert(t.Context(), e.build(e.tenant), rows.Companion{Room: &rows.Room{Of: e.tenant.ID, Most: 5}})
			if _, full := errors.AsType[rows.Full](err); full != row.full || err != nil && !full {
				t.Errorf("inserting: %v", err)
			}
			var found struct {
				Places int64 `bson:"places"`
			}
			e.must(counts.FindOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID(e.tenant.ID)}}).Decode(&found), "reading the number")
			if found.Places != row.after {
				t.Errorf("%d places are taken, want %d", found.Places, row.after)
			}
		})
	}
}
