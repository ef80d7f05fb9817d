package mongo

import (
	"context"
	"errors"
	"slices"
	"time"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Reserve implements store.Store in one request, and a second one if the claim is
// held.
func (s *Store) Reserve(ctx context.Context, claim rows.Reservation) (holder rows.Reservation, taken bool, err error) {
	err = s.do(ctx, "reserving a claim", func(ctx context.Context) error {
		document, err := claimDocument(claim)
		if err != nil {
			return err
		}
		// The holder may release it between the two requests.
		for range rounds {
			if _, err = s.claims.InsertOne(ctx, document); !driver.IsDuplicateKeyError(err) {
				taken = err == nil
				holder = claim
				return err
			}
			if holder, err = s.holder(ctx, claim.Key); !errors.Is(err, rows.ErrNotFound) {
				return err
			}
		}
		return errContended
	})
	if err != nil {
		return rows.Reservation{}, false, err
	}
	return holder, taken, nil
}

// ReserveAll implements store.Store: one unordered insert, and a find of those that are
// held.
func (s *Store) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	if len(wanted) == 0 {
		return nil, nil, ctx.Err()
	}
	holders, taken = slices.Clone(wanted), slices.Repeat([]bool{true}, len(wanted))
	documents, held := make([]any, len(wanted)), bson.A{}
	err = s.do(ctx, "reserving claims", func(ctx context.Context) error {
		for i, claim := range wanted {
			if documents[i], err = claimDocument(claim); err != nil {
				return err
			}
		}
		_, err := s.claims.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
		refused, several := errors.AsType[driver.BulkWriteException](err)
		if err != nil && (!several || refused.WriteConcernError != nil) {
			return err
		}
		for _, one := range refused.WriteErrors {
			if !driver.IsDuplicateKeyError(one.WriteError) {
				return err
			}
			taken[one.Index] = false
			held = append(held, wanted[one.Index].Key)
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	if len(held) == 0 {
		return holders, taken, nil
	}
	standing, err := s.claimsWhere(ctx, "reading claims", equal("_id", equal("$in", held)), options.Find())
	for i := range wanted {
		if err != nil || taken[i] {
			continue
		}
		at := slices.IndexFunc(standing, func(holder rows.Reservation) bool { return holder.Key == wanted[i].Key })
		if at >= 0 {
			holders[i] = standing[at]
		} else { // it was released meanwhile
			holders[i], taken[i], err = s.Reserve(ctx, wanted[i])
		}
	}
	if err != nil {
		// The caller is told of those that are its own, and gives them back.
		holders = slices.DeleteFunc(holders, func(holder rows.Reservation) bool {
			at := slices.IndexFunc(wanted, func(one rows.Reservation) bool { return one.Key == holder.Key })
			return at < 0 || !taken[at]
		})
		return holders, slices.Repeat([]bool{true}, len(holders)), err
	}
	return holders, taken, nil
}

// ReservationHolder implements store.Store.
func (s *Store) ReservationHolder(ctx context.Context, key string) (holder rows.Reservation, err error) {
	err = s.do(ctx, "reading a claim", func(ctx context.Context) error {
		holder, err = s.holder(ctx, key)
		return err
	})
	return holder, err
}

func (s *Store) holder(ctx context.Context, key string) (rows.Reservation, error) {
	if !utf8.ValidString(key) {
		return rows.Reservation{}, rows.ErrNotFound
	}
	document, err := s.claims.FindOne(ctx, equal("_id", key)).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		err = rows.ErrNotFound
	}
	if err != nil {
		return rows.Reservation{}, err
	}
	claim, err := codec.DecodeClaim(document)
	if err != nil {
		return rows.Reservation{}, &unfit{err}
	}
	return *claim, nil
}

// CompareAndSwap implements store.Store in one request, three for a higher Fence. It is not repeated: after a lost answer
// the claim may already be next, which Holder shows.
func (s *Store) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error) {
	err = s.do(ctx, "swapping a claim", func(ctx context.Context) error {
		next.Key = held.Key
		document, err := claimDocument(next)
		if err != nil {
			return err
		}
		done, err := s.claims.ReplaceOne(ctx, taking(held), document)
		if ok = err == nil && done.MatchedCount > 0; ok && next.Fence > held.Fence {
			return s.disarm(ctx, held.Customer)
		}
		return err
	})
	return ok, err
}

// Release implements store.Store in one request.
func (s *Store) Release(ctx context.Context, held rows.Reservation) error {
	return s.do(ctx, "releasing a claim", func(ctx context.Context) error {
		if !utf8.ValidString(held.Key) {
			return nil
		}
		_, err := s.claims.DeleteOne(ctx, taking(held))
		return err
	})
}

// SweepReservations implements store.Store in two requests; on a sharded cluster they ask
// every shard. What a sweep that ran out of time removed stays removed.
func (s *Store) SweepReservations(ctx context.Context, before time.Time) (swept int, err error) {
	err = s.do(ctx, "sweeping claims", func(ctx context.Context) error {
		ended := equal("ends", equal("$lt", bson.NewDateTimeFromTime(before)))
		found, err := s.claims.Find(ctx, ended, options.Find().SetProjection(equal("_id", 1)).SetLimit(rows.MostSwept))
		if err != nil {
			return err
		}
		var names []struct {
			Key string `bson:"_id"`
		}
		if err := found.All(ctx, &names); err != nil || len(names) == 0 {
			return err
		}
		keys := make(bson.A, len(names))
		for i, name := range names {
			keys[i] = name.Key
		}
		// One that was taken anew meanwhile ends later.
		done, err := s.claims.DeleteMany(ctx, append(equal("_id", equal("$in", keys)), ended...))
		if err == nil {
			swept = int(done.DeletedCount)
		}
		return err
	})
	return swept, err
}

// ReservationsAbout implements store.Store.
func (s *Store) ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) ([]rows.Reservation, error) {
	return s.claimsWhere(ctx, "reading claims about a customer", equal("about", object(id), "customer.tenant", object(tenant)), options.Find())
}

// ReservationsBehind implements store.Store. Keys are compared byte by byte, as is a
// collection without a collation.
func (s *Store) ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error) {
	within := equal("$gt", max(prefix, after), "$lt", prefix+"\U0010ffff")
	return s.claimsWhere(ctx, "reading claims", equal("_id", within), options.Find().SetSort(equal("_id", 1)).SetLimit(int64(limit)))
}

func (s *Store) claimsWhere(ctx context.Context, doing string, filter bson.D, how *options.FindOptionsBuilder) (list []rows.Reservation, err error) {
	err = s.do(ctx, doing, func(ctx context.Context) error {
		list = nil
		found, err := s.claims.Find(ctx, filter, how)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, found.Close(ctx)) }()
		for found.Next(ctx) {
			claim, err := codec.DecodeClaim(found.Current)
			if err != nil {
				return &unfit{err}
			}
			list = append(list, *claim)
		}
		return found.Err()
	})
	return list, err
}

// Scrub does nothing: the files are the server's.
func (s *Store) Scrub(ctx context.Context) error { return ctx.Err() }

// taking returns the filter of a claim that is still the one in held.
func taking(held rows.Reservation) bson.D {
	return equal("_id", held.Key,
		"customer.tenant", object(held.Customer.Tenant), "customer.id", object(held.Customer.ID),
		"taken", bson.NewDateTimeFromTime(held.Taken))
}

func claimDocument(claim rows.Reservation) (bson.Raw, error) {
	encoded, err := codec.EncodeClaim(&claim)
	if err != nil {
		return nil, &unfit{err}
	}
	return extend(encoded, bson.D{})
}
