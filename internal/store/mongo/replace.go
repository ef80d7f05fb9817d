package mongo

import (
	"context"
	"errors"
	"fmt"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Replace implements store.Store: one request, and a second one to distinguish a
// missing record from a changed one if nothing was replaced. This package never repeats
// it, because the outcome of a write whose answer was lost cannot be told from that of
// another write; replica sets make the driver's own repetition safe.
//
// A write that relies on reservations takes two requests more: it marks the customer
// before it looks at them, and is stale when the mark was taken off meanwhile.
func (s *Store) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	const doing = "replacing a customer"
	err := s.do(ctx, doing, func(ctx context.Context) error {
		if c.Deleted != nil {
			return &unfit{errors.New("a tombstone is written by Erase only")}
		}
		if c.Version != version+1 {
			return s.noSuccessor(ctx, c, version)
		}
		next, err := document(c, equal(pending, len(c.Outbox) > 0, living, true))
		if err != nil {
			return err
		}
		asRead := append(byRef(c.Ref()), bson.E{Key: "version", Value: version}, audits(c))
		if len(rows.Relied(with)) > 0 {
			mark, err := s.rely(ctx, c.Ref(), version)
			if err == nil {
				err = s.guarded(ctx, c.Ref(), with)
			}
			if err != nil {
				return err
			}
			asRead = append(asRead, bson.E{Key: relying, Value: mark})
		}
		done, err := s.customers.ReplaceOne(ctx, asRead, next)
		if err != nil || done.MatchedCount > 0 {
			return err
		}
		if _, err := s.readLiveState(ctx, c.Ref()); err != nil {
			return err
		}
		return rows.ErrStale
	})
	if err == nil {
		s.swapAll(ctx, with)
	}
	return err
}

// audits returns the condition that no event of no change came since c was read.
func audits(c *customers.Customer) bson.E { return counted("auditCount", c.AuditCount) }

// counted returns the condition that a count, which is left out while it is zero, stands
// there.
func counted(member string, count int64) bson.E {
	if count == 0 {
		return bson.E{Key: member, Value: absent()}
	}
	return bson.E{Key: member, Value: count}
}

// noSuccessor returns the error of a write whose record is not the next version after the
// one that it names.
func (s *Store) noSuccessor(ctx context.Context, c *customers.Customer, version int64) error {
	_, err := s.unchanged(ctx, c.Ref(), version)
	if err == nil {
		err = &unfit{fmt.Errorf("version %d is not the successor of version %d", c.Version, version)}
	}
	return err
}

// liveState is the state of a living customer as far as writes are concerned.
type liveState struct {
	Version int64         `bson:"version"`
	Events  int64         `bson:"eventCount"`
	Audits  int64         `bson:"auditCount"`
	Erasing bson.ObjectID `bson:"erasing"` // zero when no erasure is under way
	Relying bson.ObjectID `bson:"relying"` // zero when no change relies on reservations
}

// readLiveState reads the state of a living customer. It returns rows.ErrNotFound.
func (s *Store) readLiveState(ctx context.Context, ref tenancy.Ref) (now liveState, err error) {
	only := options.FindOne().SetProjection(equal("version", 1, "eventCount", 1, "auditCount", 1, erasing, 1, relying, 1))
	err = s.customers.FindOne(ctx, byRef(ref), only).Decode(&now)
	if errors.Is(err, driver.ErrNoDocuments) {
		err = rows.ErrNotFound
	}
	return now, err
}

// unchanged is readLiveState, but returns rows.ErrStale for another version.
func (s *Store) unchanged(ctx context.Context, ref tenancy.Ref, version int64) (liveState, error) {
	now, err := s.readLiveState(ctx, ref)
	if err == nil && now.Version != version {
		err = rows.ErrStale
	}
	return now, err
}
