package rules

import (
	"tenantry/customers/identity"
	"tenantry/customers/registry"
)

// Service is Dwolla's contract over the registry. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	identity *identity.Service
}

// New returns a Service.
func New(r *registry.Registry, reviews *identity.Service) *Service {
	return &Service{registry: r, identity: reviews}
}
