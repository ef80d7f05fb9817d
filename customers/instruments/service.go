package instruments

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Store is the port of used tokens, which are reservations, of finding customers by their
// banks, and of micro-deposits that wait to be sent.
type Store interface {
	registry.Parts
	registry.Skewed
	// DueDrops reads up to limit living customers of all tenants behind a position, in the
	// order of their DropsDue and then of ids: for the operator alone.
	DueDrops(ctx context.Context, after rows.Position, limit int) ([]*customers.Customer, error)
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// Reserve takes a reservation if it is free. When it is held, it returns
	// the one that stands and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
}

// Service keeps banks, micro-deposits, cards and single-use tokens. It is safe for
// concurrent use.
type Service struct {
	registry *registry.Registry
	store    Store
	sealer   registry.Sealer
}

// New returns a Service.
func New(r *registry.Registry, store Store, sealer registry.Sealer) *Service {
	return &Service{registry: r, store: store, sealer: sealer}
}
