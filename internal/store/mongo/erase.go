package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Erase implements store.Store in five requests: it looks for children, marks the
// customer, removes children whose insertion is undecided, looks again, and writes the
// tombstone if the mark still stands. An insert of a child that took the mark off makes
// it end with rows.ErrHasChildren, even if that insert itself is interrupted later.
// The package comment explains why exactly one of the two succeeds.
func (s *Store) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	err := s.do(ctx, "erasing a customer", func(ctx context.Context) error {
		if c.Deleted == nil {
			return &unfit{errors.New("what is written over an erased customer must be a tombstone")}
		}
		if c.Version != version+1 {
			return s.noSuccessor(ctx, c, version)
		}
		tombstone, err := document(c, equal(pending, len(c.Outbox) > 0))
		if err != nil {
			return err
		}
		// Most refusals end here, without disturbing inserts.
		if err := s.childless(ctx, c); err != nil {
			return err
		}
		mark, err := s.mark(ctx, c.Ref(), version)
		if err != nil {
			return err
		}
		if err := s.clear(ctx, c, mark); err != nil {
			return err
		}
		return s.bury(ctx, c, mark, tombstone)
	})
	if err == nil {
		s.leaveRooms(ctx, c, rows.Rooms(with))
		s.swapAll(ctx, with)
	}
	return err
}

// mark announces the erasure and returns its name. The mark of another erasure, under way
// or interrupted, is adopted: the first of them to get there writes the tombstone. It
// returns rows.ErrNotFound and rows.ErrStale.
func (s *Store) mark(ctx context.Context, ref tenancy.Ref, version int64) (bson.ObjectID, error) {
	for range rounds {
		mine := bson.NewObjectID()
		free := append(byRef(ref), equal("version", version, erasing, absent())...)
		done, err := s.customers.UpdateOne(ctx, free, equal("$set", equal(erasing, mine)))
		if err != nil || done.MatchedCount > 0 {
			return mine, err
		}
		now, err := s.unchanged(ctx, ref, version)
		if err != nil || !now.Erasing.IsZero() {
			return now.Erasing, err
		}
		// Another mark stood there and was taken off between the two requests.
	}
	return bson.NilObjectID, errContended
}

// clear tests, once the mark stands, that there are no children, and removes those that
// are undecided. If it finds living ones it takes the mark off.
func (s *Store) clear(ctx context.Context, c *customers.Customer, mark bson.ObjectID) error {
	// A write even if there is none to remove: see place.
	if _, err := s.customers.DeleteMany(ctx, children(c, false)); err != nil {
		return err
	}
	err := s.childless(ctx, c)
	if errors.Is(err, rows.ErrHasChildren) {
		if _, fault := s.turnAway(ctx, c.Ref(), mark); fault != nil {
			return fault
		}
	}
	return err
}

// bury writes the tombstone c over a customer that is still marked. If the mark was taken
// off, it returns rows.ErrStale if a write of the customer did so,
// rows.ErrNotFound if another erasure did, and otherwise rows.ErrHasChildren. It returns
// rows.ErrStale, too, if an event of no change came since the customer was read.
func (s *Store) bury(ctx context.Context, c *customers.Customer, mark bson.ObjectID, tombstone bson.Raw) error {
	marked := append(byRef(c.Ref()), append(equal("version", c.Version-1, erasing, mark), audits(c))...)
	done, err := s.customers.ReplaceOne(ctx, marked, tombstone)
	if err != nil || done.MatchedCount > 0 {
		return err
	}
	now, err := s.unchanged(ctx, c.Ref(), c.Version-1)
	switch {
	case err != nil:
		return err
	case now.Audits != c.AuditCount:
		return rows.ErrStale
	default:
		return rows.ErrHasChildren
	}
}

// turnAway takes the mark of an erasure off, which then cannot end; it returns false if
// the mark was gone already.
func (s *Store) turnAway(ctx context.Context, ref tenancy.Ref, mark bson.ObjectID) (bool, error) {
	marked := append(byRef(ref), bson.E{Key: erasing, Value: mark})
	done, err := s.customers.UpdateOne(ctx, marked, equal("$unset", equal(erasing, "")))
	return err == nil && done.MatchedCount > 0, err
}

// childless returns rows.ErrHasChildren if there are living children, and
// rows.ErrNotFound if there are, but not below the customer of that tenant.
func (s *Store) childless(ctx context.Context, c *customers.Customer) error {
	there, err := s.exists(ctx, children(c, true))
	if err == nil && there {
		if _, err = s.readLiveState(ctx, c.Ref()); err == nil {
			err = rows.ErrHasChildren
		}
	}
	return err
}

// children returns the filter of the children of c, decided or not. Those of the operator
// are tenants of their own.
func children(c *customers.Customer, alive bool) bson.D {
	filter := equal("parent", object(c.ID), living, alive)
	if !c.Parent.IsZero() {
		filter = append(filter, bson.E{Key: "tenant", Value: object(c.Tenant)})
	}
	return filter
}
