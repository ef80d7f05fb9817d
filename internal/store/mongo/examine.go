package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

var _ store.Examined = (*Store)(nil)

// survey reads collection after collection: what is written meanwhile may be in one of
// them and not in another. The store's time limit does not apply.
type survey struct{ *Store }

// Survey implements store.Examined.
func (s *Store) Survey(ctx context.Context) (store.Survey, error) { return survey{s}, s.Ping(ctx) }

// Close implements store.Survey.
func (survey) Close() error { return nil }

// Integrity implements store.Survey: the server looks after its own files.
func (survey) Integrity(context.Context) error { return nil }

// EachCount implements store.Survey: this engine counts as it is asked, but for the rooms
// of quotas, which it counts anew each day.
func (survey) EachCount(context.Context, func(store.Count) error) error { return nil }

// EachCustomer implements store.Survey, in the order of ids.
func (s survey) EachCustomer(ctx context.Context, do func(*customers.Customer) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, s.customers, equal(living, true), "customer", codec.Decode, do, damaged)
}

// EachEvent implements store.Survey.
func (s survey) EachEvent(ctx context.Context, do func(rows.LoggedEvent) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, s.events, bson.D{}, "event", codec.DecodeEvent, func(e *rows.LoggedEvent) error { return do(*e) }, damaged)
}

// EachDelivery implements store.Survey.
func (s survey) EachDelivery(ctx context.Context, do func(rows.Delivery) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, s.deliveries, bson.D{}, "delivery", codec.DecodeDelivery, func(d *rows.Delivery) error { return do(*d) }, damaged)
}

// EachActivity implements store.Survey.
func (s survey) EachActivity(ctx context.Context, do func(customers.Activity) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, s.happened, bson.D{}, "activity", codec.DecodeActivity, func(a *customers.Activity) error { return do(*a) }, damaged)
}

// EachReservation implements store.Survey.
func (s survey) EachReservation(ctx context.Context, do func(rows.Reservation) error, damaged func(rows.Damage)) error {
	return eachRecord(ctx, s.claims, bson.D{}, "reservation", codec.DecodeClaim, func(r *rows.Reservation) error { return do(*r) }, damaged)
}

// EachFile implements store.Survey.
func (s survey) EachFile(ctx context.Context, do func(rows.StoredFile) error) error {
	for after := (rows.StoredFile{}); ; {
		const batch = 1000
		list, err := s.DocumentsBehind(ctx, after, batch)
		if err != nil {
			return err
		}
		for _, file := range list {
			if err := do(file); err != nil {
				return err
			}
			after = file
		}
		if len(list) < batch {
			return nil
		}
	}
}

func eachRecord[T any](ctx context.Context, from *driver.Collection, filter bson.D, kind string, decode func([]byte) (*T, error),
	do func(*T) error, damaged func(rows.Damage),
) error {
	err := each(ctx, from, filter, options.Find().SetSort(equal("_id", 1)), func(document bson.Raw) error {
		record, err := decoded(document, kind, decode)
		if damage, ok := errors.AsType[*rows.Damage](err); ok {
			damaged(*damage)
			return nil
		}
		if err != nil {
			return err
		}
		return do(record)
	})
	return failed(ctx, "reading every "+kind, err)
}

// indexed returns the indexes that each collection must have.
func indexed() []collectionIndexes {
	return []collectionIndexes{
		{"customers", customerIndexes()}, {"claims", claimIndexes()}, {"events", eventIndexes()},
		{"deliveries", deliveryIndexes()}, {"activities", activityIndexes()}, {"documents", documentIndexes()},
		{"arrivals", arrivalIndexes()}, {"lanes", laneIndexes()},
	}
}

type collectionIndexes struct {
	collection string
	indexes    []index
}

// DeclaredIndexes returns the keys of the indexes that each collection must have.
func DeclaredIndexes() map[string][]bson.D {
	declared := map[string][]bson.D{}
	for _, part := range indexed() {
		for _, one := range part.indexes {
			declared[part.collection] = append(declared[part.collection], one.keys)
		}
	}
	return declared
}

// MissingIndexes implements store.Examined.
func (s *Store) MissingIndexes(ctx context.Context) (missing []string, err error) {
	const doing = "reading the indexes of MongoDB"
	for _, part := range indexed() {
		specifications, err := s.customers.Database().Collection(part.collection).Indexes().ListSpecifications(ctx)
		if err != nil {
			return nil, failed(ctx, doing, err)
		}
		for _, i := range part.indexes {
			if !slices.ContainsFunc(specifications, func(s driver.IndexSpecification) bool { return s.Name == i.name }) {
				missing = append(missing, part.collection+"."+i.name)
			}
		}
	}
	return missing, nil
}

// MakeIndexes implements store.Examined.
func (s *Store) MakeIndexes(ctx context.Context) error {
	for _, part := range indexed() {
		if err := complete(ctx, s.customers.Database().Collection(part.collection).Indexes(), part.indexes); err != nil {
			return failed(ctx, "making the indexes of MongoDB", err)
		}
	}
	return nil
}

// Recount implements store.Examined: the room of a customer is counted when it is next
// asked for.
func (s *Store) Recount(ctx context.Context, id tenancy.ID) error {
	return s.do(ctx, "counting anew", func(ctx context.Context) error {
		_, err := s.counts.DeleteMany(ctx, equal("_id", object(id)))
		return err
	})
}

// Inspection is what a database holds and what a migration would do to it.
type Inspection struct {
	Customers int64
	// MissingIndexes would be made, and Incomplete customers get their searched members.
	MissingIndexes []string
	Incomplete     int64
	// ObsoleteIndexes may be dropped when no process of an earlier build runs any more.
	ObsoleteIndexes []string
	// Schema is the version that was last served; 0 where the store does not say.
	Schema int64
	// Reserved are those of the asked keys that are reserved.
	Reserved []string
}

// Inspect looks at a database and changes nothing.
func Inspect(ctx context.Context, o Options, keys []string) (found Inspection, err error) {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	s, err := connect(ctx, o, settings(o))
	if err != nil {
		return found, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	if found.MissingIndexes, err = s.MissingIndexes(ctx); err != nil {
		return found, err
	}
	if found.ObsoleteIndexes, err = s.obsolete(ctx); err != nil {
		return found, err
	}
	for _, key := range keys {
		switch _, err := s.ReservationHolder(ctx, key); {
		case err == nil:
			found.Reserved = append(found.Reserved, key)
		case !errors.Is(err, rows.ErrNotFound):
			return found, err
		}
	}
	switch i, err := s.Installation(ctx); {
	case err == nil:
		found.Schema = i.Schema
	case !errors.Is(err, rows.ErrNotFound):
		return found, err
	}
	if found.Customers, err = s.countEverybody(ctx); err != nil {
		return found, failed(ctx, "counting customers", err)
	}
	found.Incomplete = found.Customers
	if !slices.Contains(found.MissingIndexes, s.customers.Name()+"."+grams) {
		found.Incomplete, err = s.customers.CountDocuments(ctx, equal(grams, absent(), living, true))
	}
	return found, failed(ctx, "counting customers that lack members", err)
}

// countEverybody counts the living customers, as those below the operator: an index has
// them.
func (s *Store) countEverybody(ctx context.Context) (int64, error) {
	root, err := s.Root(ctx)
	if errors.Is(err, rows.ErrNotFound) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	below, err := s.customers.CountDocuments(ctx, equal("path", object(root.ID), living, true))
	return below + 1, err
}
