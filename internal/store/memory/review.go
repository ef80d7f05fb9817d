package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// CountByStatus counts the living children of a customer by status.
func (s *Store) CountByStatus(ctx context.Context, tenant, under tenancy.ID) (rows.StatusCounts, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	tally := rows.StatusCounts{}
	for _, c := range s.records {
		if c.Deleted == nil && inReach(c, rows.Query{Tenant: tenant, Under: under}) {
			tally[string(status.Of(c))]++
		}
	}
	return tally, nil
}

// DueReviews reads living customers whose reviews are due, the longest due first.
func (s *Store) DueReviews(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var rows []*customers.Customer
	for _, c := range s.records {
		if due := c.ReviewDue(); due != nil && !due.After(now) {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(x, y *customers.Customer) int {
		return cmp.Or(x.ReviewDue().Compare(*y.ReviewDue()), compareIDs(x.ID, y.ID))
	})
	return rows[:min(limit, len(rows)):min(limit, len(rows))], nil
}
