package memory

import (
	"context"
	"slices"

	"tenantry/tenancy"
)

// Redact takes out of a customer's logged events what they show.
func (s *Store) Redact(ctx context.Context, ref tenancy.Ref) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	s.events[ref] = slices.Clone(s.events[ref])
	for i, event := range s.events[ref] {
		s.events[ref][i].Event = event.Redacted()
	}
	return nil
}
