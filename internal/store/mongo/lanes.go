package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/tenancy"
)

// The members of a document of the collection lanes, whose _id is the lane of a webhook. The
// package comment has the argument why none is missing.
const (
	// laneDue is when the first pending delivery of the lane is due, or earlier.
	laneDue = "due"
	// laneMark changes whenever deliveries were added to the lane.
	laneMark = "mark"
)

// laneIndexes lead to what is due in some slots in the order of tenants, by the index alone.
func laneIndexes() []index {
	return []index{{"slot", equal(slot, 1, "_id", 1, laneDue, 1)}}
}

// laneOf returns the filter of the lane of a webhook.
func laneOf(ref rows.WebhookRef) bson.D {
	return equal("_id", webhooks.String(ref), "tenant", object(ref.Customer.Tenant))
}

// noteDue notes in the lanes of deliveries, which are stored, when the pending ones are due:
// one request.
func (s *Store) noteDue(ctx context.Context, list []rows.Delivery) error {
	first := map[rows.WebhookRef]time.Time{}
	for _, d := range list {
		if due, noted := first[d.Endpoint]; d.State == rows.DeliveryPending && (!noted || d.Due.Before(due)) {
			first[d.Endpoint] = d.Due
		}
	}
	return s.noteLanes(ctx, first)
}

// noteLanes notes since when lanes have something due, unless they have it noted already.
func (s *Store) noteLanes(ctx context.Context, first map[rows.WebhookRef]time.Time) error {
	if len(first) == 0 {
		return nil
	}
	mark := bson.NewObjectID()
	writes := make([]driver.WriteModel, 0, len(first))
	for ref, due := range first {
		note := equal("$min", equal(laneDue, bson.NewDateTimeFromTime(due)), "$set", equal(laneMark, mark, slot, ref.ID.Slot()))
		writes = append(writes, driver.NewUpdateOneModel().SetFilter(laneOf(ref)).SetUpdate(note).SetUpsert(true))
	}
	for range rounds {
		// Of two that make a lane at once one may be refused, and finds it there then.
		if _, err := s.lanes.BulkWrite(ctx, writes, options.BulkWrite().SetOrdered(false)); !driver.IsDuplicateKeyError(err) {
			return err
		}
	}
	return errContended
}

// SettleEndpoint implements store.Store in three requests: the lane, its first pending
// delivery, and a write that holds only if nothing was added to the lane in between.
func (s *Store) SettleEndpoint(ctx context.Context, ref rows.WebhookRef) error {
	return s.do(ctx, "settling a webhook", func(ctx context.Context) error {
		var noted struct {
			Mark bson.ObjectID `bson:"mark"`
			Due  bson.DateTime `bson:"due"`
		}
		err := s.lanes.FindOne(ctx, laneOf(ref), options.FindOne().SetProjection(equal(laneMark, 1, laneDue, 1))).Decode(&noted)
		if errors.Is(err, driver.ErrNoDocuments) {
			return nil
		}
		if err != nil {
			return err
		}
		same := append(laneOf(ref), bson.E{Key: laneMark, Value: noted.Mark})
		var next struct {
			Due bson.DateTime `bson:"due"`
		}
		soonest := options.FindOne().SetSort(equal("due", 1, "_id", 1)).SetProjection(equal("due", 1))
		switch err := s.deliveries.FindOne(ctx, pendingOf(ref), soonest).Decode(&next); {
		case errors.Is(err, driver.ErrNoDocuments):
			_, err = s.lanes.DeleteOne(ctx, same)
			return err
		case err != nil || next.Due == noted.Due:
			return err
		}
		_, err = s.lanes.UpdateOne(ctx, same, equal("$set", equal(laneDue, next.Due)))
		return err
	})
}

// pendingOf returns the filter of the pending deliveries of a webhook.
func pendingOf(ref rows.WebhookRef) bson.D {
	return equal(pending, true, lane, webhooks.String(ref), "tenant", object(ref.Customer.Tenant))
}

