package memory

import (
	"context"
	"fmt"
	"sync"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Store implements store.Store. Make it with New.
type Store struct {
	mu      sync.Mutex
	records map[tenancy.ID]*customers.Customer // tombstones too
	claims  map[string]rows.Reservation
	// documents are the sealed bytes of uploads.
	documents map[file][]byte
	log       []logged // oldest first
	logged    map[tenancy.ID]bool
	arrived   int64 // the place of the event that came in last
	// deliveries holds all deliveries by their ids.
	deliveries map[tenancy.ID]rows.Delivery
	// activities holds all activities by their ids.
	activities map[tenancy.ID]customers.Activity
	// installation is nil until it is written.
	installation *rows.Installation

	failIn  int // calls until one fails; 0 is never
	failure error
}

var _ store.Store = (*Store)(nil)

// New returns an empty store.
func New() *Store {
	return &Store{
		records:   map[tenancy.ID]*customers.Customer{},
		claims:    map[string]rows.Reservation{},
		documents: map[file][]byte{},
		logged:    map[tenancy.ID]bool{},

		deliveries: map[tenancy.ID]rows.Delivery{},
		activities: map[tenancy.ID]customers.Activity{},
	}
}

// FailNext makes the n-th following call, of any method but Close, return err and do
// nothing; 1 is the next one. Later calls succeed again. It replaces what an earlier
// FailNext arranged; n below 1 cancels that.
func (s *Store) FailNext(n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failIn, s.failure = max(n, 0), err
}

// Ping returns nil unless it was told to fail.
func (s *Store) Ping(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.enter(ctx)
}

// Damaged returns nothing, because nothing here lies on a disk.
func (s *Store) Damaged() []rows.Damage { return nil }

// Close does nothing, because nothing outlives the process.
func (s *Store) Close(context.Context) error { return nil }

// enter begins every call: it fails those that shall fail. The mutex is held.
func (s *Store) enter(ctx context.Context) error {
	if s.failIn > 0 {
		if s.failIn--; s.failIn == 0 {
			return s.failure
		}
	}
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("entering the memory store: %w", err)
	}
	return nil
}

// living returns the record of ref, nil if it is missing, another tenant's or a
// tombstone. The mutex is held.
func (s *Store) living(ref tenancy.Ref) *customers.Customer {
	c := s.records[ref.ID]
	if c == nil || c.Tenant != ref.Tenant || c.Deleted != nil {
		return nil
	}
	return c
}
