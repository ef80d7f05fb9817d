package sqlite

import (
	"cmp"
	"context"
	"slices"

	"tenantry/customers/rows"
)

// fewMarked returns how many customers with a trait are sorted at most for a page in another
// order than theirs, rather than looked for among all in that order. Names are kept by kind and
// status, and where all with the trait are of one kind, the names of the others are read to
// their end.
func fewMarked(by rows.OrderBy) int64 {
	if by == rows.ByName {
		return 20_000
	}
	return 2000
}

// mayBeFew reports whether a list is in another order than that of marks, but may be led by
// them if few customers have one of its traits.
func mayBeFew(q rows.Query) bool {
	f := q.Filter
	return len(f.Traits()) > 0 && f.PartyTypes == 0 && f.PartyStatuses == 0 && !marked(q) &&
		!selective(f) && !looksFor(f) && q.Order.By != rows.ByReviewDeadline
}

// manyMarked is how many customers with a trait that is not summed are counted.
const manyMarked = 1000

// fewestFirst returns the traits of a list in the order of how many customers have them, so
// that a list by two of which one is rare looks at few: the numbers only choose what leads.
// It returns how many have the first.
func fewestFirst(ctx context.Context, c *conn, q rows.Query, traits []rows.Trait) (ordered []rows.Trait, fewest int64, err error) {
	type counted struct {
		rows.Trait
		n int64
	}
	list := make([]counted, len(traits))
	for i, trait := range traits {
		if list[i].Trait = trait; isSummed(trait.Kind) {
			list[i].n, err = numbersOf(ctx, c, q.Deep, selectSum, q.Under, string(trait.Kind), trait.Word)
		} else {
			list[i].n, _, err = c.number(ctx, countMarked, trait.Mark(q.Under, q.Deep), int64(manyMarked))
		}
		if err != nil {
			return nil, 0, err
		}
	}
	slices.SortStableFunc(list, func(x, y counted) int { return cmp.Compare(x.n, y.n) })
	for _, one := range list {
		ordered = append(ordered, one.Trait)
	}
	return ordered, list[0].n, nil
}
