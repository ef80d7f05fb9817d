package activities

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/cursor"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Store is the port of activities.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// PutActivity stores an activity, once by its id: doing it again changes nothing.
	PutActivity(ctx context.Context, a customers.Activity) error
	// ActivityOf reads the activity of a customer with that reference, compared byte
	// for byte. ErrNotFound.
	ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (customers.Activity, error)
	// Activity reads one by its id, of any tenant where tenant is zero: for the
	// operator's reach only. ErrNotFound.
	Activity(ctx context.Context, tenant, id tenancy.ID) (customers.Activity, error)
	// Activities reads one page of a customer's activities.
	Activities(ctx context.Context, q rows.ActivityQuery) (rows.ActivityPage, error)
}

// Service keeps what a platform's ledger reports. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	store    Store
	sealer   cursor.Sealer
	// thresholds are those that some plan waits for.
	thresholds []customers.Threshold
}

// New returns a Service. The catalog names the thresholds of business to watch.
func New(r *registry.Registry, store Store, sealer cursor.Sealer, catalog *plans.Catalog) *Service {
	s := &Service{registry: r, store: store, sealer: sealer}
	for _, t := range catalog.Thresholds() {
		s.thresholds = append(s.thresholds, customers.Threshold(t))
	}
	return s
}
