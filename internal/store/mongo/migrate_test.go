package mongo_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/secret"
	"tenantry/internal/store/mongo"
	"tenantry/internal/store/storetest"
)

// indexes returns the indexes of a collection, each as its name and its keys.
func (e *env) indexes(collection string) []string {
	e.Helper()
	cursor, err := e.raw.Collection(collection).Indexes().List(e.Context())
	e.must(err, "listing indexes")
	var all []struct {
		Name string `bson:"name"`
		Key  bson.D `bson:"key"`
	}
	e.must(cursor.All(e.Context(), &all), "listing indexes")
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

// Opening creates the indexes that lists, counts, look-ups, sweeps and the relay use;
// migrating again changes nothing; and a lost index comes back.
func TestMigrate(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	want := map[string][]string{
		"customers": {
			"_id_: _id",
			"banks: banks.id tenant",
			"children_created: parent living created _id tenant",
			"children_name: parent living nameFolded _id tenant",
			"children_stage_created: parent living stage created _id tenant",
			"children_standing_created: parent living standing created _id effectiveKind tenant",
			"children_standing_name: parent living standing nameFolded _id effectiveKind tenant",
			"children_updated: parent living lastUpdated _id tenant",
			"descendants_created: path living created _id tenant",
			"descendants_name: path living nameFolded _id tenant",
			"descendants_updated: path living lastUpdated _id tenant",
			"documents_due: documentsAbove living documentsDue _id",
			"email: tenant emailFolded",
			"external_id: tenant externalId",
			"grams: grams tenant",
			"marks: marks living created _id tenant",
			"merchant_key: tenant merchantKey",
			"meta: metaIndex tenant created _id",
			"next_drops_due: dropsDue _id",
			"next_plans_due: planDue _id",
			"next_reviews_due: reviewDue _id",
			"outboxes_slot: pending slot lastUpdated",
			"parts: parts tenant",
			"reviews: reviewMarks living reviewPlace _id tenant",
			"words: tenant words",
			"words_anywhere: words",
		},
		"documents": {"_id_: _id", "customer: tenant customer"},
		"claims":    {"_id_: _id", "about: about", "ends: ends"},
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
			if got := e.indexes(collection); !slices.Equal(got, list) {
				t.Errorf("%s %s has\n%s", when, collection, strings.Join(got, "\n"))
			}
		}
	}
	matches("after opening")
	e.must(e.store.Migrate(t.Context()), "migrating again")
	matches("after migrating again")
	e.must(e.raw.Collection("customers").Indexes().DropOne(t.Context(), "children_name"), "dropping an index")
	e.must(e.store.Migrate(t.Context()), "migrating")
	matches("after losing one")
	if c, err := e.store.Get(t.Context(), e.tenant.Ref()); err != nil || c.Version != 1 {
		t.Errorf("the tenant is %v (%v)", c, err)
	}
}

