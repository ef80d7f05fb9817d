package sqlite

import (
	"context"
	"maps"
	"time"

	"tenantry/customers"
	"tenantry/keys"
	"tenantry/tenancy"
)

// NoteKeyUse implements store.Store.
func (s *Store) NoteKeyUse(ctx context.Context, notes ...customers.KeyUse) error {
	return s.writer.do(ctx, "noting the use of keys", func(t *transaction) error {
		for _, note := range notes {
			if err := t.noteKeyUse(note); err != nil {
				return err
			}
		}
		return nil
	})
}

func (t *transaction) noteKeyUse(note customers.KeyUse) error {
	current, err := t.current(note.Customer.ID)
	if err != nil || current == nil || current.Deleted != nil || current.Tenant != note.Customer.Tenant {
		return err
	}
	noted, raised := raise(current.KeyUse, note.At)
	if !raised && len(note.From) == 0 {
		return nil
	}
	amended := *current
	if raised {
		amended.KeyUse = noted
	}
	if len(note.From) > 0 {
		amended.KeyUseFrom = maps.Clone(current.KeyUseFrom)
		if amended.KeyUseFrom == nil {
			amended.KeyUseFrom = map[string]*customers.Sealed{}
		}
		maps.Copy(amended.KeyUseFrom, note.From)
	}
	return t.amend(&amended)
}

// raise returns the notes with every later use in them; the given map stays as it is.
func raise(notes, uses map[string]time.Time) (raisedNotes map[string]time.Time, raised bool) {
	out := maps.Clone(notes)
	if out == nil {
		out = make(map[string]time.Time, len(uses))
	}
	for entry, at := range uses {
		at = at.UTC().Truncate(time.Millisecond)
		if before, noted := out[entry]; !noted || at.After(before) {
			out[entry], raised = at, true
		}
	}
	return out, raised
}

// TagKeys implements store.Store.
func (s *Store) TagKeys(ctx context.Context, ref tenancy.Ref, tags []keys.Tagged) error {
	return s.writer.do(ctx, "tagging keys", func(t *transaction) error {
		current, err := t.current(ref.ID)
		if err != nil || current == nil || current.Deleted != nil || current.Tenant != ref.Tenant {
			return err
		}
		tagged, changed := keys.WithTags(current.Keys, tags)
		if !changed {
			return nil
		}
		amended := *current
		amended.Keys = tagged
		return t.amend(&amended)
	})
}
