package rules

import (
	"context"

	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
)

// Store is what the rules need of a store beside the registry.
type Store interface {
	// List reads one page.
	List(ctx context.Context, q rows.Query) (rows.Page, error)
}

// Service is Straddle's contract over the registry. It is safe for concurrent use.
type Service struct {
	registry    *registry.Registry
	identity    *identity.Service
	instruments *instruments.Service
	store       Store
	provider    identity.Provider
}

// New returns a Service; provider says whether outcomes can be asked for.
func New(r *registry.Registry, reviews *identity.Service, banks *instruments.Service, store Store, provider identity.Provider) *Service {
	return &Service{registry: r, identity: reviews, instruments: banks, store: store, provider: provider}
}