// Customers of a build that knew no lists by status, kind and search, and no due
// reviews, are found by them after migrating, without being written: their version stays.
// A migration that was interrupted goes on.
func TestMigrateCompletesOlderCustomers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	const older = 11
	raw := e.raw.Collection("customers")
	first := e.child(e.tenant, storetest.With(func(c *customers.Customer) {
		c.Name, c.PartyType, c.Identity.Status = "Older Customer", customers.PartyBusiness, reviews.IdentityReview
	}))
	var like bson.M
	e.must(raw.FindOne(t.Context(), bson.D{{Key: "_id", Value: bson.ObjectID(first.ID)}}).Decode(&like), "reading one")
	copies := make([]any, older-1)
	for i := range copies {
		next := maps.Clone(like)
		next["_id"] = bson.NewObjectID()
		copies[i] = next
	}
	_, err := raw.InsertMany(t.Context(), copies)
	e.must(err, "copying it")
	due := opened
	waiting := e.child(e.tenant, storetest.With(func(c *customers.Customer) {
		c.PartyType, c.Identity.Status, c.Identity.Due = customers.PartyIndividual, reviews.IdentityPending, &due
	}))
	gone := e.child(e.tenant)
	e.must(e.store.Erase(t.Context(), storetest.Tombstone(gone), gone.Version), "erasing")
	_, err = raw.UpdateMany(t.Context(), bson.D{}, bson.D{{Key: "$unset", Value: bson.D{
		{Key: "standing", Value: ""}, {Key: "stage", Value: ""}, {Key: "effectiveKind", Value: ""}, {Key: "searchText", Value: ""}, {Key: "reviewDue", Value: ""}, {Key: "metaIndex", Value: ""},
		{Key: "marks", Value: ""}, {Key: "words", Value: ""}, {Key: "documentsDue", Value: ""}, {Key: "documentsAbove", Value: ""}, {Key: "reviewPlace", Value: ""}, {Key: "reviewMarks", Value: ""}, {Key: "grams", Value: ""}, {Key: "derivation", Value: ""},
	}}})
	e.must(err, "making them older")
	found := func(f rows.Filter) int64 {
		t.Helper()
		page, err := e.store.List(t.Context(), rows.Query{Tenant: e.tenant.Tenant, Under: e.tenant.ID, Filter: f, Limit: 1, Count: true})
		e.must(err, "listing")
		return page.Total
	}
	_, err = raw.UpdateMany(t.Context(), bson.D{{Key: "name", Value: "Older Customer"}}, bson.D{{Key: "$set", Value: bson.D{{Key: "meta", Value: `{"crmId":40417,"$x.y":[1.0]}`}}}})
	e.must(err, "giving them free data as a text")
	inReview := rows.Filter{PartyStatuses: status.SetOf(status.Review), PartyTypes: customers.PartyTypesOf(customers.PartyBusiness)}
	if n := found(inReview); n != 0 {
		t.Fatalf("%d are found before", n)
	}

	// A first migration dies in front of its second batch.
	interrupted, stop := context.WithCancel(t.Context())
	e.die = stop
	e.left.Store(3) // the tombstones, and one batch is read and written
	if err := e.store.Backfill(interrupted, 4); err == nil {
		t.Fatal("the interrupted migration says that it is done")
	}
	e.left.Store(unlimited)
	if n := found(inReview); n == 0 || n == older {
		t.Errorf("%d of %d are complete after the interruption", n, older)
	}

	e.must(e.store.Migrate(t.Context()), "migrating")
	var whole struct {
		Meta bson.D `bson:"meta"`
	}
	e.must(raw.FindOne(t.Context(), bson.D{{Key: "meta.crmId", Value: 40417}, {Key: "meta.%24x%2Ey", Value: 1.0}}).Decode(&whole), "asking for a member of free data")
	ofCRM := rows.Filter{Meta: [rows.MostMetaTerms]customers.MetaTerm{{Path: "crmId", Value: "40417"}}}
	for name, f := range map[string]rows.Filter{"status and kind": inReview, "free data": ofCRM, "search": {Search: "older customer"}, "name": {Name: "lder"}, "review": {IdentityStatus: reviews.IdentityReview}, "words": {Text: "older cust"}} {
		t.Run(name, func(t *testing.T) {
			if n := found(f); n != older {
				t.Errorf("by %s %d of %d are found", name, n, older)
			}
		})
	}
	if list, err := e.store.DueReviews(t.Context(), opened, 10); err != nil || len(list) != 1 || list[0].ID != waiting.ID {
		t.Errorf("due are %v (%v)", list, err)
	}
	written, err := raw.CountDocuments(t.Context(), bson.D{{Key: "name", Value: "Older Customer"}, {Key: "version", Value: 1}})
	if err != nil || written != older {
		t.Errorf("%d of %d have the version they had (%v)", written, older, err)
	}
	lacking, err := raw.CountDocuments(t.Context(), bson.D{{Key: "grams", Value: bson.D{{Key: "$exists", Value: false}}}})
	if err != nil || lacking != 0 {
		t.Errorf("%d would be looked at by every start (%v)", lacking, err)
	}
}

// What earlier builds alone used is dropped once this build's indexes are there. What is the
// operator's own stays, also under a name that was ours.
func TestObsoleteIndexesAreDropped(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	there := e.raw.Collection("customers").Indexes()
	for name, keys := range map[string]bson.D{
		"backfill_derivation": {{Key: "living", Value: 1}, {Key: "derivation", Value: 1}, {Key: "_id", Value: 1}},
		"outboxes":            {{Key: "pending", Value: 1}, {Key: "lastUpdated", Value: 1}},
		"plans_due":           {{Key: "planDue", Value: 1}, {Key: "name", Value: 1}},
		"reviews_due":         {{Key: "reviewDue", Value: -1}},
		"mine":                {{Key: "name", Value: 1}},
	} {
		_, err := there.CreateOne(t.Context(), driver.IndexModel{Keys: keys, Options: options.Index().SetName(name)})
		e.must(err, "making the index "+name)
	}
	before := e.indexes("customers")
	o := mongo.Options{URI: secret.New(testServer(t)), Database: e.raw.Name()}
	e.must(there.DropOne(t.Context(), "marks"), "dropping an index")
	if dropped, err := mongo.DropObsolete(t.Context(), o); !errors.Is(err, mongo.ErrUnmigrated) || len(dropped) > 0 {
		t.Errorf("without an index of this build, %q are dropped (%v)", dropped, err)
	}
	e.must(e.store.Migrate(t.Context()), "migrating")
	want := []string{"backfill_derivation", "outboxes"}
	if found, err := mongo.Inspect(t.Context(), o, nil); err != nil || !slices.Equal(found.ObsoleteIndexes, want) || found.Customers != 2 || found.Incomplete != 0 {
		t.Errorf("it is %+v (%v)", found, err)
	}
	if dropped, err := mongo.DropObsolete(t.Context(), o); err != nil || !slices.Equal(dropped, want) {
		t.Errorf("dropped are %q (%v)", dropped, err)
	}
	left := slices.DeleteFunc(before, func(index string) bool {
		name, _, _ := strings.Cut(index, ":")
		return slices.Contains(want, name)
	})
	if now := e.indexes("customers"); !slices.Equal(now, left) {
		t.Errorf("left are\n%s", strings.Join(now, "\n"))
	}
	if dropped, err := mongo.DropObsolete(t.Context(), o); err != nil || len(dropped) > 0 {
		t.Errorf("again, %q are dropped (%v)", dropped, err)
	}
}
