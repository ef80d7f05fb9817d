package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/internal/dialect/dwolla/status"
	straddlestatus "tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// List reads one page.
func (s *Store) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.enter(ctx); err != nil {
		return rows.Page{}, err
	}
	var records []*customers.Customer
	for _, c := range s.records {
		if c.Deleted == nil && inReach(c, q) && matches(c, q.Filter) && (q.Order.By != rows.ByReviewDeadline || rows.ReviewPlace(c) != nil) {
			records = append(records, c)
		}
	}
	slices.SortFunc(records, func(x, y *customers.Customer) int {
		return compare(rows.PositionOf(x, q.Order.By), rows.PositionOf(y, q.Order.By), q.Order)
	})
	page, all := rows.Page{}, int64(len(records))
	skip := min(q.Offset, len(records))
	if q.After != nil {
		skip = 0
		for skip < len(records) && compare(rows.PositionOf(records[skip], q.Order.By), *q.After, q.Order) <= 0 {
			skip++
		}
	}
	records = records[skip:]
	page.More = len(records) > q.Limit
	page.Customers = records[:min(q.Limit, len(records)):min(q.Limit, len(records))]
	if page.More && len(page.Customers) > 0 {
		end := rows.PositionOf(page.Customers[len(page.Customers)-1], q.Order.By)
		page.End = &end
	}
	if q.Count {
		count := totals.Of(q.Offset, q.After, len(page.Customers), page.More).Bounded(all, q.CountTo)
		page.Total, page.AtLeast = count.N, count.AtLeast
	}
	if err := page.ShowBy(q.Show); err != nil {
		return rows.Page{}, err
	}
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

func inReach(c *customers.Customer, q rows.Query) bool {
	if !q.Tenant.IsZero() && c.Tenant != q.Tenant {
		return false
	}
	if q.Deep {
		return slices.Contains(c.Path, q.Under)
	}
	return !c.Parent.IsZero() && c.Parent == q.Under
}

func matches(c *customers.Customer, f rows.Filter) bool {
	return rows.HasTraits(c, f.Traits()) &&
		(f.Text == "" || rows.WantedOf(f.Text).Finds(rows.SearchWords(c))) &&
		(f.MerchantKey == "" || c.MerchantKey == f.MerchantKey) &&
		(f.ExternalID == "" || c.ExternalID == f.ExternalID) &&
		(f.Email == "" || customers.Fold(c.Email) == customers.Fold(f.Email)) &&
		strings.Contains(customers.Fold(c.Name), customers.Fold(f.Name)) &&
		!before(c.Created, f.CreatedFrom) && !before(f.CreatedTo, c.Created) &&
		!before(c.LastUpdated, f.UpdatedFrom) &&
		straddlestatus.Passes(f.PartyStatuses, straddlestatus.Of(c)) && f.PartyTypes.Passes(c.EffectivePartyType()) && status.Passes(f.EnrollmentStatuses, status.Of(c)) &&
		strings.Contains(customers.SearchText(c), customers.Fold(f.Search)) && hasTerms(c, f)
}

// hasTerms reports whether the free data of a customer holds what a filter wants.
func hasTerms(c *customers.Customer, f rows.Filter) bool {
	for _, wanted := range f.Meta {
		if !wanted.IsZero() && !slices.Contains(customers.MetaTerms(c.Meta), wanted) {
			return false
		}
	}
	return true
}

// before reports whether x is earlier than y, if both are given.
func before(x, y time.Time) bool { return !x.IsZero() && !y.IsZero() && x.Before(y) }

// compare orders two places in the order of a list.
func compare(x, y rows.Position, order rows.Order) int {
	result := cmp.Or(x.Time.Compare(y.Time), cmp.Compare(x.Name, y.Name), compareIDs(x.ID, y.ID))
	if order.Ascending {
		return result
	}
	return -result
}

func compareIDs(x, y tenancy.ID) int { return bytes.Compare(x[:], y[:]) }
