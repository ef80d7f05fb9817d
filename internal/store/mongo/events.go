package mongo

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Events implements store.Store: newest first, events of one millisecond by their id.
// A page behind another one takes two requests.
func (s *Store) Events(ctx context.Context, q rows.EventQuery) (page []rows.LoggedEvent, err error) {
	if q.Limit < 1 {
		return nil, failed(ctx, "reading events", ctx.Err())
	}
	err = s.do(ctx, "reading events", func(ctx context.Context) error {
		filter := eventFilter(q)
		if !q.Before.IsZero() {
			document, err := s.events.FindOne(ctx, append(eventReach(q), bson.E{Key: "_id", Value: object(q.Before)})).Raw()
			if errors.Is(err, driver.ErrNoDocuments) {
				return nil
			}
			if err != nil {
				return err
			}
			event, err := decoded(document, "event", codec.DecodeEvent)
			if err != nil {
				return err
			}
			filter = append(filter, beyond("at", bson.NewDateTimeFromTime(event.At), event.ID, -1)...)
		}
		newest := options.Find().SetSort(equal("at", -1, "_id", -1))
		found, err := whole(ctx, s, s.events, "event", codec.DecodeEvent, filter, newest, q.Limit)
		for _, event := range found {
			page = append(page, *event)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return page, nil
}

// eventReach returns the filter of all that a query may see.
func eventReach(q rows.EventQuery) bson.D {
	filter := bson.D{}
	if q.Customer != (tenancy.Ref{}) {
		filter = equal("tenant", object(q.Customer.Tenant), "customer.id", object(q.Customer.ID))
	}
	if !q.Tenant.IsZero() && q.Customer.Tenant != q.Tenant {
		filter = append(filter, equal("$and", bson.A{equal("tenant", object(q.Tenant))})...)
	}
	if !q.Under.IsZero() {
		filter = append(filter, bson.E{Key: "within", Value: object(q.Under)})
	}
	return filter
}

func eventFilter(q rows.EventQuery) bson.D {
	filter := eventReach(q)
	if !q.ID.IsZero() {
		filter = append(filter, bson.E{Key: "_id", Value: object(q.ID)})
	}
	if prefix, open := strings.CutSuffix(q.Type, "*"); open {
		filter = append(filter, bson.E{Key: "type", Value: bson.Regex{Pattern: "^" + literal(prefix)}})
	} else if q.Type != "" {
		filter = append(filter, bson.E{Key: "type", Value: q.Type})
	}
	filter = between(filter, "at", q.From, q.To)
	if !q.Before.IsZero() {
		// Conditions on at and _id of a page behind another come beside these.
		return equal("$and", bson.A{filter})
	}
	return filter
}

// ThinEvents implements store.Store in two requests.
func (s *Store) ThinEvents(ctx context.Context, before time.Time, limit int) (thinned int, err error) {
	err = s.do(ctx, "thinning events", func(ctx context.Context) error {
		old := equal("whole", true, "at", equal("$lt", bson.NewDateTimeFromTime(before)))
		ids, err := someIDs(ctx, s.events, old, limit)
		if err != nil || len(ids) == 0 {
			return err
		}
		done, err := s.events.UpdateMany(ctx, append(old, bson.E{Key: "_id", Value: equal("$in", ids)}),
			equal("$set", equal("whole", false), "$unset", equal("resource", "")))
		if err == nil {
			thinned = int(done.MatchedCount)
		}
		return err
	})
	return thinned, err
}
