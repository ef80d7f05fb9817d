package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
)

// purgeable returns the filter of the events that a purge removes.
func purgeable(before time.Time) bson.D {
	return equal("at", equal("$lt", bson.NewDateTimeFromTime(before)), "type", equal("$ne", customers.EventPurged))
}

// CountEvents implements store.Store.
func (s *Store) CountEvents(ctx context.Context, before time.Time) (count int64, err error) {
	err = s.do(ctx, "counting events", func(ctx context.Context) error {
		count, err = s.events.CountDocuments(ctx, purgeable(before))
		return err
	})
	return count, err
}

// PurgeEvents implements store.Store in four requests.
func (s *Store) PurgeEvents(ctx context.Context, before time.Time, limit int) (purged int, err error) {
	err = s.do(ctx, "purging events", func(ctx context.Context) error {
		some, err := someOf(ctx, s.events, purgeable(before), limit)
		if err != nil || len(some.ids) == 0 {
			return err
		}
		done, err := s.events.DeleteMany(ctx, some.filter())
		if err != nil {
			return err
		}
		purged = int(done.DeletedCount)
		return s.forgetArrivals(ctx, some.ids)
	})
	return purged, err
}
