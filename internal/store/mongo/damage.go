package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Damaged implements store.Store.
func (s *Store) Damaged() []rows.Damage { return s.damage.All() }

// decoded reads a stored document. Its error is a *rows.Damage that no other try can fix.
func decoded[T any](document bson.Raw, kind string, decode func([]byte) (*T, error)) (*T, error) {
	record, err := decode(document)
	if err != nil {
		id, _ := document.Lookup("_id").ObjectIDOK()
		return nil, &unfit{&rows.Damage{Kind: kind, ID: tenancy.ID(id), Cause: err}}
	}
	return record, nil
}

// whole reads up to limit records that a filter matches. Those that cannot be read are
// noted and left out, and as many more are asked for as are known to be damaged, so that
// they neither end a page early nor stand before the rest for ever.
func whole[T any](ctx context.Context, s *Store, from *driver.Collection, kind string, decode func([]byte) (*T, error),
	filter bson.D, how *options.FindOptionsBuilder, limit int,
) ([]*T, error) {
	for {
		known := s.damage.Count()
		var list []*T
		err := each(ctx, from, filter, how.SetLimit(int64(limit)+int64(known)), func(document bson.Raw) error {
			record, err := decoded(document, kind, decode)
			if errors.Is(err, rows.ErrDamaged) {
				s.damage.Note(err)
				return nil
			}
			if err == nil && len(list) < limit {
				list = append(list, record)
			}
			return err
		})
		if err != nil || s.damage.Count() == known {
			return list, err
		}
	}
}

// positionOf returns the place of a stored customer in an order, without decoding it.
func positionOf(document bson.Raw, by rows.OrderBy) *rows.Position {
	id, _ := document.Lookup("_id").ObjectIDOK()
	at := rows.Position{ID: tenancy.ID(id)}
	member, _ := orderOf(rows.Order{By: by})
	if by == rows.ByName {
		at.Name, _ = document.Lookup(member).StringValueOK()
	} else if moment, ok := document.Lookup(member).DateTimeOK(); ok {
		at.Time = bson.DateTime(moment).Time().UTC()
	}
	return &at
}

// customer reads a stored customer. The bytes are not kept.
func customer(document bson.Raw) (*customers.Customer, error) {
	return decoded(document, "customer", codec.Decode)
}
