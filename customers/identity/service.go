package identity

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/tenancy"
)

// Store is the port of due reviews.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// DueReviews reads up to limit living customers of all tenants whose ReviewDue is
	// at `now` or before, the longest due first: for the background work only.
	DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error)
}

// Options are what a Service is made of; all are required.
type Options struct {
	Registry *registry.Registry
	View     *view.Presenter
	Store    Store
	Provider Provider
	// Policies are those of dialects, by name; the policy of plans is always there.
	Policies map[ReviewPolicy]Policy
}

// Service runs the identity reviews of customers. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	view     *view.Presenter
	store    Store
	provider Provider
	policies map[ReviewPolicy]Policy
}

// New returns a Service.
func New(o Options) *Service {
	s := &Service{
		registry: o.Registry, view: o.View, store: o.Store, provider: o.Provider, policies: map[ReviewPolicy]Policy{},
	}
	for name, policy := range o.Policies {
		s.policies[name] = policy
	}
	s.policies[ReviewByPlan] = PlanPolicy{s}
	return s
}
