package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/internal/store/codec"
)

// backfillBatch is how many customers are completed at a time: it bounds the memory that
// migrating takes.
const backfillBatch = 200

// backfill adds the searched members to customers that an earlier build wrote without
// them, a batch at a time. They lack the newest member, whose index finds them, so that
// nothing is scanned if there are none. Interrupted, it goes on where it ended; a customer
// that is written meanwhile is left alone, because that write adds the members, or left to
// the next batch.
func (s *Store) backfill(ctx context.Context, batch int) error {
	// Tombstones have nothing to be found by. They are told from customers that lack it.
	if _, err := s.customers.UpdateMany(ctx, equal(grams, absent(), living, absent()), equal("$set", equal(grams, bson.A{}))); err != nil {
		return err
	}
	for idle := 0; idle < rounds; {
		found, err := s.find(ctx, equal(grams, absent(), living, true), options.Find(), batch)
		if err != nil || len(found) == 0 {
			return err
		}
		completions := make([]driver.WriteModel, 0, len(found))
		for _, c := range found {
			completed, err := completion(c)
			if err != nil {
				return err
			}
			same := append(byRef(c.Ref()), equal("version", c.Version, grams, absent())...)
			completions = append(completions, driver.NewUpdateOneModel().SetFilter(same).SetUpdate(equal("$set", completed)))
		}
		done, err := s.customers.BulkWrite(ctx, completions, options.BulkWrite().SetOrdered(false))
		if err != nil {
			return err
		}
		if idle++; done.MatchedCount > 0 {
			idle = 0
		}
	}
	return errContended
}

// completion returns the members that a customer of an earlier build lacks: those that
// are searched, and those that hold free data, which was a text.
func completion(c *customers.Customer) (bson.D, error) {
	encoded, err := codec.Encode(c)
	if err != nil {
		return nil, &unfit{err}
	}
	members := searchedMembers(c)
	for _, name := range []string{"meta", "metaText", "banks", "cards"} {
		if value := bson.Raw(encoded).Lookup(name); !value.IsZero() {
			members = append(members, bson.E{Key: name, Value: value})
		}
	}
	return members, nil
}
