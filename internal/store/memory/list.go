package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// List reads one page.
func (s *Store) List(ctx context.Context, q customers.Query) (customers.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return customers.Page{}, err
	}
	var rows []*customers.Customer
	for _, c := range s.records {
		if c.Deleted == nil && inReach(c, q) && matches(c, q.Filter) {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(x, y *customers.Customer) int {
		return compare(customers.PositionOf(x, q.Order.By), customers.PositionOf(y, q.Order.By), q.Order)
	})
	page := customers.Page{}
	if q.Count {
		page.Total = int64(len(rows))
	}
	skip := min(q.Offset, len(rows))
	if q.After != nil {
		skip = 0
		for skip < len(rows) && compare(customers.PositionOf(rows[skip], q.Order.By), *q.After, q.Order) <= 0 {
			skip++
		}
	}
	rows = rows[skip:]
	page.More = len(rows) > q.Limit
	page.Customers = rows[:min(q.Limit, len(rows)):min(q.Limit, len(rows))]
	return page, nil
}

// Scan reads up to limit living customers of all tenants behind an id, in the order of
// ids.
func (s *Store) Scan(ctx context.Context, after tenancy.ID, limit int) ([]*customers.Customer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return nil, err
	}
	var rows []*customers.Customer
	for _, c := range s.records {
		if c.Deleted == nil && compareIDs(c.ID, after) > 0 {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, func(x, y *customers.Customer) int { return compareIDs(x.ID, y.ID) })
	return rows[:min(limit, len(rows)):min(limit, len(rows))], nil
}

func inReach(c *customers.Customer, q customers.Query) bool {
	if !q.Tenant.IsZero() && c.Tenant != q.Tenant {
		return false
	}
	if q.Deep {
		return slices.Contains(c.Path, q.Under)
	}
	return !c.Parent.IsZero() && c.Parent == q.Under
}

func matches(c *customers.Customer, f customers.Filter) bool {
	return (f.Status == "" || c.Status == f.Status) &&
		(f.PlanKey == "" || c.PlanKey == f.PlanKey) &&
		(f.MerchantKey == "" || c.MerchantKey == f.MerchantKey) &&
		(f.ExternalID == "" || c.ExternalID == f.ExternalID) &&
		(f.Email == "" || customers.Fold(c.Email) == customers.Fold(f.Email)) &&
		strings.Contains(customers.Fold(c.Name), customers.Fold(f.Name)) &&
		!before(c.Created, f.CreatedFrom) && !before(f.CreatedTo, c.Created) &&
		!before(c.LastUpdated, f.UpdatedFrom) &&
		customers.StandingPasses(f.Standings, c.Standing()) && f.PartyTypes.Passes(c.EffectivePartyType()) && customers.StagePasses(f.Stages, c.Stage()) &&
		strings.Contains(customers.SearchText(c), customers.Fold(f.Search))
}

// before reports whether x is earlier than y, if both are given.
func before(x, y time.Time) bool { return !x.IsZero() && !y.IsZero() && x.Before(y) }

// compare orders two places in the order of a list.
func compare(x, y customers.Position, order customers.Order) int {
	result := cmp.Or(x.Time.Compare(y.Time), cmp.Compare(x.Name, y.Name), compareIDs(x.ID, y.ID))
	if order.Ascending {
		return result
	}
	return -result
}

func compareIDs(x, y tenancy.ID) int { return bytes.Compare(x[:], y[:]) }
