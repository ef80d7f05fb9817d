package observed

import (
	"context"

	"tenantry/customers/rows"
)

// Arrivals implements store.Store.
func (s observed) Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error) {
	ctx, op := s.begin(ctx, "Arrivals")
	list, upTo, err = s.Store.Arrivals(ctx, q, after)
	op.end(err)
	return list, upTo, err
}

// LastArrival implements store.Store.
func (s observed) LastArrival(ctx context.Context) (result int64, err error) {
	ctx, op := s.begin(ctx, "LastArrival")
	result, err = s.Store.LastArrival(ctx)
	op.end(err)
	return result, err
}
