package store

import (
	"context"

	"tenantry/customers/rows"
)

// ReserveEach is ReserveAll for an engine that takes reservations one after the other.
func ReserveEach(
	ctx context.Context, wanted []rows.Reservation, reserve func(context.Context, rows.Reservation) (rows.Reservation, bool, error),
) (holders []rows.Reservation, taken []bool, err error) {
	for _, one := range wanted {
		holder, free, err := reserve(ctx, one)
		if err != nil {
			return holders, taken, err
		}
		holders, taken = append(holders, holder), append(taken, free)
	}
	return holders, taken, nil
}
