package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/tenancy"
)

// FirstInactive implements store.Store: one request to the shard of the tenant, which
// finds the customers by their ids and answers with those alone that are not active.
func (s *Store) FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (customers.Status, error) {
	if len(ids) == 0 {
		return customers.StatusActive, ctx.Err()
	}
	wanted := make(bson.A, 0, len(ids))
	for _, id := range ids {
		wanted = append(wanted, object(id))
	}
	found := make(map[tenancy.ID]customers.Status)
	err := s.do(ctx, "looking for customers that are not active", func(ctx context.Context) error {
		filter := equal("_id", equal("$in", wanted), "tenant", object(tenant), living, true, "status", equal("$ne", string(customers.StatusActive)))
		return each(ctx, s.customers, filter, options.Find().SetProjection(equal("_id", 1, "status", 1)), func(document bson.Raw) error {
			id, _ := document.Lookup("_id").ObjectIDOK()
			status, _ := document.Lookup("status").StringValueOK()
			found[tenancy.ID(id)] = customers.Status(status)
			return nil
		})
	})
	if err != nil {
		return "", err
	}
	for _, id := range ids {
		if status, off := found[id]; off {
			return status, nil
		}
	}
	return customers.StatusActive, nil
}
