package rows

import "cmp"

// MostCounted is where a store stops that has to count.
const MostCounted = 10_000

// Count is a number of rows. With AtLeast there are more of them, or as many.
type Count struct {
	N       int64
	AtLeast bool
}

// Seen is what a page shows of the number of all rows of its list.
type Seen struct {
	n     int64
	whole bool
}

// Seen returns what a page of a query shows of the number of all rows: shown are those on
// the page, the damaged ones included, and more reports that others follow.
func (q Query) Seen(shown int, more bool) Seen {
	return seen(q.Offset, q.After, shown, more)
}

// Seen returns what a page of activities shows of the number of all of them.
func (q ActivityQuery) Seen(shown int, more bool) Seen {
	return seen(q.Offset, q.After, shown, more)
}

func seen(offset int, after *Position, shown int, more bool) Seen {
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
func (s Seen) Count() (c Count, ok bool) { return Count{N: s.n}, s.whole }

// AtLeast returns what the page shows as a lower bound, unless that is the number.
func (s Seen) AtLeast() Count { return Count{N: s.n, AtLeast: !s.whole} }

// Limit is where to stop counting for a bound, zero for the usual one: one behind it, which
// tells whether there are more.
func Limit(countTo int64) int64 { return cmp.Or(countTo, MostCounted) + 1 }

// Bounded returns the number of all rows after n of them were counted, as far as Limit. It
// is never less than what the page shows, so that a client that goes by the number alone
// reads on.
func (s Seen) Bounded(n, countTo int64) Count {
	bound := Limit(countTo) - 1
	switch {
	case s.whole:
		return Count{N: s.n}
	case n <= bound:
		return Count{N: max(n, s.n)}
	default:
		return Count{N: max(bound, s.n), AtLeast: true}
	}
}
