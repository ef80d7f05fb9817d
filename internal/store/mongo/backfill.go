package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// backfillBatch is how many customers are completed at a time: it bounds the memory that
// migrating takes.
const backfillBatch = 200

// backfill adds the searched members to customers that an earlier build wrote without
// them, a batch at a time. An index finds these customers, so that nothing is scanned if
// there are none. Interrupted, it goes on where it ended; a customer that is written
// meanwhile is left alone, because that write adds the members.
func (s *Store) backfill(ctx context.Context, batch int64) error {
	if err := s.backfillFrom(ctx, absent(), batch); err != nil {
		return err
	}
	for older := range derivationNow {
		if err := s.backfillFrom(ctx, older, batch); err != nil {
			return err
		}
	}
	return nil
}

// backfillFrom completes the customers whose members follow from the rules of that number.
func (s *Store) backfillFrom(ctx context.Context, older any, batch int64) error {
	for after := (tenancy.ID{}); ; {
		lacking := equal(living, true, derivation, older, "_id", equal("$gt", object(after)))
		found, err := s.find(ctx, lacking, options.Find().SetSort(equal("_id", 1)), int(batch))
		if err != nil || len(found) == 0 {
			return err
		}
		completions := make([]driver.WriteModel, 0, len(found))
		for _, c := range found {
			completed, err := completion(c)
			if err != nil {
				return err
			}
			same := append(byRef(c.Ref()), bson.E{Key: "version", Value: c.Version}, bson.E{Key: derivation, Value: older})
			completions = append(completions, driver.NewUpdateOneModel().SetFilter(same).SetUpdate(equal("$set", completed)))
			after = c.ID
		}
		if _, err := s.customers.BulkWrite(ctx, completions, options.BulkWrite().SetOrdered(false)); err != nil {
			return err
		}
	}
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
