package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/internal/store/codec"
)

// Events implements customers.Store: newest first, events of one millisecond by
// their id. A page behind another one takes two requests.
func (s *Store) Events(ctx context.Context, q customers.EventQuery) (page []customers.LoggedEvent, err error) {
	if q.Limit < 1 {
		return nil, failed(ctx, "reading events", ctx.Err())
	}
	err = s.do(ctx, "reading events", func(ctx context.Context) error {
		filter := equal("tenant", object(q.Customer.Tenant), "customer.id", object(q.Customer.ID))
		if !q.Before.IsZero() {
			document, err := s.events.FindOne(ctx, append(filter, bson.E{Key: "_id", Value: object(q.Before)})).Raw()
			if errors.Is(err, driver.ErrNoDocuments) {
				return nil
			}
			if err != nil {
				return err
			}
			event, err := codec.DecodeEvent(document)
			if err != nil {
				return &unfit{err}
			}
			filter = append(filter, beyond("at", bson.NewDateTimeFromTime(event.At), event.ID, -1)...)
		}
		newest := options.Find().SetSort(equal("at", -1, "_id", -1)).SetLimit(int64(q.Limit))
		return each(ctx, s.events, filter, newest, func(document bson.Raw) error {
			event, err := codec.DecodeEvent(document)
			if err != nil {
				return &unfit{err}
			}
			page = append(page, *event)
			return nil
		})
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}
