package webhooks

import (
	"context"
	"io"
	"sync/atomic"
	"time"

	"tenantry/customers"
	"tenantry/customers/events"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Outbox is the port of events on their way to the log.
type Outbox interface {
	// Outboxes reads up to limit customers of these slots that have events to relay, as
	// batches. No failover undoes a write whose events it returned.
	Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error)
	// Relay stores the events of batches, of a customer each, in the event log, each once
	// by its id, and then removes them from the outboxes without touching a version.
	// Doing it again, also after a crash at any point or a fault in the middle, changes
	// nothing.
	Relay(ctx context.Context, batches ...rows.Batch) error
	// Redact takes out of a customer's logged events what they show: resource,
	// previous and changes. That they happened, when and by whom stays.
	Redact(ctx context.Context, ref tenancy.Ref) error
	// ThinEvents takes the copy of the resource out of up to limit logged events
	// that happened before the given time, and returns how many it changed. What
	// the audit trail needs of them stays.
	ThinEvents(ctx context.Context, before time.Time, limit int) (int, error)
	// Events reads one page of the event log.
	Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error)
	// Arrivals reads events in the order in which they came into the log, and LastArrival
	// the place of the last one: see events.Log.
	Arrivals(ctx context.Context, q rows.EventQuery, after int64) (list []rows.Arrival, upTo int64, err error)
	LastArrival(ctx context.Context) (int64, error)
}

// Leases is the port of leases and of notes about failing webhooks: both are
// reservations.
type Leases interface {
	registry.Skewed
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// GetAll reads those of the living customers that refs name, in any order, and leaves
	// out the others. It fails for one that cannot be read.
	GetAll(ctx context.Context, refs []tenancy.Ref) ([]*customers.Customer, error)
	// Reserve takes a reservation if it is free. When it is held, it returns
	// the one that stands and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
	// Release removes the reservation, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held rows.Reservation) error
}

// Store is what webhooks need of a store.
type Store interface {
	Outbox
	Deliveries
	Leases
}

// Options are what a Service and its Relay are made of; all but Topics, Relayed, Retention and
// Exclusive are required.
type Options struct {
	Registry *registry.Registry
	View     *view.Presenter
	Events   *events.Service
	Store    Store
	Sealer   cursor.Sealer
	// Topics names the messages of each format; default: the type of the event.
	Topics Topics
	// Formats are the properties of each format that differs from the native one.
	Formats map[settings.Format]settings.FormatProperties
	// Relayed is called after events were relayed, so that they are sent at once; may be nil.
	Relayed func()
	// Retention is how long ended deliveries, and the copies of resources in events, are
	// kept; zero keeps them for ever.
	Retention time.Duration
	// Exclusive reports that no other process works on the store.
	Exclusive bool
	Now       func() time.Time
	Random    io.Reader
}

// Service keeps the webhooks of customers and shows their deliveries. It is safe for
// concurrent use.
type Service struct{ *core }

// Relay moves events to the log and to webhooks, and serves the sender of deliveries. It
// is safe for concurrent use.
type Relay struct {
	*core
	beforeRelay []func(context.Context, rows.Batch) error
	// ran is when all outboxes were last relayed, in milliseconds since 1970; 0 for never.
	ran atomic.Int64
	// among divides the work among the processes, from Run on.
	among atomic.Pointer[shares]
	// written wakes a relay that rests, and fresh are the slots of what was written since
	// its last turn.
	written chan struct{}
	fresh   atomic.Uint64
}

// core is what both work with.
type core struct {
	registry  *registry.Registry
	view      *view.Presenter
	events    *events.Service
	store     Store
	sealer    cursor.Sealer
	topics    Topics
	formats   map[settings.Format]settings.FormatProperties
	relayed   func()
	retention time.Duration
	exclusive bool
	clock     func() time.Time
	random    io.Reader
}

// New returns a Service and the Relay of the same store. They keep the webhooks of each
// record in line with its settings, and relay a full outbox at once.
func New(o Options) (*Service, *Relay) {
	if o.Topics == nil {
		o.Topics = NativeTopics
	}
	shared := &core{
		registry: o.Registry, view: o.View, events: o.Events, store: o.Store, sealer: o.Sealer, topics: o.Topics, formats: o.Formats,
		relayed:   o.Relayed,
		retention: o.Retention, exclusive: o.Exclusive, clock: o.Now, random: o.Random,
	}
	o.Registry.BeforeRecord(shared.syncWebhooks)
	relay := &Relay{core: shared, written: make(chan struct{}, 1)}
	o.Registry.OnWritten(relay.relayFull)
	registry.OnEvents(o.Registry, relay.noteEvents)
	return &Service{shared}, relay
}
