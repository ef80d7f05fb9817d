package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/access"
	"tenantry/customers/evidence"
	"tenantry/customers/identity"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/plans"
	"tenantry/tenancy"
)

// Store is what these use cases need of a store beside the registry.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// Root reads the operator. ErrNotFound on an empty store.
	Root(ctx context.Context) (*customers.Customer, error)
	// List reads one page.
	List(ctx context.Context, q rows.Query) (rows.Page, error)
	// Scan reads up to limit living customers of all tenants behind the given id,
	// in the order of ids: for maintenance only.
	Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// CountByStatus counts the living children of a customer by status, within one
	// tenant; the zero tenant is the operator's reach. It does not read them.
	CountByStatus(ctx context.Context, tenant, under tenancy.ID) (rows.StatusCounts, error)
	// CountTraits counts the living customers below one that have each of the traits, in
	// their order. It may stop at rows.MostCounted, and says so.
	CountTraits(ctx context.Context, q rows.CountQuery) ([]rows.Count, error)
	// CountChildren counts the living children of each of the customers, in their order. None
	// of them is the operator, whose children are of other tenants. It may stop at
	// rows.MostCounted, and says so. The counts may be of some time ago, as lists may.
	CountChildren(ctx context.Context, of []tenancy.Ref) ([]rows.Count, error)
	// Scrub removes from the files of the engine, as far as it writes them itself, what was
	// erased or replaced before.
	Scrub(ctx context.Context) error
}

// Options are what a Service is made of; all are required.
type Options struct {
	Registry *registry.Registry
	View     *view.Presenter
	Identity *identity.Service
	Evidence *evidence.Service
	Access   *access.Service
	Store    Store
	Sealer   cursor.Sealer
	Plans    *plans.Catalog
	// PayerPlan is the key of the plan of payers.
	PayerPlan string
}

// Service creates, changes, reads, lists and deletes customers natively. It is safe for
// concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	identity *identity.Service
	evidence *evidence.Service
	access   *access.Service
	store    Store
	sealer   cursor.Sealer
	catalog  *plans.Catalog
	// payerPlan is the key of the plan of payers.
	payerPlan string
}

// New returns a Service.
func New(o Options) *Service {
	return &Service{
		registry: o.Registry, view: o.View, identity: o.Identity, evidence: o.Evidence, access: o.Access,
		store: o.Store, sealer: o.Sealer, catalog: o.Plans, payerPlan: o.PayerPlan,
	}
}
