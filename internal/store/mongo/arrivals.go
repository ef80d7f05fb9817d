package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// arrival is a place in the log and what came in there.
type arrival struct {
	Place  int64         `bson:"_id"`
	Event  bson.ObjectID `bson:"event"`
	Tenant bson.ObjectID `bson:"tenant"`
	At     bson.DateTime `bson:"at"`
}

// LastArrival implements store.Store.
func (s *Store) LastArrival(ctx context.Context) (place int64, err error) {
	err = s.do(ctx, "reading the end of the log", func(ctx context.Context) error {
		place, err = lastArrival(ctx, s.arrived)
		return err
	})
	return place, err
}

func lastArrival(ctx context.Context, from *driver.Collection) (int64, error) {
	var last arrival
	err := from.FindOne(ctx, bson.D{}, options.FindOne().SetSort(equal("_id", -1)).SetProjection(equal("_id", 1))).Decode(&last)
	if errors.Is(err, driver.ErrNoDocuments) {
		return 0, nil
	}
	return last.Place, err
}

// arrivalRounds bounds how often events look for places over again because those of others
// took them; each round, one of them has its places.
const arrivalRounds = 64

// arrive assigns the events of batches, which are in the log, the next places; fresh says that
// none was in the log before, so that none can have a place but by a relay that races this.
// The package comment has the argument why nothing comes in before an event that was read.
func (s *Store) arrive(ctx context.Context, batches []rows.Batch, fresh bool) error {
	var waiting []arrival
	for _, batch := range batches {
		for _, event := range batch.Events {
			waiting = append(waiting, arrival{Event: object(event.ID), Tenant: object(batch.Customer.Tenant), At: bson.NewDateTimeFromTime(event.At)})
		}
	}
	if fresh {
		return s.take(ctx, waiting)
	}
	return s.takeMissing(ctx, waiting)
}

// takeMissing assigns events the next places, but for those that have theirs.
func (s *Store) takeMissing(ctx context.Context, waiting []arrival) error {
	if len(waiting) == 0 {
		return nil
	}
	there, err := firstPlaces(ctx, s.arrivals, waiting)
	if err != nil {
		return err
	}
	return s.take(ctx, slices.DeleteFunc(waiting, func(a arrival) bool { return there[a.Event] > 0 }))
}

// take assigns events the next places.
func (s *Store) take(ctx context.Context, waiting []arrival) error {
	for range arrivalRounds {
		if len(waiting) == 0 {
			return nil
		}
		last, err := lastArrival(ctx, s.arrivals)
		if err != nil {
			return err
		}
		for i := range waiting {
			waiting[i].Place = last + 1 + int64(i)
		}
		// In order: no place is taken unless the one before it is.
		_, err = s.arrivals.InsertMany(ctx, waiting, options.InsertMany().SetOrdered(true))
		if err == nil {
			return nil
		}
		many, ok := errors.AsType[driver.BulkWriteException](err)
		if !ok || many.WriteConcernError != nil || len(many.WriteErrors) == 0 || !driver.IsDuplicateKeyError(many.WriteErrors[0].WriteError) {
			return err
		}
		waiting = waiting[many.WriteErrors[0].Index:]
	}
	return errContended
}

// placed is the place of no event, which says that the events of earlier builds have
// theirs.
const placed = 0

// placeAll assigns the events of earlier builds their places, in the order of the list, once.
// After an interruption it goes through them again.
func (s *Store) placeAll(ctx context.Context) error {
	done, err := s.arrivals.CountDocuments(ctx, equal("_id", int64(placed)))
	if err != nil || done > 0 {
		return err
	}
	const batch = 500
	var waiting []arrival
	place := func() error {
		err := s.takeMissing(ctx, waiting)
		waiting = nil
		return err
	}
	oldest := options.Find().SetSort(equal("at", 1, "_id", 1)).SetProjection(equal("tenant", 1, "at", 1))
	err = each(ctx, s.events, bson.D{}, oldest, func(document bson.Raw) error {
		var one arrival
		one.Event, _ = document.Lookup("_id").ObjectIDOK()
		one.Tenant, _ = document.Lookup("tenant").ObjectIDOK()
		at, _ := document.Lookup("at").DateTimeOK()
		one.At = bson.DateTime(at)
		if waiting = append(waiting, one); len(waiting) < batch {
			return nil
		}
		return place()
	})
	if err == nil {
		err = place()
	}
	if err == nil {
		_, err = s.arrivals.InsertOne(ctx, arrival{Place: placed})
	}
	if driver.IsDuplicateKeyError(err) {
		return nil // another process was as quick
	}
	return err
}

