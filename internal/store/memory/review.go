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
	return s.due(ctx, (*customers.Customer).ReviewDue, now, limit)
}

// DuePlans reads living customers whose planStatus changes by itself, the longest due
// first.
func (s *Store) DuePlans(ctx context.Context, now time.Time, limit int) ([]*customers.Customer, error) {
	return s.due(ctx, func(c *customers.Customer) *time.Time { return c.PlanDue }, now, limit)
}

// DueDrops reads living customers whose deposits wait to be sent, the longest waiting first.
func (s *Store) DueDrops(ctx context.Context, after rows.Position, limit int) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var found []*customers.Customer
	for _, c := range s.records {
		if since := c.DropsDue(); since != nil && cmp.Or(since.Compare(after.Time), compareIDs(c.ID, after.ID)) > 0 {
			found = append(found, c)
		}
	}
	slices.SortFunc(found, func(x, y *customers.Customer) int {
		return cmp.Or(x.DropsDue().Compare(*y.DropsDue()), compareIDs(x.ID, y.ID))
	})
	return found[:min(limit, len(found)):min(limit, len(found))], nil
}

func (s *Store) due(ctx context.Context, moment func(*customers.Customer) *time.Time, now time.Time, limit int) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var rows []*customers.Customer
	for _, c := range s.records {
		if due := moment(c); due != nil && !due.After(now) {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(x, y *customers.Customer) int {
		return cmp.Or(moment(x).Compare(*moment(y)), compareIDs(x.ID, y.ID))
	})
	return rows[:min(limit, len(rows)):min(limit, len(rows))], nil
}
