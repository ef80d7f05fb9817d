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
	"tenantry/customers/shown"
	"tenantry/internal/store/codec"
	"tenantry/tenancy"
)

// Get implements store.Store: one request to the shard of the tenant.
func (s *Store) Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	return s.one(ctx, "getting a customer", byRef(ref))
}

// GetAll implements store.Store: one request to the shards of the tenants.
func (s *Store) GetAll(ctx context.Context, refs []tenancy.Ref) (list []*customers.Customer, err error) {
	if len(refs) == 0 {
		return nil, ctx.Err()
	}
	err = s.those(ctx, refs, func(_ tenancy.Ref, c *customers.Customer, err error) error {
		if err == nil {
			list = append(list, c)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// those reads the customers of references and hands over each, or why it cannot be read. As
// any id may be found under any of the tenants, what was not asked for is left out here.
func (s *Store) those(ctx context.Context, refs []tenancy.Ref, take func(ref tenancy.Ref, c *customers.Customer, err error) error) error {
	asked := make(map[tenancy.Ref]bool, len(refs))
	for _, ref := range refs {
		asked[ref] = true
	}
	return s.do(ctx, "getting customers", func(ctx context.Context) error {
		return each(ctx, s.customers, append(byRefs(refs), bson.E{Key: living, Value: true}), options.Find(), func(document bson.Raw) error {
			id, _ := document.Lookup("_id").ObjectIDOK()
			tenant, _ := document.Lookup("tenant").ObjectIDOK()
			ref := tenancy.Ref{Tenant: tenancy.ID(tenant), ID: tenancy.ID(id)}
			if !asked[ref] {
				return nil
			}
			c, err := customer(document)
			return take(ref, c, err)
		})
	})
}

// byRefs returns a filter that matches the customers of references, and maybe others of the
// same tenants or ids.
func byRefs(refs []tenancy.Ref) bson.D {
	var ids, tenants []tenancy.ID
	for _, ref := range refs {
		ids = append(ids, ref.ID)
		if !slices.Contains(tenants, ref.Tenant) {
			tenants = append(tenants, ref.Tenant)
		}
	}
	return equal("_id", equal("$in", objects(ids)), "tenant", equal("$in", objects(tenants)))
}

// GetTogether implements store.Store: one request to the shards of the tenant that have
// one of the ids, which are all of the shard key.
func (s *Store) GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (c *customers.Customer, along []*customers.Customer, err error) {
	refs := []tenancy.Ref{ref}
	for _, id := range others {
		refs = append(refs, tenancy.Ref{Tenant: ref.Tenant, ID: id})
	}
	err = s.those(ctx, refs, func(found tenancy.Ref, one *customers.Customer, err error) error {
		switch {
		case found == ref:
			c = one
			return err
		case err == nil:
			along = append(along, one)
		}
		return nil // whoever reads that one alone is told of it
	})
	switch {
	case err != nil:
		return nil, nil, err
	case c == nil:
		return nil, nil, failed(ctx, "getting customers", rows.ErrNotFound)
	default:
		return c, along, nil
	}
}

// GetAnywhere implements store.Store. On a sharded cluster it asks every shard.
func (s *Store) GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error) {
	return s.one(ctx, "getting a customer of any tenant", equal("_id", object(id), living, true))
}

// Shown implements store.Store. It keeps nothing: other processes change the records too.
func (s *Store) Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error) {
	return show.Read(ctx, s, ref)
}

// Tombstone implements store.Store. Without a tenant it asks every shard.
func (s *Store) Tombstone(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error) {
	filter := equal("_id", object(ref.ID), "deleted", equal("$exists", true))
	if !ref.Tenant.IsZero() {
		filter = append(filter, bson.E{Key: "tenant", Value: object(ref.Tenant)})
	}
	return s.one(ctx, "getting a tombstone", filter)
}

// Root implements store.Store. On a sharded cluster it asks every shard, until it found the
// operator once.
func (s *Store) Root(ctx context.Context) (*customers.Customer, error) {
	const doing = "getting the operator"
	if known := s.operator.Load(); known != nil {
		if c, err := s.one(ctx, doing, byRef(*known)); !errors.Is(err, rows.ErrNotFound) {
			return c, err
		}
	}
	c, err := s.one(ctx, doing, equal("parent", absent(), living, true))
	if err == nil {
		ref := c.Ref()
		s.operator.Store(&ref)
	}
	return c, err
}

// absent returns the condition that a member does not exist.
func absent() bson.D { return equal("$exists", false) }

// one reads the customer that a filter matches.
func (s *Store) one(ctx context.Context, doing string, filter bson.D) (found *customers.Customer, err error) {
	err = s.do(ctx, doing, func(ctx context.Context) error {
		document, err := s.customers.FindOne(ctx, filter).Raw()
		if errors.Is(err, driver.ErrNoDocuments) {
			return rows.ErrNotFound
		}
		if err == nil {
			found, err = customer(document)
		}
		return err
	})
	return found, err
}

// Scan implements store.Store. On a sharded cluster it asks every shard.
func (s *Store) Scan(ctx context.Context, after tenancy.ID, limit int) (found []*customers.Customer, err error) {
	if limit < 1 {
		return nil, ctx.Err()
	}
	err = s.do(ctx, "walking over all customers", func(ctx context.Context) error {
		found, err = s.find(ctx, equal("_id", equal("$gt", object(after)), living, true),
			options.Find().SetSort(equal("_id", 1)), limit)
		return err
	})
	return found, err
}

// find reads up to limit customers that a filter matches, those that can be read.
func (s *Store) find(ctx context.Context, filter bson.D, how *options.FindOptionsBuilder, limit int) ([]*customers.Customer, error) {
	return whole(ctx, s, s.customers, "customer", codec.Decode, filter, how, limit)
}

// each calls do for every document that a filter matches. The bytes are do's only until
// it returns.
func each(ctx context.Context, from *driver.Collection, filter bson.D, how *options.FindOptionsBuilder, do func(bson.Raw) error) error {
	cursor, err := from.Find(ctx, filter, how)
	if err != nil {
		return err
	}
	defer func() { _ = cursor.Close(context.WithoutCancel(ctx)) }()
	for cursor.Next(ctx) {
		if err := do(cursor.Current); err != nil {
			return err
		}
	}
	return cursor.Err()
}
