package access

import (
	"context"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Store is what access needs of a store beside the registry.
type Store interface {
	// Get reads one living customer. ErrNotFound.
	Get(ctx context.Context, ref tenancy.Ref) (*customers.Customer, error)
	// GetTogether reads one living customer and, where one request to the server brings them
	// along, those of others that are living customers of the same tenant. ErrNotFound for
	// the first.
	GetTogether(ctx context.Context, ref tenancy.Ref, others []tenancy.ID) (c *customers.Customer, along []*customers.Customer, err error)
	// ReservationHolder reads a reservation by its key. ErrNotFound.
	ReservationHolder(ctx context.Context, key string) (rows.Reservation, error)
	// ReservationsBehind reads up to limit reservations whose keys begin with prefix and
	// are behind after, by their keys.
	ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error)
	// NoteKeyUse raises the notes of when keys of some customers, each given once, were last
	// used, and replaces those of the addresses that are given, without touching the versions.
	// A customer that is gone is no error. On an error some notes may be written.
	NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error
	// TagKeys stores tags beside the hashes of a customer's keys, without touching the
	// version; a write that comes in between may lose them. A customer or key that is
	// gone is no error.
	TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error
	// CustomersWithPart reads up to limit living customers of a tenant behind the given
	// id, in the order of ids, that hold something of that id (see
	// customers.Customer.SubresourceIDs); the zero tenant is the operator's reach. They are
	// found by an index.
	CustomersWithPart(ctx context.Context, tenant, part, after tenancy.ID, limit int) ([]*customers.Customer, error)
	// Scan reads up to limit living customers of all tenants behind the given id,
	// in the order of ids: for maintenance only.
	Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error)
	// Events reads one page of the event log, newest first.
	Events(ctx context.Context, q rows.EventQuery) ([]rows.LoggedEvent, error)
	// Reserve takes a reservation if nobody holds it. When somebody does, it returns
	// that one and taken is false.
	Reserve(ctx context.Context, wanted rows.Reservation) (holder rows.Reservation, taken bool, err error)
	// CompareAndSwap replaces the reservation `held` by `next` (same Key), if it still
	// stands as `held` says (same Customer and Taken time); ok reports whether it did.
	CompareAndSwap(ctx context.Context, held, next rows.Reservation) (ok bool, err error)
}

// Options are what a Service is made of; all are required.
type Options struct {
	Registry *registry.Registry
	Store    Store
	Minter   keys.Minter
	Verifier *keys.Verifier
	Tokens   *keys.Tokens
	Sealer   registry.Sealer
	Mode     keys.Mode
	Now      func() time.Time
}

// Service authenticates callers and keeps keys, users and grants. It is safe for
// concurrent use.
type Service struct {
	registry *registry.Registry
	store    Store
	minter   keys.Minter
	verifier *keys.Verifier
	tokens   *keys.Tokens
	sealer   registry.Sealer
	mode     keys.Mode
	clock    func() time.Time
	refusals refusals
	attempts attempts
	uses     keyUses
	firsts   firstUses
}

// New returns a Service.
func New(o Options) *Service {
	return &Service{
		registry: o.Registry, store: o.Store, minter: o.Minter, verifier: o.Verifier, tokens: o.Tokens, sealer: o.Sealer, mode: o.Mode, clock: o.Now,
		firsts: firstUses{nudge: make(chan struct{}, 1)},
	}
}
