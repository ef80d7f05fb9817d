package memory

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Insert adds a new customer. It returns rows.ErrExists, also for a second operator,
// rows.ErrStale, rows.ErrParentGone and rows.Full.
func (s *Store) Insert(ctx context.Context, c *customers.Customer, with ...rows.Companion) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if s.records[c.ID] != nil || c.Parent.IsZero() && s.root() != nil {
		return rows.ErrExists
	}
	if !s.guarded(c.Ref(), with) {
		return rows.ErrStale
	}
	if !c.Parent.IsZero() && s.living(parentOf(c)) == nil {
		return rows.ErrParentGone
	}
	for _, room := range rows.Rooms(with) {
		if s.below(room.Of) >= room.Most {
			return rows.Full{Of: room.Of}
		}
	}
	s.records[c.ID] = c
	s.follow(nil, c)
	s.swapAll(with)
	return nil
}

// InsertAll inserts one customer after the other.
func (s *Store) InsertAll(ctx context.Context, list []rows.Insertion, stop bool) []error {
	return rows.InsertEach(list, stop, func(one rows.Insertion) error { return s.Insert(ctx, one.Customer, one.With...) })
}

// below counts the living customers below one, at any depth. The mutex is held.
func (s *Store) below(id tenancy.ID) (count int64) {
	for _, c := range s.records {
		if c.Deleted == nil && slices.Contains(c.Path, id) {
			count++
		}
	}
	return count
}

// Replace writes c over its record of that version. It returns
// rows.ErrNotFound and rows.ErrStale.
func (s *Store) Replace(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	return s.replace(c, version, with)
}

// Erase replaces a record by a tombstone. It returns rows.ErrNotFound,
// rows.ErrStale and rows.ErrHasChildren.
func (s *Store) Erase(ctx context.Context, c *customers.Customer, version int64, with ...rows.Companion) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if c.Deleted == nil {
		return errors.New("erasing in memory: the record handed in is no tombstone")
	}
	if s.living(c.Ref()) == nil {
		return rows.ErrNotFound
	}
	for _, child := range s.records {
		if child.Deleted == nil && parentOf(child) == c.Ref() {
			return rows.ErrHasChildren
		}
	}
	return s.replace(c, version, with)
}

// NoteKeyUse raises the times when keys were last used.
func (s *Store) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	for _, note := range notes {
		if c := s.living(note.Customer); c != nil && !note.IsZero() {
			s.noteKeyUse(c, note)
		}
	}
	return nil
}

func (s *Store) noteKeyUse(c *customers.Customer, note customers.KeyUse) {
	next := *c // the stored record is shared with its readers, so it is never changed
	if len(note.From) > 0 {
		next.KeyUseFrom = map[string]*customers.Sealed{}
		maps.Copy(next.KeyUseFrom, c.KeyUseFrom)
		maps.Copy(next.KeyUseFrom, note.From)
	}
	next.KeyUse = map[string]time.Time{}
	maps.Copy(next.KeyUse, c.KeyUse)
	for number, used := range note.At {
		if used.After(next.KeyUse[number]) {
			next.KeyUse[number] = used
		}
	}
	s.records[c.ID] = &next
}

// TagKeys stores tags beside the hashes of keys.
func (s *Store) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	c := s.living(ref)
	if c == nil {
		return nil
	}
	tagged, changed := keys.WithTags(c.Keys, tags)
	if !changed {
		return nil
	}
	next := *c // the stored record is shared with its readers, so it is never changed
	next.Keys = tagged
	s.records[ref.ID] = &next
	return nil
}

// replace is the conditional write. The mutex is held.
func (s *Store) replace(c *customers.Customer, version int64, with []rows.Companion) error {
	stored := s.living(c.Ref())
	if stored == nil {
		return rows.ErrNotFound
	}
	if stored.Version != version || stored.AuditCount != c.AuditCount {
		return rows.ErrStale
	}
	if c.Version != version+1 {
		return fmt.Errorf("replacing in memory: version %d is not the successor of %d", c.Version, version)
	}
	if !s.guarded(c.Ref(), with) {
		return rows.ErrStale
	}
	s.records[c.ID] = c
	s.follow(stored, c)
	s.swapAll(with)
	return nil
}

// guarded reports whether all reservations that a write relies on stand. The mutex is
// held.
func (s *Store) guarded(written tenancy.Ref, with []rows.Companion) bool {
	for _, companion := range rows.Relied(with) {
		if stored, there := s.claims[companion.Held.Key]; !there || !companion.Guards(stored, written) {
			return false
		}
	}
	return true
}

// swapAll swaps the companions that a write takes along. The mutex is held.
func (s *Store) swapAll(with []rows.Companion) {
	for _, companion := range with {
		if companion.Next != nil && s.stands(companion.Held) {
			s.claims[companion.Held.Key] = clone(*companion.Next)
		}
	}
}

// parentOf returns the reference of the parent of c; the zero Ref for the operator.
func parentOf(c *customers.Customer) tenancy.Ref {
	if c.Tenant == c.ID { // it starts a tenant, so its parent is the operator, a tenant of its own
		return tenancy.Ref{Tenant: c.Parent, ID: c.Parent}
	}
	return tenancy.Ref{Tenant: c.Tenant, ID: c.Parent}
}
