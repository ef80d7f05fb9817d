package mongo

import (
	"context"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// guarded returns rows.ErrStale unless every reservation that a write relies on stands.
// A rival that takes one away afterwards disarms the write: the package comment has the
// argument.
func (s *Store) guarded(ctx context.Context, written tenancy.Ref, with []rows.Companion) error {
	relied := rows.Relied(with)
	if len(relied) == 0 {
		return nil
	}
	stored, err := s.holders(ctx, relied)
	if err != nil {
		return err
	}
	for _, companion := range relied {
		if holder, held := stored[companion.Held.Key]; !held || !companion.Guards(holder, written) {
			return rows.ErrStale
		}
	}
	return nil
}

// holders reads the reservations of companions by their keys, those that there are.
func (s *Store) holders(ctx context.Context, with []rows.Companion) (map[string]rows.Reservation, error) {
	keys, found := bson.A{}, map[string]rows.Reservation{}
	for _, companion := range with {
		if utf8.ValidString(companion.Held.Key) {
			keys = append(keys, companion.Held.Key)
		}
	}
	err := each(ctx, s.claims, equal("_id", equal("$in", keys)), options.Find(), func(document bson.Raw) error {
		claim, err := codec.DecodeClaim(document)
		if err != nil {
			return &unfit{err}
		}
		found[claim.Key] = *claim
		return nil
	})
	return found, err
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
