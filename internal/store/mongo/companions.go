package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// guarded returns rows.ErrStale unless every reservation that a write relies on stands.
// A rival that takes one away afterwards disarms the write: the package comment has the
// argument.
func (s *Store) guarded(ctx context.Context, written tenancy.Ref, with []rows.Companion) error {
	for _, companion := range rows.Relied(with) {
		stored, err := s.holder(ctx, companion.Held.Key)
		switch {
		case err == nil && companion.Guards(stored, written):
		case err == nil || errors.Is(err, rows.ErrNotFound):
			return rows.ErrStale
		default:
			return err
		}
	}
	return nil
}

// rely marks a customer for a change that relies on reservations, and returns the mark.
// Changes of one version share a mark: the version lets one of them through. It returns
// rows.ErrNotFound and rows.ErrStale.
func (s *Store) rely(ctx context.Context, ref tenancy.Ref, version int64) (bson.ObjectID, error) {
	for range rounds {
		mine := bson.NewObjectID()
		free := append(byRef(ref), equal("version", version, relying, absent())...)
		done, err := s.customers.UpdateOne(ctx, free, equal("$set", equal(relying, mine)))
		if err != nil || done.MatchedCount > 0 {
			return mine, err
		}
		now, err := s.unchanged(ctx, ref, version)
		if err != nil || !now.Relying.IsZero() {
			return now.Relying, err
		}
		// Another mark stood there and was taken off between the two requests.
	}
	return bson.NilObjectID, errContended
}

// disarm makes the writes under way of a customer fail that rely on reservations: it
// removes an undecided insertion and takes the mark of changes off.
func (s *Store) disarm(ctx context.Context, ref tenancy.Ref) error {
	undecided := equal("_id", object(ref.ID), "tenant", object(ref.Tenant), living, false)
	if _, err := s.customers.DeleteOne(ctx, undecided); err != nil {
		return err
	}
	marked := append(byRef(ref), bson.E{Key: relying, Value: equal("$exists", true)})
	_, err := s.customers.UpdateOne(ctx, marked, equal("$unset", equal(relying, "")))
	return err
}

// swapAll swaps the reservations that a write took along. The write is done by then: one
// that cannot be swapped now stays as it is.
func (s *Store) swapAll(ctx context.Context, with []rows.Companion) {
	for _, companion := range with {
		if companion.Next != nil {
			_, _ = s.CompareAndSwap(context.WithoutCancel(ctx), companion.Held, *companion.Next)
		}
	}
}
