// Package store composes the ports that the use cases declare into the one interface
// that an engine implements. The engines are its subpackages, and storetest is the
// contract that each of them passes.
package store

import (
	"context"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/activities"
	"tenantry/customers/events"
	"tenantry/customers/evidence"
	"tenantry/customers/idempotency"
	"tenantry/customers/identity"
	"tenantry/customers/instruments"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/requirements"
	"tenantry/customers/webhooks"
	"tenantry/internal/installed"
)

// MostSkew is by how much the clock of a process may differ from that of its store.
const MostSkew = 5 * time.Second

// Store is what an engine implements: every port. All of it is safe for concurrent use;
// every method names the tenant, but those of the operator and of maintenance.
type Store interface {
	registry.Store
	lifecycle.Store
	access.Store
	identity.Store
	requirements.Store
	evidence.Store
	instruments.Store
	activities.Store
	events.Log
	webhooks.Store
	idempotency.Store
	installed.Store

	// Close ends all work; writes that were acknowledged are safe.
	Close(ctx context.Context) error
}
