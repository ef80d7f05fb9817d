package rules

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Store is what the rules need of a store beside the registry: instruments that wait
// for a customer are reservations.
type Store interface {
	registry.Skewed
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// List reads one page.
	List(ctx context.Context, q rows.Query) (rows.Page, error)
	// Reserve takes a reservation if nobody holds it. When somebody does, it returns
	// that one and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
	// Release removes the reservation, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held rows.Reservation) error
	// ReservationsBehind reads up to limit reservations whose keys begin with prefix and
	// are behind after, by their keys: for maintenance only.
	ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error)
}

// Options are what a Service is made of; all are required.
type Options struct {
	Registry *registry.Registry
	View     *view.Presenter
	Identity *identity.Service
	Store    Store
	Sealer   registry.Sealer
	Mode     keys.Mode
}

// Service is Balanced's contract over the registry. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	identity *identity.Service
	store    Store
	sealer   registry.Sealer
	mode     keys.Mode
}

// New returns a Service that forgets the instruments of customers which are erased.
func New(o Options) *Service {
	s := &Service{
		registry: o.Registry, view: o.View, identity: o.Identity, store: o.Store, sealer: o.Sealer, mode: o.Mode,
	}
	o.Registry.OnErased(s.forgetAll)
	return s
}
