package mongo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// lane is the member of a delivery that names its endpoint in one text.
const lane = "lane"

func deliveryIndexes() []index {
	return []index{
		{"due", equal(pending, 1, lane, 1, "due", 1, "_id", 1)},
		{"ended", equal(pending, 1, "due", 1)},
		{"endpoint", equal(lane, 1, "_id", -1)},
		{"event", equal("tenant", 1, "event", 1, "_id", -1)},
	}
}

func deliveryDocument(d *rows.Delivery) (bson.Raw, error) {
	encoded, err := codec.EncodeDelivery(d)
	if err != nil {
		return nil, &unfit{err}
	}
	return extend(encoded, equal("tenant", object(d.Endpoint.Customer.Tenant), lane, webhooks.String(d.Endpoint),
		pending, d.State == rows.DeliveryPending))
}

// AddDeliveries implements customers.Deliveries in two requests.
func (s *Store) AddDeliveries(ctx context.Context, list []rows.Delivery) error {
	return s.do(ctx, "adding deliveries", func(ctx context.Context) error {
		var documents []bson.Raw
		for i := range list {
			document, err := deliveryDocument(&list[i])
			if err != nil {
				return err
			}
			documents = append(documents, document)
		}
		if err := insertMissing(ctx, s.deliveries, documents); err != nil {
			return err
		}
		return s.noteDue(ctx, list)
	})
}

func endpointOf(text string) (r rows.WebhookRef, err error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 {
		return r, errors.New("a delivery names no endpoint")
	}
	for i, to := range []*tenancy.ID{&r.Customer.Tenant, &r.Customer.ID, &r.ID} {
		if *to, err = tenancy.ParseID(parts[i]); err != nil {
			return r, fmt.Errorf("reading the endpoint of a delivery: %w", err)
		}
	}
	return r, nil
}

// DueDeliveries implements customers.Deliveries.
func (s *Store) DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) ([]rows.Delivery, error) {
	filter := append(pendingOf(endpoint), bson.E{Key: "due", Value: equal("$lte", bson.NewDateTimeFromTime(at))})
	return s.findDeliveries(ctx, filter, equal("due", 1, "_id", 1), limit)
}

// PendingDeliveries implements customers.Deliveries.
func (s *Store) PendingDeliveries(ctx context.Context, most int) (n int, err error) {
	err = s.do(ctx, "counting pending deliveries", func(ctx context.Context) error {
		found, err := s.deliveries.CountDocuments(ctx, equal(pending, true), options.Count().SetLimit(int64(most)))
		n = int(found)
		return err
	})
	return n, err
}

// UpdateDelivery implements customers.Deliveries in one request, and a second one if
// it is refused. One that waits again takes two more, before and after: whoever asks for it
// again after an interruption may be told that it was done.
func (s *Store) UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error {
	return s.do(ctx, "updating a delivery", func(ctx context.Context) error {
		if d.Version != version+1 {
			return &unfit{fmt.Errorf("version %d is not the successor of %d", d.Version, version)}
		}
		document, err := deliveryDocument(&d)
		if err != nil {
			return err
		}
		if err := s.noteDue(ctx, []rows.Delivery{d}); err != nil {
			return err
		}
		whose := equal("_id", object(d.ID), "tenant", object(d.Endpoint.Customer.Tenant), lane, webhooks.String(d.Endpoint))
		done, err := s.deliveries.ReplaceOne(ctx, append(whose, bson.E{Key: "version", Value: version}), document)
		if err == nil && done.MatchedCount > 0 {
			return s.noteDue(ctx, []rows.Delivery{d})
		}
		if err != nil {
			return err
		}
		_, err = s.deliveries.FindOne(ctx, whose).Raw()
		switch {
		case errors.Is(err, driver.ErrNoDocuments):
			return rows.ErrNotFound
		case err != nil:
			return err
		default:
			return rows.ErrStale
		}
	})
}

// Deliveries implements customers.Deliveries.
func (s *Store) Deliveries(ctx context.Context, q rows.DeliveryQuery) ([]rows.Delivery, error) {
	filter := equal("tenant", object(q.Tenant))
	if q.Endpoint != (rows.WebhookRef{}) {
		filter = append(filter, bson.E{Key: lane, Value: webhooks.String(q.Endpoint)})
	}
	if !q.Event.IsZero() {
		filter = append(filter, bson.E{Key: "event", Value: object(q.Event)})
	}
	if !q.Before.IsZero() {
		filter = append(filter, bson.E{Key: "_id", Value: equal("$lt", object(q.Before))})
	}
	return s.findDeliveries(ctx, filter, equal("_id", -1), q.Limit)
}

func (s *Store) findDeliveries(ctx context.Context, filter, order bson.D, limit int) (list []rows.Delivery, err error) {
	if limit < 1 {
		return nil, failed(ctx, "reading deliveries", ctx.Err())
	}
	err = s.do(ctx, "reading deliveries", func(ctx context.Context) error {
		found, err := whole(ctx, s, s.deliveries, "delivery", codec.DecodeDelivery, filter, options.Find().SetSort(order), limit)
		for _, d := range found {
			list = append(list, *d)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// SweepDeliveries implements customers.Deliveries in two requests.
func (s *Store) SweepDeliveries(ctx context.Context, before time.Time, limit int) (swept int, err error) {
	err = s.do(ctx, "sweeping deliveries", func(ctx context.Context) error {
		ended := equal(pending, false, "due", equal("$lt", bson.NewDateTimeFromTime(before)))
		some, err := someOf(ctx, s.deliveries, ended, limit)
		if err != nil || len(some.ids) == 0 {
			return err
		}
		done, err := s.deliveries.DeleteMany(ctx, some.filter())
		if err == nil {
			swept = int(done.DeletedCount)
		}
		return err
	})
	return swept, err
}

// batch is some of the documents that a condition matches.
type batch struct {
	condition    bson.D
	ids, tenants bson.A
}

// filter returns the filter of those of the batch that match its condition still, which goes
// to the shards of their tenants.
func (b batch) filter() bson.D {
	return append(equal("_id", equal("$in", b.ids), "tenant", equal("$in", b.tenants)), b.condition...)
}

// someOf returns up to limit of the documents that a condition matches.
func someOf(ctx context.Context, from *driver.Collection, condition bson.D, limit int) (batch, error) {
	b := batch{condition: condition}
	if limit < 1 {
		return b, nil
	}
	noted := map[bson.ObjectID]bool{}
	first := options.Find().SetLimit(int64(limit)).SetProjection(equal("_id", 1, "tenant", 1))
	err := each(ctx, from, condition, first, func(document bson.Raw) error {
		id, _ := document.Lookup("_id").ObjectIDOK()
		tenant, _ := document.Lookup("tenant").ObjectIDOK()
		b.ids = append(b.ids, id)
		if !noted[tenant] {
			noted[tenant], b.tenants = true, append(b.tenants, tenant)
		}
		return nil
	})
	return b, err
}