// DueEndpoints implements store.Store: one request, and one more for each tenant that has
// more than q.Each.
func (s *Store) DueEndpoints(ctx context.Context, q rows.DueQuery) (list []rows.WebhookRef, err error) {
	if err := s.mendLanes(ctx, q); err != nil {
		return nil, err
	}
	err = s.do(ctx, "reading due endpoints", func(ctx context.Context) error {
		list = nil
		for after, each := q.After, 0; len(list) < q.Limit; {
			waiting := equal(slot, equal("$in", slotsOf(q.Of)), laneDue, equal("$lte", bson.NewDateTimeFromTime(q.At)))
			if !after.IsZero() {
				// "0" follows "/", which ends the tenant in the name of a lane.
				waiting = append(waiting, bson.E{Key: "_id", Value: equal("$gte", after.String()+"0")})
			}
			next := options.Find().SetSort(equal("_id", 1)).SetLimit(int64(q.Limit - len(list))).SetProjection(equal("_id", 1))
			cursor, err := s.lanes.Find(ctx, waiting, next)
			if err != nil {
				return err
			}
			full, err := takeLanes(ctx, cursor, q, &list, &each)
			if err != nil || !full {
				return err
			}
			after, each = list[len(list)-1].Customer.Tenant, 0
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// takeLanes adds the lanes of a cursor to the list, up to the most of one tenant. It reports
// whether it stopped there.
func takeLanes(ctx context.Context, cursor *driver.Cursor, q rows.DueQuery, list *[]rows.WebhookRef, each *int) (full bool, err error) {
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		ref, err := endpointOf(cursor.Current.Lookup("_id").StringValue())
		if err != nil {
			return false, &unfit{err}
		}
		if n := len(*list); n == 0 || (*list)[n-1].Customer.Tenant != ref.Customer.Tenant {
			*each = 0
		}
		*list = append(*list, ref)
		if *each++; *each == q.Each {
			return true, nil
		}
	}
	return false, cursor.Err()
}

const (
	// mendEvery is how often whoever has the first slot looks for deliveries that are due
	// for as long, and whose lane may lack them: those of a build that knew no lanes, and of
	// a request that was cut off between its writes.
	mendEvery = 10 * time.Minute
	// mostMended bounds the deliveries that one look reads.
	mostMended = 10_000
)

// mendLanes notes what has been due for long, now and then.
func (s *Store) mendLanes(ctx context.Context, q rows.DueQuery) error {
	if since := q.At.UnixMilli() - s.mended.Load(); !q.Of.Has(0) || since >= 0 && since < mendEvery.Milliseconds() {
		return nil
	}
	overdue := equal(pending, true, "due", equal("$lte", bson.NewDateTimeFromTime(q.At.Add(-mendEvery))))
	err := s.do(ctx, "looking for deliveries that were left behind", func(ctx context.Context) error {
		return s.noteFrom(ctx, overdue, options.Find().SetLimit(mostMended))
	})
	if err == nil {
		s.mended.Store(q.At.UnixMilli())
	}
	return err
}

// noteFrom notes in their lanes the pending deliveries that a filter matches, in batches.
func (s *Store) noteFrom(ctx context.Context, filter bson.D, how *options.FindOptionsBuilder) error {
	const batch = 500
	first := map[rows.WebhookRef]time.Time{}
	err := each(ctx, s.deliveries, filter, how.SetProjection(equal("_id", 0, lane, 1, "due", 1)), func(document bson.Raw) error {
		text, _ := document.Lookup(lane).StringValueOK()
		ref, err := endpointOf(text)
		if err != nil {
			return &unfit{err}
		}
		due := document.Lookup("due").Time()
		if noted, there := first[ref]; !there || due.Before(noted) {
			first[ref] = due
		}
		if len(first) < batch {
			return nil
		}
		err = s.noteLanes(ctx, first)
		clear(first)
		return err
	})
	if err != nil {
		return err
	}
	return s.noteLanes(ctx, first)
}

// allNoted is the _id of the lane of no webhook, which says that the deliveries of earlier
// builds are noted.
const allNoted = "noted"

// noteAll notes the pending deliveries of earlier builds in their lanes, once. After an
// interruption it goes through them again.
func (s *Store) noteAll(ctx context.Context) error {
	done, err := s.lanes.CountDocuments(ctx, equal("_id", allNoted))
	if err != nil || done > 0 {
		return err
	}
	byLane := options.Find().SetSort(equal(lane, 1, "due", 1, "_id", 1))
	if err := s.noteFrom(ctx, equal(pending, true), byLane); err != nil {
		return err
	}
	_, err = s.lanes.InsertOne(ctx, equal("_id", allNoted))
	if driver.IsDuplicateKeyError(err) {
		return nil // another process was as quick
	}
	return err
}

// slotsOf returns slots as filters have them.
func slotsOf(of tenancy.Slots) bson.A {
	list := bson.A{}
	for i := range tenancy.SlotCount {
		if of.Has(i) {
			list = append(list, i)
		}
	}
	return list
}
