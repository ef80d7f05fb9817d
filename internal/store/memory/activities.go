package memory

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/tenancy"
)

// PutActivity stores an activity unless one with its id exists.
func (s *Store) PutActivity(ctx context.Context, a customers.Activity) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return err
	}
	if _, known := s.activities[a.ID]; !known {
		s.activities[a.ID] = a
	}
	return nil
}

// ActivityOf reads the activity of a customer with a reference. It returns
// rows.ErrNotFound.
func (s *Store) ActivityOf(ctx context.Context, customer tenancy.Ref, reference string) (customers.Activity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return customers.Activity{}, err
	}
	for _, a := range s.activities {
		if a.Customer == customer && a.Reference == reference {
			return a, nil
		}
	}
	return customers.Activity{}, rows.ErrNotFound
}

// Activity reads one activity of a tenant, or of any, by its id. It returns
// rows.ErrNotFound.
func (s *Store) Activity(ctx context.Context, tenant, id tenancy.ID) (customers.Activity, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return customers.Activity{}, err
	}
	a, known := s.activities[id]
	if !known || (!tenant.IsZero() && a.Customer.Tenant != tenant) {
		return customers.Activity{}, rows.ErrNotFound
	}
	return a, nil
}

// Activities reads one page of a customer's activities.
func (s *Store) Activities(ctx context.Context, q rows.ActivityQuery) (rows.ActivityPage, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return rows.ActivityPage{}, err
	}
	order := rows.Order{By: rows.ByCreated, Ascending: q.Ascending}
	var records []customers.Activity
	for _, a := range s.activities {
		if a.Customer == q.Customer && (q.Type == "" || a.Type == q.Type) &&
			(q.From.IsZero() || !a.Occurred.Before(q.From)) && (q.To.IsZero() || !a.Occurred.After(q.To)) {
			records = append(records, a)
		}
	}
	slices.SortFunc(records, func(x, y customers.Activity) int { return compare(placeOf(x), placeOf(y), order) })
	page, all := rows.ActivityPage{}, int64(len(records))
	skip := min(q.Offset, len(records))
	if q.After != nil {
		skip = 0
		for skip < len(records) && compare(placeOf(records[skip]), *q.After, order) <= 0 {
			skip++
		}
	}
	records = records[skip:]
	page.More = len(records) > q.Limit
	page.Activities = append(page.Activities, records[:min(q.Limit, len(records))]...)
	if q.Count {
		count := totals.Of(q.Offset, q.After, len(page.Activities), page.More).Bounded(all, q.CountTo)
		page.Total, page.AtLeast = count.N, count.AtLeast
	}
	return page, nil
}

// placeOf returns where an activity stands in the order.
func placeOf(a customers.Activity) rows.Position {
	return rows.Position{Time: a.Occurred, ID: a.ID}
}
