package memory

import (
	"context"
	"time"

	"tenantry/customers"
)

// purgeable reports whether a purge removes the event.
func (l logged) purgeable(until time.Time) bool {
	return !l.waits && l.event.At.Before(until) && l.event.Type != customers.EventPurged
}

// CountEvents counts the logged events that happened before the given time.
func (s *Store) CountEvents(ctx context.Context, until time.Time) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	count := int64(0)
	for _, entry := range s.log {
		if entry.purgeable(until) {
			count++
		}
	}
	return count, nil
}

// PurgeEvents removes up to limit logged events that happened before the given time.
func (s *Store) PurgeEvents(ctx context.Context, until time.Time, limit int) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return 0, err
	}
	var kept []logged
	purged := 0
	for _, entry := range s.log {
		if purged < limit && entry.purgeable(until) {
			delete(s.logged, entry.event.ID)
			purged++
			continue
		}
		kept = append(kept, entry)
	}
	s.log = kept
	return purged, nil
}
