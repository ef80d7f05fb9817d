package memory

import (
	"context"
	"slices"

	"tenantry/customers/rows"
)

// Installation returns the document of the installation. ErrNotFound.
func (s *Store) Installation(ctx context.Context) (rows.Installation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return rows.Installation{}, err
	}
	if s.installation == nil {
		return rows.Installation{}, rows.ErrNotFound
	}
	found := *s.installation
	found.Keys = slices.Clone(found.Keys)
	return found, nil
}

// SetInstallation writes the document over the revision before its own. ErrStale.
func (s *Store) SetInstallation(ctx context.Context, i rows.Installation) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	stored := int64(0)
	if s.installation != nil {
		stored = s.installation.Revision
	}
	if i.Revision != stored+1 {
		return rows.ErrStale
	}
	i.Keys = slices.Clone(i.Keys)
	s.installation = &i
	return nil
}
