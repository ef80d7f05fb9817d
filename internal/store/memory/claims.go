package memory

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/customers/rows"
	"tenantry/internal/store"
	"tenantry/tenancy"
)

// Skew returns 0: there is one clock.
func (s *Store) Skew(ctx context.Context) (time.Duration, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return 0, s.enter(ctx)
}

// Reserve takes a claim if it is free, and otherwise returns the claim that holds the
// key.
func (s *Store) Reserve(ctx context.Context, claim rows.Reservation) (rows.Reservation, bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return rows.Reservation{}, false, err
	}
	if holder, held := s.claims[claim.Key]; held {
		return clone(holder), false, nil
	}
	s.claims[claim.Key] = clone(claim)
	return claim, true, nil
}

// ReserveAll implements store.Store, one after the other.
func (s *Store) ReserveAll(ctx context.Context, wanted []rows.Reservation) (holders []rows.Reservation, taken []bool, err error) {
	return store.ReserveEach(ctx, wanted, s.Reserve)
}

// ReservationHolder reads a claim by its key. It returns rows.ErrNotFound.
func (s *Store) ReservationHolder(ctx context.Context, key string) (rows.Reservation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return rows.Reservation{}, err
	}
	holder, held := s.claims[key]
	if !held {
		return rows.Reservation{}, rows.ErrNotFound
	}
	return clone(holder), nil
}

// CompareAndSwap replaces a claim if it is still the one in held.
func (s *Store) CompareAndSwap(ctx context.Context, held, next rows.Reservation) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return false, err
	}
	if !s.stands(held) {
		return false, nil
	}
	s.claims[held.Key] = clone(next)
	return true, nil
}

// Release removes a claim if it is still the one in held.
func (s *Store) Release(ctx context.Context, held rows.Reservation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if s.stands(held) {
		delete(s.claims, held.Key)
	}
	return nil
}

// ReservationsAbout reads the claims of a tenant that are about an id.
func (s *Store) ReservationsAbout(ctx context.Context, tenant, id tenancy.ID) ([]rows.Reservation, error) {
	return s.claimsWhere(ctx, func(c rows.Reservation) bool { return c.Customer.Tenant == tenant && slices.Contains(c.About, id) })
}

// ReservationsBehind reads claims by their keys.
func (s *Store) ReservationsBehind(ctx context.Context, prefix, after string, limit int) ([]rows.Reservation, error) {
	list, err := s.claimsWhere(ctx, func(c rows.Reservation) bool { return strings.HasPrefix(c.Key, prefix) && c.Key > after })
	return list[:min(limit, len(list))], err
}

// claimsWhere returns copies of claims in the order of their keys.
func (s *Store) claimsWhere(ctx context.Context, wanted func(rows.Reservation) bool) (list []rows.Reservation, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	for _, claim := range s.claims {
		if wanted(claim) {
			list = append(list, clone(claim))
		}
	}
	slices.SortFunc(list, func(a, b rows.Reservation) int { return strings.Compare(a.Key, b.Key) })
	return list, nil
}

// Scrub does nothing: memory has no files.
func (s *Store) Scrub(ctx context.Context) error { return ctx.Err() }

// SweepReservations removes claims that ended before the given time.
func (s *Store) SweepReservations(ctx context.Context, before time.Time) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	swept := 0
	for key, claim := range s.claims {
		if swept < rows.MostSwept && !claim.Ends.IsZero() && claim.Ends.Before(before) {
			delete(s.claims, key)
			swept++
		}
	}
	return swept, nil
}

// stands reports whether a claim is still the one in held. The mutex is held.
func (s *Store) stands(held rows.Reservation) bool {
	stored, there := s.claims[held.Key]
	return there && stored.Customer == held.Customer && stored.Taken.Equal(held.Taken)
}

// clone returns a copy that shares no buffer with the caller, who may reuse its own.
func clone(c rows.Reservation) rows.Reservation {
	c.Request, c.Answer, c.About = bytes.Clone(c.Request), bytes.Clone(c.Answer), slices.Clone(c.About)
	return c
}
