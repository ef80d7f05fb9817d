package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// DueReviews implements store.Store.
func (s *Store) DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return s.due(ctx, "looking for due reviews", reviewDue, now, limit)
}

// DuePlans implements store.Store.
func (s *Store) DuePlans(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return s.due(ctx, "looking for plans that are due", planDue, now, limit)
}

// DueDrops implements store.Store.
func (s *Store) DueDrops(ctx context.Context, after rows.Position, limit int) (found []*customers.Customer, err error) {
	filter := append(equal(living, true), beyond(dropsDue, bson.NewDateTimeFromTime(after.Time), after.ID, 1)...)
	how := options.Find().SetSort(equal(dropsDue, 1, "_id", 1))
	err = s.do(ctx, "looking for deposits to send", func(ctx context.Context) (err error) {
		found, err = s.find(ctx, filter, how, limit)
		return err
	})
	return found, err
}

// due reads living customers whose member holds a moment that has come, the longest past
// first.
func (s *Store) due(ctx context.Context, doing, member string, now time.Time, limit int) (found []*customers.Customer, err error) {
	filter := equal(living, true, member, equal("$lte", bson.NewDateTimeFromTime(now)))
	how := options.Find().SetSort(equal(member, 1, "_id", 1))
	err = s.do(ctx, doing, func(ctx context.Context) (err error) {
		found, err = s.find(ctx, filter, how, limit)
		return err
	})
	return found, err
}
