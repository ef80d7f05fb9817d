package rules

import (
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/keys"
	"tenantry/settings"
)

// Service is Dwolla's contract over the registry. It is safe for concurrent use.
type Service struct {
	registry    *registry.Registry
	identity    *identity.Service
	instruments *instruments.Service
	mode        keys.Mode
}

// WebhookFormat are the properties of Dwolla's messages: they are signed with the secret
// that the client chose, and an account is none of its own customers.
var WebhookFormat = settings.FormatProperties{SignsWithText: true, OmitsItself: true}

// New returns a Service. The mode says whether it is a sandbox.
func New(r *registry.Registry, reviews *identity.Service, banks *instruments.Service, mode keys.Mode) *Service {
	return &Service{registry: r, identity: reviews, instruments: banks, mode: mode}
}
