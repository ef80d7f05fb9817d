// Package totals tells how many rows a list has, from what a page shows of it and a count
// that stops at a bound.
package totals

import (
	"cmp"

	"tenantry/customers/rows"
)

// Seen is what a page shows of the number of all rows of its list.
type Seen struct {
	n     int64
	whole bool
}

// Of returns what the page at an offset, or behind a row, shows of the number of all rows:
// shown are those on the page, the damaged ones included, and more reports that others
// follow.
func Of(offset int, after *rows.Position, shown int, more bool) Seen {
	s := Seen{n: int64(shown)}
	if after == nil && (shown > 0 || more) {
		s.n += int64(offset)
	}
	if more {
		s.n++
	}
	s.whole = !more && after == nil && (shown > 0 || offset == 0)
	return s
}

// Count returns the number of all rows if the page shows it.
func (s Seen) Count() (c rows.Count, ok bool) { return rows.Count{N: s.n}, s.whole }

// AtLeast returns what the page shows as a lower bound, unless that is the number.
func (s Seen) AtLeast() rows.Count { return rows.Count{N: s.n, AtLeast: !s.whole} }

// Limit is where to stop counting for a bound, zero for the usual one: one behind it, which
// tells whether there are more.
func Limit(countTo int64) int64 { return cmp.Or(countTo, rows.MostCounted) + 1 }

// Bounded returns the number of all rows after n of them were counted, as far as Limit. It
// is never less than what the page shows, so that a client that goes by the number alone
// reads on.
func (s Seen) Bounded(n, countTo int64) rows.Count {
	bound := Limit(countTo) - 1
	switch {
	case s.whole:
		return rows.Count{N: s.n}
	case n <= bound:
		return rows.Count{N: max(n, s.n)}
	default:
		return rows.Count{N: max(bound, s.n), AtLeast: true}
	}
}
