package rules

import (
	"tenantry/customers/identity"
	"tenantry/customers/registry"
)

// Service is Straddle's contract over the registry. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	identity *identity.Service
	provider identity.Provider
}

// New returns a Service; provider says whether outcomes can be asked for.
func New(r *registry.Registry, reviews *identity.Service, provider identity.Provider) *Service {
	return &Service{registry: r, identity: reviews, provider: provider}
}
