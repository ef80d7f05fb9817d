package registry

import (
	"context"
	"errors"
	"io"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/customers/view"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Records is the port of the customers themselves. All of it is safe for concurrent
// use. A returned record is shared: the receiver must not change it. A record handed in
// belongs to the store afterwards and must not be changed either. A write that returned
// nil survives the loss of power.
type Records interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// GetTogether reads one living customer and, where one request to the server brings them
	// along, those of others that are living customers of the same tenant and can be read;
	// an engine that reads by id at no such cost brings none. ErrNotFound for the first.
	GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (c *customers.Customer, along []*customers.Customer, err error)
	// GetAnywhere reads one living customer of any tenant: for the operator's
	// reach only. ErrNotFound.
	GetAnywhere(ctx context.Context, id tenancy.ID) (*customers.Customer, error)
	// Shown returns what show makes of one living customer, or made of it as it stands if
	// that is still good. A reference without a tenant is the operator's reach. ErrNotFound,
	// and the errors of show.
	Shown(ctx context.Context, ref tenancy.Ref, show shown.Show) (shown.Answer, error)
	// Root reads the operator. ErrNotFound on an empty store.
	Root(ctx context.Context) (*customers.Customer, error)
	// FirstInactive returns the status of the first of ids that names a living customer
	// of the tenant which is not active; StatusActive when none does. It costs no read
	// where the process knows all that are not active, else one of the tenant, and
	// none for no ids. A switch counts from the moment its write is acknowledged.
	FirstInactive(ctx context.Context, tenant tenancy.ID, ids []tenancy.ID) (customers.Status, error)
	// Insert adds a new customer with its events, atomically with the check that
	// its parent lives: against a concurrent Erase of the parent exactly one of the
	// two succeeds. ErrExists, ErrStale for a companion, ErrParentGone.
	Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error
	// InsertAll is Insert for each of a list, in its order and by as few commits as the
	// engine can: one that is refused takes no other with it. It returns an outcome for
	// each; with stop, nothing behind the first that is not inserted is written, nor has
	// an outcome.
	InsertAll(ctx context.Context, list []rows.Insertion, stop bool) (outcomes []error)
	// Replace writes c over the living record of its Ref, if that has version
	// `version` and the AuditCount of c; c.Version is version+1. ErrNotFound, ErrStale.
	Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error
	// Erase is Replace with a tombstone (c.Deleted is set), refused while the
	// customer has living children. ErrNotFound, ErrStale, ErrHasChildren.
	Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error
	// Tombstone reads what an erasure left; a zero tenant is the operator's reach.
	// ErrNotFound, also for a living customer.
	Tombstone(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// List reads one page.
	List(ctx context.Context, q rows.Query) (rows.Page, error)
	// Ping returns nil when the store can serve.
	Ping(ctx context.Context) error
	// Damaged returns the stored records that could not be read since the store was
	// opened. A read of one of them alone returns an error that wraps ErrDamaged; reads
	// of many leave it out.
	Damaged() []rows.Damage
}

// Reservations is the port of reserved unique values.
type Reservations interface {
	Skewed
	// Reserve takes a reservation that is free. Otherwise it returns the one that
	// stands, and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// ReserveAll is Reserve for each of a list of different keys, by as few requests as the
	// engine can. It returns for each the one that stands, and whether that was taken;
	// beside an error those that are known, in the order of the list: any other may have
	// been taken.
	ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	// After a swap to a higher Fence no write succeeds any more that has the one before
	// as a companion.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
	// Release removes the reservation, if it still stands as held says. Else nothing.
	Release(ctx context.Context, held rows.Reservation) error
	// SweepReservations removes those that ended before the given time, at most
	// rows.MostSwept, and returns how many.
	SweepReservations(ctx context.Context, before time.Time) (int, error)
	// ReservationsBehind reads up to limit reservations whose keys begin with prefix and
	// are behind after, by their keys: for maintenance only.
	ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error)
}

// Log is the port of events that belong to no change.
type Log interface {
	// AddEvent assigns an event that belongs to no change the next number of its customer
	// and adds it to the outbox, counted in EventCount and AuditCount, in one write that
	// leaves the version. It returns the event as it was written. ErrNotFound. From then
	// on Replace and Erase of a record that was read before end with ErrStale.
	AddEvent(ctx context.Context, ref tenancy.Ref, event customers.Event) (customers.Event, error)
	// Relay stores the events of batches, of a customer each, in the event log, each once
	// by its id, and then removes them from the outboxes without touching a version.
	// Doing it again, also after a crash at any point or a fault in the middle, changes
	// nothing.
	Relay(ctx context.Context, batches ...rows.Batch) error
}

// Store is what the registry needs of a store.
type Store interface {
	Records
	Reservations
	Log
}

// Options are what a Registry is made of; all but the numbers, VerifyOwner and Pause
// are required.
type Options struct {
	Store  Store
	Sealer Sealer
	View   *view.Presenter
	Plans  *plans.Catalog
	Minter keys.Minter
	// SettingsRules say which receivers of events are acceptable.
	SettingsRules settings.Rules
	// VerifyOwner judges complete owners at once; nil asks each for a document.
	VerifyOwner OwnerVerifier
	// Mode is keys.Test in a sandbox, else keys.Live.
	Mode keys.Mode
	// MaxDepth is the most customers on a path from the root; default 5.
	MaxDepth int
	// Pause waits before another try after lost races; default: a timer.
	Pause  func(ctx context.Context, d time.Duration) error
	Now    func() time.Time
	Random io.Reader
}

// Registry is the only writer of customers. It is safe for concurrent use.
type Registry struct {
	store         Store
	sealer        Sealer
	view          *view.Presenter
	catalog       *plans.Catalog
	minter        keys.Minter
	settingsRules settings.Rules
	verifyOwner   OwnerVerifier
	mode          keys.Mode
	maxDepth      int
	pause         func(ctx context.Context, d time.Duration) error
	clock         func() time.Time
	random        io.Reader
	hooks         hooks
	orphans       orphanSweep
	credentials   Credentials
}

// New checks the options and returns a Registry.
func New(o Options) (*Registry, error) {
	if o.Store == nil || o.Sealer == nil || o.View == nil || o.Plans == nil || o.Now == nil || o.Random == nil {
		return nil, errors.New("registry: an option is missing")
	}
	if o.MaxDepth == 0 {
		o.MaxDepth = 5
	}
	if o.Pause == nil {
		o.Pause = pause
	}
	return &Registry{
		store: o.Store, sealer: o.Sealer, view: o.View, catalog: o.Plans, minter: o.Minter, settingsRules: o.SettingsRules,
		verifyOwner: o.VerifyOwner, mode: o.Mode, maxDepth: o.MaxDepth, pause: o.Pause, clock: o.Now, random: o.Random,
	}, nil
}

// UseCredentials sets what replaces the keys of creations that were not answered.
func (s *Registry) UseCredentials(c Credentials) { s.credentials = c }

// Now returns the time as records keep it: UTC, whole milliseconds.
func (s *Registry) Now() time.Time { return s.clock().UTC().Truncate(time.Millisecond) }

// Ready returns nil when the store answers.
func (s *Registry) Ready(ctx context.Context) error {
	return rows.StoreFault(s.store.Ping(ctx), "asking the store")
}

// Damaged returns the stored records that could not be read since the service started.
func (s *Registry) Damaged() []rows.Damage { return s.store.Damaged() }
