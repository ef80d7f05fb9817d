package events

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/cursor"
)

// Log is the port of the event log.
type Log interface {
	// Events reads one page of the event log.
	Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error)
	// Arrivals reads up to q.Limit events that came into the log behind a place, in that
	// order, and the place up to which it looked: reading on from there leaves out nothing
	// that the query selects. ID and Before of the query have no meaning here. An event that still waits
	// for its relay may come in later.
	Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error)
	// LastArrival returns the place of the event that came in last, 0 if none ever did.
	LastArrival(ctx context.Context) (int64, error)
	// CountEvents counts the logged events of all tenants that happened before the
	// given time: for the operator only.
	CountEvents(ctx context.Context, before time.Time) (int64, error)
	// PurgeEvents removes up to limit logged events of all tenants that happened
	// before the given time, and returns how many: for the operator only.
	PurgeEvents(ctx context.Context, before time.Time, limit int) (int, error)
}

// Service reads, follows, verifies and purges the event log. It is safe for concurrent use.
type Service struct {
	registry *registry.Registry
	store    Log
	sealer   cursor.Sealer
	feed     *feed
}

// New returns a Service.
func New(r *registry.Registry, log Log, sealer cursor.Sealer) *Service {
	s := &Service{registry: r, store: log, sealer: sealer, feed: newFeed(log)}
	r.OnWritten(func(context.Context, *customers.Customer, *customers.Customer) { s.feed.wake() })
	return s
}
