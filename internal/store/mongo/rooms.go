package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// How long a number may stand before it is counted anew: one that refuses an insert, and
// any other.
const (
	recountFull = 10 * time.Minute
	recountAny  = 24 * time.Hour
	// quiet is how long no place may have been taken before a count is believed: longer
	// than any insert is under way.
	quiet = time.Minute
)

// roomCount is how many places of a room are taken: a document of its own, made when the
// room is first asked for. A place is taken before the customer is written and left after
// its erasure, in one atomic request each, so no number of rivals fills the room beyond
// its bound. Where a process dies in between the number stays too high, and it falls
// behind while rooms are not asked for; so it is counted anew from time to time.
type roomCount struct {
	Places  int64     `bson:"places"`
	Taken   time.Time `bson:"taken"` // when a place was taken last
	Counted time.Time `bson:"counted"`
}

func roomOf(c *customers.Customer, of tenancy.ID) bson.D {
	return equal("_id", object(of), "tenant", object(c.Tenant))
}

// takeRooms takes a place in each room for c. It returns those taken, or rows.Full and
// none.
func (s *Store) takeRooms(ctx context.Context, c *customers.Customer, list []rows.Room) ([]rows.Room, error) {
	for i, room := range list {
		taken, err := s.takeRoom(ctx, c, room)
		if err == nil && taken {
			continue
		}
		s.leaveRooms(ctx, c, list[:i])
		if err == nil {
			err = rows.Full{Of: room.Of}
			// Another try of an insert that took the last place meets its own customer.
			if there, fault := s.exists(ctx, append(byRef(c.Ref()), bson.E{Key: living, Value: true})); fault != nil || there {
				err = refusal(fault, rows.ErrExists)
			}
		}
		return nil, err
	}
	return list, nil
}

func refusal(fault, err error) error {
	if fault != nil {
		return fault
	}
	return err
}

func (s *Store) takeRoom(ctx context.Context, c *customers.Customer, room rows.Room) (bool, error) {
	for range rounds {
		now := time.Now().UTC().Truncate(time.Millisecond)
		var before roomCount
		free := append(roomOf(c, room.Of), bson.E{Key: "places", Value: equal("$lt", room.Most)})
		err := s.counts.FindOneAndUpdate(ctx, free, equal("$inc", equal("places", 1), "$set", equal("taken", now)),
			options.FindOneAndUpdate().SetReturnDocument(options.Before)).Decode(&before)
		if err == nil {
			if now.Sub(before.Counted) >= recountAny && now.Sub(before.Taken) >= quiet {
				_, err = s.recount(ctx, c, room.Of, roomCount{Places: before.Places + 1, Taken: now, Counted: before.Counted}, 1)
			}
			return true, err
		}
		if !errors.Is(err, driver.ErrNoDocuments) {
			return false, err
		}
		err = s.counts.FindOne(ctx, roomOf(c, room.Of)).Decode(&before)
		switch {
		case errors.Is(err, driver.ErrNoDocuments):
			if err := s.firstCount(ctx, c, room.Of, now); err != nil {
				return false, err
			}
		case err != nil:
			return false, err
		case before.Places < room.Most: // one was left meanwhile
		case now.Sub(before.Counted) < recountFull || now.Sub(before.Taken) < quiet:
			return false, nil
		default:
			if recounted, err := s.recount(ctx, c, room.Of, before, 0); err != nil || !recounted {
				return false, err
			}
		}
	}
	return false, errContended
}

// firstCount makes the number of a room.
func (s *Store) firstCount(ctx context.Context, c *customers.Customer, of tenancy.ID, now time.Time) error {
	places, err := s.descendants(ctx, c, of)
	if err != nil {
		return err
	}
	first := append(roomOf(c, of), equal("places", places, "taken", time.UnixMilli(0), "counted", now)...)
	if _, err = s.counts.InsertOne(ctx, first); driver.IsDuplicateKeyError(err) {
		return nil // by another process
	}
	return err
}

// recount counts a room anew, and reports whether it did: not when others took or left
// places meanwhile. pending is how many of its places are taken for customers that are
// still to be written. First it says that it is counted now, so that one process counts.
func (s *Store) recount(ctx context.Context, c *customers.Customer, of tenancy.ID, as roomCount, pending int64) (bool, error) {
	now := time.Now().UTC().Truncate(time.Millisecond)
	counted, err := s.counts.UpdateOne(ctx, append(roomOf(c, of), bson.E{Key: "counted", Value: as.Counted}), equal("$set", equal("counted", now)))
	if err != nil || counted.MatchedCount == 0 {
		return false, err
	}
	places, err := s.descendants(ctx, c, of)
	if err != nil {
		return false, err
	}
	asFound := append(roomOf(c, of), equal("places", as.Places, "taken", as.Taken)...)
	set, err := s.counts.UpdateOne(ctx, asFound, equal("$set", equal("places", places+pending)))
	return err == nil && set.MatchedCount > 0, err
}

// descendants counts the living customers below one of the tenant of c, by an index alone.
func (s *Store) descendants(ctx context.Context, c *customers.Customer, of tenancy.ID) (int64, error) {
	return s.customers.CountDocuments(ctx, equal("path", object(of), living, true, "tenant", object(c.Tenant)))
}

// leaveRooms leaves the places of c. What cannot be left now is found by the next recount.
func (s *Store) leaveRooms(ctx context.Context, c *customers.Customer, list []rows.Room) {
	for _, room := range list {
		some := append(roomOf(c, room.Of), bson.E{Key: "places", Value: equal("$gt", 0)})
		_, _ = s.counts.UpdateOne(context.WithoutCancel(ctx), some, equal("$inc", equal("places", -1)))
	}
}
