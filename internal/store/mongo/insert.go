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
	"tenantry/tenancy"
)

// rounds bounds how often a write starts over because others got in its way. Every
// further round takes one more rival that does the same at the same moment.
const rounds = 16

// errContended ends a write that was in the way of too many others.
var errContended = errors.New("too many writes to the same place at once")

// Insert implements store.Store in three requests, four if it relies on reservations: it
// writes the customer undecided, which no reader sees, looks at the reservations, takes the
// mark of an erasure off the parent, and decides. The package comment explains why exactly one of it and an
// Erase of the parent, and of it and a rival for a value, succeeds. Each room takes one
// request more.
func (s *Store) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	err := s.do(ctx, "inserting a customer", func(ctx context.Context) error {
		if c.Deleted != nil {
			return &unfit{errors.New("a tombstone cannot be inserted")}
		}
		taken, err := s.takeRooms(ctx, c, rows.Rooms(with))
		if err != nil {
			return err
		}
		err = s.insert(ctx, c, with)
		if slices.Contains(refusals, err) {
			s.leaveRooms(ctx, c, taken)
		}
		return err
	})
	if err == nil {
		s.swapAll(ctx, with)
	}
	return err
}

// InsertAll implements store.Store, one customer after the other: there are no transactions.
func (s *Store) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) []error {
	return rows.InsertEach(list, stop, func(one rows.Insertion) error { return s.Insert(ctx, one.Customer, one.With...) })
}

func (s *Store) insert(ctx context.Context, c *customers.Customer, with []rows.Companion) error {
	for range rounds {
		mine := bson.NewObjectID()
		if err := s.propose(ctx, c, mine); err != nil {
			return err
		}
		if err := s.guarded(ctx, c.Ref(), with); err != nil {
			return s.withdraw(ctx, c.Ref(), mine, err)
		}
		if err := s.place(ctx, c); err != nil {
			return s.withdraw(ctx, c.Ref(), mine, err)
		}
		if decided, err := s.decide(ctx, c, mine); err != nil || decided {
			return err
		}
	}
	return errContended
}

// withdraw removes a proposal that was refused, and returns the refusal. After a fault
// the proposal stays: it does no harm, and the next Migrate removes it.
func (s *Store) withdraw(ctx context.Context, ref tenancy.Ref, mine bson.ObjectID, err error) error {
	if slices.Contains(refusals, err) {
		if _, fault := s.customers.DeleteOne(ctx, proposal(ref, mine)); fault != nil {
			return fault
		}
	}
	return err
}

// proposal returns the filter of a customer that is undecided, by the insertion's name.
func proposal(ref tenancy.Ref, mine bson.ObjectID) bson.D {
	return equal("_id", object(ref.ID), "tenant", object(ref.Tenant), attempt, mine)
}

// propose writes the customer undecided. It takes the place of an undecided one of
// the same tenant, whose insertion was interrupted or is just being overtaken. It
// returns rows.ErrExists.
func (s *Store) propose(ctx context.Context, c *customers.Customer, mine bson.ObjectID) error {
	proposed, err := document(c, equal(living, false, attempt, mine))
	if err != nil {
		return err
	}
	for range rounds {
		if _, err := s.customers.InsertOne(ctx, proposed); !driver.IsDuplicateKeyError(err) {
			return err
		}
		var holder struct {
			Tenant  bson.ObjectID `bson:"tenant"`
			Attempt bson.ObjectID `bson:"attempt"`
		}
		named := options.FindOne().SetProjection(equal("tenant", 1, attempt, 1))
		err := s.customers.FindOne(ctx, equal("_id", object(c.ID)), named).Decode(&holder)
		if errors.Is(err, driver.ErrNoDocuments) {
			continue
		}
		if err != nil || holder.Attempt == mine {
			return err
		}
		if holder.Attempt.IsZero() || holder.Tenant != object(c.Tenant) {
			return rows.ErrExists
		}
		taken, err := s.customers.ReplaceOne(ctx, proposal(c.Ref(), holder.Attempt), proposed)
		if err != nil || taken.MatchedCount > 0 {
			return err
		}
	}
	return errContended
}

// place checks that c has a place below its parent and takes the mark of an erasure off the
// parent. It is a write though there seldom is a mark: what a majority acknowledges was not
// answered by a primary that is one no more. It returns rows.ErrParentGone; for the
// operator, rows.ErrExists.
func (s *Store) place(ctx context.Context, c *customers.Customer) error {
	if c.Parent.IsZero() {
		return s.onlyRoot(ctx, c.ID)
	}
	done, err := s.customers.UpdateOne(ctx, byRef(parentOf(c)), equal("$unset", equal(erasing, "")))
	if err == nil && done.MatchedCount == 0 {
		err = rows.ErrParentGone
	}
	return err
}

// parentOf returns the reference of the parent. The child of the operator is a tenant of
// its own.
func parentOf(c *customers.Customer) tenancy.Ref {
	if c.Tenant == c.ID {
		return tenancy.Ref{Tenant: c.Parent, ID: c.Parent}
	}
	return tenancy.Ref{Tenant: c.Tenant, ID: c.Parent}
}

// onlyRoot tests that no other customer is the operator, or about to become it.
func (s *Store) onlyRoot(ctx context.Context, id tenancy.ID) error {
	others := equal("parent", absent(), living, equal("$exists", true), "_id", equal("$ne", object(id)))
	there, err := s.exists(ctx, others)
	if err == nil && there {
		err = rows.ErrExists
	}
	return err
}

// decide makes the proposed customer a living one. It returns false if an erasure of the
// parent removed the proposal first; the parent may live all the same.
func (s *Store) decide(ctx context.Context, c *customers.Customer, mine bson.ObjectID) (bool, error) {
	set := equal(pending, len(c.Outbox) > 0, living, true)
	done, err := s.customers.UpdateOne(ctx, proposal(c.Ref(), mine), equal("$set", set, "$unset", equal(attempt, "")))
	if err != nil || done.MatchedCount > 0 {
		return true, err
	}
	there, err := s.exists(ctx, equal("_id", object(c.ID), "tenant", object(c.Tenant)))
	if err == nil && there {
		err = rows.ErrExists // another insertion of the same id came first
	}
	return false, err
}

// exists reports whether there is a customer that matches a filter.
func (s *Store) exists(ctx context.Context, filter bson.D) (bool, error) {
	err := s.customers.FindOne(ctx, filter, options.FindOne().SetProjection(equal("_id", 1))).Err()
	if errors.Is(err, driver.ErrNoDocuments) {
		return false, nil
	}
	return err == nil, err
}