// firstPlaces returns the first place of each of these events that has one. An event has
// several when two relays of it raced; the first one counts.
func firstPlaces(ctx context.Context, from *driver.Collection, of []arrival) (map[bson.ObjectID]int64, error) {
	events := bson.A{}
	for _, one := range of {
		events = append(events, one.Event)
	}
	places := map[bson.ObjectID]int64{}
	err := eachArrival(ctx, from, equal("event", equal("$in", events)), options.Find(), func(found arrival) {
		if first := places[found.Event]; first == 0 || found.Place < first {
			places[found.Event] = found.Place
		}
	})
	return places, err
}

func eachArrival(ctx context.Context, from *driver.Collection, filter bson.D, how *options.FindOptionsBuilder, do func(arrival)) error {
	return each(ctx, from, filter, how, func(document bson.Raw) error {
		var one arrival
		if err := bson.Unmarshal(document, &one); err != nil {
			return err
		}
		do(one)
		return nil
	})
}

// Arrivals implements store.Store in four requests, in one if nothing came in.
func (s *Store) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error) {
	err = s.do(ctx, "reading what came into the log", func(ctx context.Context) error {
		last, err := lastArrival(ctx, s.arrived)
		if err != nil || last <= after {
			upTo = after
			return err
		}
		var page []arrival
		next := options.Find().SetSort(equal("_id", 1)).SetLimit(int64(q.Limit))
		err = eachArrival(ctx, s.arrived, arrivalFilter(q, after, last), next, func(one arrival) { page = append(page, one) })
		if err != nil {
			return err
		}
		if upTo = last; len(page) == q.Limit {
			upTo = page[len(page)-1].Place
		}
		list, err = s.arrivedOf(ctx, page, q)
		return err
	})
	if err != nil {
		return nil, after, err
	}
	return list, upTo, nil
}

// arrivalFilter returns what of a query the places alone tell, between two of them.
func arrivalFilter(q rows.EventQuery, after, last int64) bson.D {
	filter := between(equal("_id", equal("$gt", after, "$lte", last)), "at", q.From, q.To)
	for _, tenant := range []tenancy.ID{q.Tenant, q.Customer.Tenant} {
		if !tenant.IsZero() {
			return append(filter, bson.E{Key: "tenant", Value: object(tenant)})
		}
	}
	return filter
}

// arrivedOf returns the events of a page of places that a query selects.
func (s *Store) arrivedOf(ctx context.Context, page []arrival, q rows.EventQuery) (list []rows.Arrival, err error) {
	if len(page) == 0 {
		return nil, nil
	}
	first, err := firstPlaces(ctx, s.arrived, page)
	if err != nil {
		return nil, err
	}
	ids, tenants := bson.A{}, bson.A{}
	for _, one := range page {
		ids, tenants = append(ids, one.Event), append(tenants, one.Tenant)
	}
	q.ID, q.Before = tenancy.ID{}, tenancy.ID{}
	wanted := equal("$and", bson.A{eventFilter(q), equal("_id", equal("$in", ids), "tenant", equal("$in", tenants))})
	found, err := whole(ctx, s, s.events, "event", codec.DecodeEvent, wanted, options.Find(), len(ids))
	if err != nil {
		return nil, err
	}
	events := map[bson.ObjectID]*rows.LoggedEvent{}
	for _, event := range found {
		events[object(event.ID)] = event
	}
	for _, one := range page {
		if event := events[one.Event]; event != nil && first[one.Event] == one.Place {
			list = append(list, rows.Arrival{LoggedEvent: *event, Place: one.Place})
		}
	}
	return list, nil
}

// forgetArrivals removes the places of events that were purged, but never the last place:
// the next ones follow from it.
func (s *Store) forgetArrivals(ctx context.Context, events bson.A) error {
	last, err := lastArrival(ctx, s.arrivals)
	if err == nil {
		_, err = s.arrivals.DeleteMany(ctx, equal("event", equal("$in", events), "_id", equal("$ne", last)))
	}
	return err
}
