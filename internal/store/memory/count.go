package memory

import (
	"cmp"
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// CountTraits counts the living customers below one that have each of a few traits.
func (s *Store) CountTraits(ctx context.Context, q rows.CountQuery) ([]rows.Count, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	counts := make([]rows.Count, len(q.Traits))
	for _, c := range s.records {
		if c.Deleted != nil || !inReach(c, rows.Query{Tenant: q.Tenant, Under: q.Under, Deep: q.Deep}) {
			continue
		}
		for i, trait := range q.Traits {
			if trait == (rows.Trait{}) || rows.HasTraits(c, []rows.Trait{trait}) {
				counts[i].N++
			}
		}
	}
	return counts, nil
}

// CountChildren counts the living children of each of a few customers.
func (s *Store) CountChildren(ctx context.Context, of []tenancy.Ref) ([]rows.Count, error) {
	counts := make([]rows.Count, len(of))
	for i, ref := range of {
		found, err := s.CountTraits(ctx, rows.CountQuery{Tenant: ref.Tenant, Under: ref.ID, Traits: []rows.Trait{{}}})
		if err != nil {
			return nil, err
		}
		counts[i] = found[0]
	}
	return counts, ctx.Err()
}

// WaitingDocuments reads living customers below one with documents that wait for a
// decision, the longest waiting first.
func (s *Store) WaitingDocuments(ctx context.Context, q rows.WaitingQuery) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var found []*customers.Customer
	for _, c := range s.records {
		since := rows.DocumentsDue(c)
		if since != nil && inReach(c, rows.Query{Tenant: q.Tenant, Under: q.Under, Deep: true}) &&
			cmp.Or(since.Compare(q.From.Time), compareIDs(c.ID, q.From.ID)) >= 0 {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y *customers.Customer) int {
		return cmp.Or(rows.DocumentsDue(x).Compare(*rows.DocumentsDue(y)), compareIDs(x.ID, y.ID))
	})
	return found[:min(q.Limit, len(found)):min(q.Limit, len(found))], nil
}
