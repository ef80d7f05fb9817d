package idempotency

import (
	"context"
	"io"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Store is the port of kept answers: they are reservations.
type Store interface {
	registry.Skewed
	// Reserve takes a reservation if it is free. When it is held, it returns
	// the one that stands and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
	// Release removes the reservation, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held rows.Reservation) error
	// ReservationsAbout reads the reservations of a tenant that are about an id.
	ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) ([]rows.Reservation, error)
	// ReservationsBehind reads up to limit reservations whose keys begin with prefix and
	// are behind after, by their keys: for maintenance only.
	ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error)
}

// Service begins, finishes and abandons idempotent requests. It is safe for concurrent
// use.
type Service struct {
	registry *registry.Registry
	store    Store
	sealer   registry.Sealer
	random   io.Reader
}

// New returns a Service.
func New(r *registry.Registry, store Store, sealer registry.Sealer, random io.Reader) *Service {
	return &Service{registry: r, store: store, sealer: sealer, random: random}
}
