package mongo

import (
	"context"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// index is one index of a collection, named so that a later version can find it.
type index struct {
	name string
	keys bson.D
}

// customerIndexes serve the lists. Their first member names one customer, whose children
// or descendants they order; the tenant comes last, for counting without reading a
// document.
func customerIndexes() []index {
	return []index{
		{"children_created", equal("parent", 1, living, 1, "created", -1, "_id", -1, "tenant", 1)},
		{"children_updated", equal("parent", 1, living, 1, "lastUpdated", -1, "_id", -1, "tenant", 1)},
		{"children_name", equal("parent", 1, living, 1, "nameFolded", 1, "_id", 1, "tenant", 1)},
		{"descendants_created", equal("path", 1, living, 1, "created", -1, "_id", -1, "tenant", 1)},
		{"descendants_updated", equal("path", 1, living, 1, "lastUpdated", -1, "_id", -1, "tenant", 1)},
		{"descendants_name", equal("path", 1, living, 1, "nameFolded", 1, "_id", 1, "tenant", 1)},
		{"email", equal("tenant", 1, "emailFolded", 1)},
		{"merchant_key", equal("tenant", 1, "merchantKey", 1)},
		{"external_id", equal("tenant", 1, "externalId", 1)},
		{"children_standing_name", equal("parent", 1, living, 1, "standing", 1, "nameFolded", 1, "_id", 1, "effectiveKind", 1, "tenant", 1)},
		{"children_standing_created", equal("parent", 1, living, 1, "standing", 1, "created", 1, "_id", 1, "effectiveKind", 1, "tenant", 1)},
		{"children_stage_created", equal("parent", 1, living, 1, enrollmentStatus, 1, "created", -1, "_id", -1, "tenant", 1)},
		{"parts", equal(parts, 1, "tenant", 1)},
		{"banks", equal(bankID, 1, "tenant", 1)},
		{"meta", equal(metaIndex, 1, "tenant", 1, "created", -1, "_id", -1)},
		{"marks", equal(marks, 1, living, 1, "created", -1, "_id", -1, "tenant", 1)},
		{"words", equal("tenant", 1, words, 1)},
		{"words_anywhere", equal(words, 1)},
		{"grams", equal(grams, 1, "tenant", 1)},
		{"documents_due", equal(documentsAbove, 1, living, 1, documentsDue, 1, "_id", 1)},
		{"reviews", equal(reviewMarks, 1, living, 1, reviewPlace, 1, "_id", 1, "tenant", 1)},
		{"next_reviews_due", equal(reviewDue, 1, "_id", 1)},
		{"next_plans_due", equal(planDue, 1, "_id", 1)},
		{"next_drops_due", equal(dropsDue, 1, "_id", 1)},
		{"outboxes_slot", equal(pending, 1, slot, 1, "lastUpdated", 1)},
	}
}

func claimIndexes() []index { return []index{{"ends", equal("ends", 1)}, {"about", equal("about", 1)}} }

func eventIndexes() []index {
	return []index{
		{"customer_newest", equal("tenant", 1, "customer.id", 1, "at", -1, "_id", -1)},
		{"tenant_newest", equal("tenant", 1, "at", -1, "_id", -1)},
		{"within_newest", equal("within", 1, "at", -1, "_id", -1, "tenant", 1)},
		{"newest", equal("at", -1, "_id", -1)},
		{"whole", equal("whole", 1, "at", 1)},
	}
}

func arrivalIndexes() []index {
	return []index{{"event", equal("event", 1, "_id", 1)}, {"tenant", equal("tenant", 1, "_id", 1)}}
}

func documentIndexes() []index {
	return []index{{"customer", equal("tenant", 1, "customer", 1)}}
}

// Migrate creates the collections and indexes that are missing, removes what interrupted
// inserts left, and adds the searched members to customers of an earlier build; doing it
// again changes nothing. It never removes or changes an index: one that has the name of
// ours is taken for it, and DropObsolete removes those that earlier builds alone used. The store's time limit does not apply, because a new index over
// many customers takes long; ctx bounds it.
func (s *Store) Migrate(ctx context.Context) error {
	const doing = "migrating MongoDB"
	if err := s.MakeIndexes(ctx); err != nil {
		return err
	}
	// An insertion that is under way loses its proposal and starts over. The index of
	// outboxes finds what has no pending.
	if _, err := s.customers.DeleteMany(ctx, equal(pending, absent(), living, false)); err != nil {
		return failed(ctx, doing, err)
	}
	if err := s.backfill(ctx, backfillBatch); err != nil {
		return failed(ctx, doing, err)
	}
	if err := s.noteAll(ctx); err != nil {
		return failed(ctx, doing, err)
	}
	return failed(ctx, doing, s.placeAll(ctx))
}

// complete creates the indexes that a collection lacks. It asks for no others, so that an
// account without the right to create indexes serves a store that has all of them.
func complete(ctx context.Context, there driver.IndexView, wanted []index) error {
	specifications, err := there.ListSpecifications(ctx)
	if err != nil {
		return err
	}
	var missing []driver.IndexModel
	for _, i := range wanted {
		if !slices.ContainsFunc(specifications, func(s driver.IndexSpecification) bool { return s.Name == i.name }) {
			missing = append(missing, driver.IndexModel{Keys: i.keys, Options: options.Index().SetName(i.name)})
		}
	}
	if missing != nil {
		_, err = there.CreateMany(ctx, missing)
	}
	return err
}
