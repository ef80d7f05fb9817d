package mongo

import (
	"context"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// CountTraits implements store.Store: a count of an index for each trait, which ends at
// rows.MostCounted.
func (s *Store) CountTraits(ctx context.Context, q rows.CountQuery) ([]rows.Count, error) {
	filters := make([]bson.D, len(q.Traits))
	for i, trait := range q.Traits {
		filters[i] = equal(marks, object(trait.Mark(q.Under, q.Deep)), living, true)
		if trait == (rows.Trait{}) {
			filters[i] = append(below(rows.Query{Under: q.Under, Deep: q.Deep}), bson.E{Key: living, Value: true})
		}
	}
	return s.countBounded(ctx, "counting customers", s.customersFor(q.MayLag), q.Tenant, filters)
}

// CountChildren implements store.Store, as CountTraits does. It may lag, as lists may, which
// alone show it.
func (s *Store) CountChildren(ctx context.Context, of []tenancy.Ref) ([]rows.Count, error) {
	filters := make([]bson.D, len(of))
	for i, ref := range of {
		filters[i] = equal("parent", object(ref.ID), living, true, "tenant", object(ref.Tenant))
	}
	return s.countBounded(ctx, "counting children", s.listed, tenancy.ID{}, filters)
}

// WaitingDocuments implements store.Store.
func (s *Store) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) (found []*customers.Customer, err error) {
	since := bson.NewDateTimeFromTime(q.From.Time)
	filter := equal(documentsAbove, object(q.Under), living, true, documentsDue, equal("$gte", since), "$or", bson.A{
		equal(documentsDue, equal("$gt", since)),
		equal(documentsDue, since, "_id", equal("$gte", object(q.From.ID))),
	})
	if !q.Tenant.IsZero() {
		filter = append(filter, bson.E{Key: "tenant", Value: object(q.Tenant)})
	}
	how := options.Find().SetSort(equal(documentsDue, 1, "_id", 1))
	err = s.do(ctx, "looking for documents that wait", func(ctx context.Context) (err error) {
		found, err = s.find(ctx, filter, how, q.Limit)
		return err
	})
	return found, err
}
