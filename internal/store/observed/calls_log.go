package observed

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Arrivals implements store.Store.
func (s observed) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error) {
	ctx, op := s.begin(ctx, "Arrivals")
	list, upTo, err = s.Store.Arrivals(ctx, q, after)
	op.end(err)
	return list, upTo, err
}

// GetAll implements store.Store.
func (s observed) GetAll(ctx context.Context, refs []tenancy.Ref) (result []*customers.Customer, err error) {
	ctx, op := s.begin(ctx, "GetAll")
	result, err = s.Store.GetAll(ctx, refs)
	op.end(err)
	return result, err
}

// LastArrival implements store.Store.
func (s observed) LastArrival(ctx context.Context) (result int64, err error) {
	ctx, op := s.begin(ctx, "LastArrival")
	result, err = s.Store.LastArrival(ctx)
	op.end(err)
	return result, err
}
