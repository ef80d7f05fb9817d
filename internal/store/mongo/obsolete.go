package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
)

// obsoleteIndexes are those of customers that earlier builds made and used and this one
// does not.
func obsoleteIndexes() []index {
	return []index{
		{"backfill", equal(living, 1, enrollmentStatus, 1, "_id", 1)},
		{"backfill_meta", equal(living, 1, metaIndex, 1, "_id", 1)},
		{"backfill_derivation", equal(living, 1, derivation, 1, "_id", 1)},
		{"reviews_due", equal(reviewDue, 1)},
		{"plans_due", equal(planDue, 1)},
		{"drops_due", equal(dropsDue, 1)},
		{"outboxes", equal(pending, 1, "lastUpdated", 1)},
	}
}

// ErrUnmigrated refuses to drop indexes from a store that lacks one of this build's.
var ErrUnmigrated = errors.New("the store lacks indexes of this release")

// DropObsolete drops the indexes that earlier builds alone used, and returns their names. A
// process of such a build would read whole collections without them, so none may run any
// more. An index of the operator's own stays, also under such a name if it has other keys. It returns ErrUnmigrated.
func DropObsolete(ctx context.Context, o Options) (dropped []string, err error) {
	if o.Timeout <= 0 {
		o.Timeout = DefaultTimeout
	}
	s, err := connect(ctx, o, settings(o))
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close(context.WithoutCancel(ctx))) }()
	missing, err := s.MissingIndexes(ctx)
	if err != nil {
		return nil, err
	}
	if len(missing) > 0 {
		return nil, ErrUnmigrated
	}
	there, err := s.obsolete(ctx)
	if err != nil {
		return nil, err
	}
	for _, name := range there {
		const noSuchIndex = 27 // another process was quicker
		err := s.customers.Indexes().DropOne(ctx, name)
		if refused, ok := errors.AsType[driver.CommandError](err); ok && refused.HasErrorCode(noSuchIndex) {
			continue
		}
		if err != nil {
			return dropped, failed(ctx, "dropping the index "+name, err)
		}
		dropped = append(dropped, name)
	}
	return dropped, nil
}

// obsolete returns the names of the obsolete indexes that are there.
func (s *Store) obsolete(ctx context.Context) (names []string, err error) {
	specifications, err := s.customers.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, failed(ctx, "reading the indexes of MongoDB", err)
	}
	for _, old := range obsoleteIndexes() {
		if slices.ContainsFunc(specifications, func(there driver.IndexSpecification) bool {
			return there.Name == old.name && hasKeys(there.KeysDocument, old.keys)
		}) {
			names = append(names, old.name)
		}
	}
	return names, nil
}

// hasKeys reports whether an index has these keys, all of them ascending. Servers differ in
// the type of the number that says so.
func hasKeys(there bson.Raw, keys bson.D) bool {
	elements, err := there.Elements()
	return err == nil && slices.EqualFunc(elements, keys, func(element bson.RawElement, key bson.E) bool {
		direction, is := element.Value().AsInt64OK()
		return is && direction == 1 && element.Key() == key.Key
	})
}
