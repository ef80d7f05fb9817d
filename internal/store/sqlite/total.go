package sqlite

import (
	"context"
	"math"

	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/internal/dialect/straddle/status"
)

// total returns the number of all rows of a list: from the numbers that are kept, or what
// the page shows, or what was counted not many writes ago, or counted to a bound. The mark of
// the cache is from before the page was read.
func (s *Store) total(ctx context.Context, c *conn, q rows.Query, oneTenant bool, mark uint64, seen totals.Seen) (rows.Count, error) {
	least, most, err := kept(ctx, c, q, oneTenant)
	if err != nil {
		return rows.Count{}, err
	}
	if least == most {
		return rows.Count{N: most}, nil
	}
	if count, ok := seen.Count(); ok {
		return count, nil
	}
	limit := totals.Limit(q.CountTo)
	if least >= limit {
		return seen.Bounded(limit, q.CountTo), nil
	}
	list := countedListOf(q, oneTenant)
	if n, ok := s.counts.number(list, limit, s.cache.writing()); ok {
		return seen.Bounded(n, q.CountTo), nil
	}
	counted := countedRows{limit: behind(limit), mark: mark}
	l, err := listingIn(ctx, c, q, oneTenant)
	if err != nil {
		return rows.Count{}, err
	}
	text, arguments := l.count(q, counted.limit)
	if counted.n, _, err = c.number(ctx, text, arguments...); err != nil {
		return rows.Count{}, err
	}
	s.counts.keep(list, counted)
	return seen.Bounded(counted.n, q.CountTo), nil
}

// unknown is more than a list can have.
const unknown = math.MaxInt64

// kept returns the least and the most rows that a list has by the numbers that are kept.
func kept(ctx context.Context, c *conn, q rows.Query, oneTenant bool) (least, most int64, err error) {
	traits := q.Filter.Traits()
	switch {
	case tallied(q):
		n := int64(0)
		cells, err := talliesOf(ctx, c, q.Under, q.Tenant, oneTenant)
		for _, cell := range cells {
			if status.Passes(q.Filter.PartyStatuses, cell.partyStatus) && q.Filter.PartyTypes.Passes(cell.kind) {
				n += cell.n
			}
		}
		return n, n, err
	case oneTenant || !q.Filter.WithoutTraits().IsZero() || !areSummed(traits):
		return 0, unknown, nil
	}
	return intersection(ctx, c, q, traits)
}

// intersection returns the least and the most customers that have all of some traits, by how
// many have each: those that lack one are all that can be missing among those with the others.
func intersection(ctx context.Context, c *conn, q rows.Query, traits []rows.Trait) (least, most int64, err error) {
	if len(traits) != 1 {
		if least, err = numbersOf(ctx, c, q.Deep, selectNumbers, q.Under); err != nil {
			return 0, 0, err
		}
	}
	all := least
	most = all
	for i, trait := range traits {
		n, err := numbersOf(ctx, c, q.Deep, selectSum, q.Under, string(trait.Kind), trait.Word)
		if err != nil {
			return 0, 0, err
		}
		if least, most = max(least-(all-n), 0), min(most, n); i == 0 {
			least, most = n, n
		}
	}
	return least, most, nil
}
