package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// parts are the ids of what belongs to a customer and is found by its id alone; absent
// for none.
const parts = "parts"

// bankID is where the ids of banks stand.
const bankID = "banks.id"

// fileName returns the _id of the bytes of a document: tenant, customer and document one
// behind the other, so that no two tenants ever share one.
func fileName(ref tenancy.Ref, id tenancy.ID) bson.Binary {
	name := make([]byte, 0, 3*len(id))
	name = append(name, ref.Tenant[:]...)
	name = append(name, ref.ID[:]...)
	return bson.Binary{Data: append(name, id[:]...)}
}

// byFile returns the filter of the bytes of one document.
func byFile(ref tenancy.Ref, id tenancy.ID) bson.D {
	return equal("_id", fileName(ref, id), "tenant", object(ref.Tenant))
}

// PutDocument implements store.Store in one request.
func (s *Store) PutDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.do(ctx, "storing a document", func(ctx context.Context) error {
		_, err := s.documents.InsertOne(ctx, append(byFile(ref, id), equal("customer", object(ref.ID), "box", bson.Binary{Data: box})...))
		if driver.IsDuplicateKeyError(err) {
			err = rows.ErrExists
		}
		return err
	})
}

// Document implements store.Store in one request.
func (s *Store) Document(ctx context.Context, ref tenancy.Ref, id tenancy.ID) (box []byte, err error) {
	err = s.do(ctx, "reading a document", func(ctx context.Context) error {
		var found struct {
			Box bson.Binary `bson:"box"`
		}
		err := s.documents.FindOne(ctx, byFile(ref, id)).Decode(&found)
		if errors.Is(err, driver.ErrNoDocuments) {
			err = rows.ErrNotFound
		}
		box = found.Box.Data
		return err
	})
	return box, err
}

// ResealDocument implements store.Store in one request.
func (s *Store) ResealDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID, box []byte) error {
	return s.do(ctx, "resealing a document", func(ctx context.Context) error {
		done, err := s.documents.UpdateOne(ctx, byFile(ref, id), equal("$set", equal("box", bson.Binary{Data: box})))
		if err == nil && done.MatchedCount == 0 {
			err = rows.ErrNotFound
		}
		return err
	})
}

// RemoveDocument implements store.Store in one request.
func (s *Store) RemoveDocument(ctx context.Context, ref tenancy.Ref, id tenancy.ID) error {
	return s.do(ctx, "removing a document", func(ctx context.Context) error {
		_, err := s.documents.DeleteOne(ctx, byFile(ref, id))
		return err
	})
}

// RemoveDocuments implements store.Store. If it was interrupted, doing it again
// finishes it.
func (s *Store) RemoveDocuments(ctx context.Context, ref tenancy.Ref) error {
	return s.do(ctx, "removing the documents of a customer", func(ctx context.Context) error {
		_, err := s.documents.DeleteMany(ctx, equal("tenant", object(ref.Tenant), "customer", object(ref.ID)))
		return err
	})
}

// withPart selects the living customers with a part. Banks are found where they stand in the
// document, so that those of earlier builds are too.
func withPart(part tenancy.ID) bson.D {
	return equal("$or", bson.A{equal(parts, object(part)), equal(bankID, object(part))}, living, true)
}

// DocumentsBehind implements store.Store in one request, in the order of the names; on a
// sharded cluster it asks every shard.
func (s *Store) DocumentsBehind(ctx context.Context, after rows.StoredFile, limit int) (list []rows.StoredFile, err error) {
	err = s.do(ctx, "looking at documents", func(ctx context.Context) error {
		behind := equal("_id", equal("$gt", fileName(after.Customer, after.ID)))
		found, err := s.documents.Find(ctx, behind, options.Find().SetProjection(equal("_id", 1)).SetSort(equal("_id", 1)).SetLimit(int64(limit)))
		if err != nil {
			return err
		}
		var names []struct {
			ID bson.Binary `bson:"_id"`
		}
		if err := found.All(ctx, &names); err != nil {
			return err
		}
		list = make([]rows.StoredFile, len(names))
		for i, name := range names {
			const size = len(tenancy.ID{})
			if len(name.ID.Data) != 3*size {
				return &unfit{errors.New("a document has a name that this program did not give")}
			}
			copy(list[i].Customer.Tenant[:], name.ID.Data)
			copy(list[i].Customer.ID[:], name.ID.Data[size:])
			copy(list[i].ID[:], name.ID.Data[2*size:])
		}
		return nil
	})
	return list, err
}

// CustomerWithPart implements store.Store: one request to the shard of the tenant; for
// the operator's reach, to every shard.
func (s *Store) CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (*customers.Customer, error) {
	filter := withPart(part)
	if !tenant.IsZero() {
		filter = append(equal("tenant", object(tenant)), filter...)
	}
	return s.one(ctx, "looking for a part", filter)
}

// CustomersWithPart implements store.Store: one request to the shard of the tenant; for
// the operator's reach, to every shard.
func (s *Store) CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) (found []*customers.Customer, err error) {
	if limit < 1 {
		return nil, ctx.Err()
	}
	filter := append(withPart(part), equal("_id", equal("$gt", object(after)))...)
	if !tenant.IsZero() {
		filter = append(equal("tenant", object(tenant)), filter...)
	}
	err = s.do(ctx, "looking for parts", func(ctx context.Context) error {
		found, err = s.find(ctx, filter, options.Find().SetSort(equal("_id", 1)), limit)
		return err
	})
	return found, err
}

// partsOf returns the ids of the parts of a customer as MongoDB has them.
func partsOf(c *customers.Customer) bson.A {
	var all bson.A
	for _, id := range c.SubresourceIDs() {
		all = append(all, object(id))
	}
	return all
}
