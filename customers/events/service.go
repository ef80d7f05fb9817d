package events

import (
	"context"
	"time"

	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/cursor"
)

// Log is the port of the event log.
type Log interface {
	// Events reads one page of the event log.
	Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error)
	// CountEvents counts the logged events of all tenants that happened before the
	// given time: for the operator only.
	CountEvents(ctx context.Context, before time.Time) (int64, error)
	// PurgeEvents removes up to limit logged events of all tenants that happened
	// before the given time, and returns how many: for the operator only.
	PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error)
}

// Service reads, verifies and purges the event log. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	store    Log
	sealer   cursor.Sealer
}

// New returns a Service.
func New(r *registry.Registry, log Log, sealer cursor.Sealer) *Service {
	return &Service{registry: r, store: log, sealer: sealer}
}
