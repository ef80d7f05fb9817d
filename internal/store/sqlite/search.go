package sqlite

import (
	"context"
	"errors"
	"strings"

	"tenantry/customers"
	"tenantry/customers/rows"
)

// How a search is read. One with few hits is led by the index of searches, and its hits are
// sorted. If they are many, the list is walked in its order, because it soon comes by some;
// only if that finds too few are all hits sorted.
type searchBounds struct {
	ledTo  int // how many hits are sorted
	walked int // how many records are looked at because of their place in the list
	step   int // how many of these at a time
	waits  int // how many customers wait to be indexed
}

var usualSearch = searchBounds{ledTo: 2000, walked: 2000, step: 200, waits: 128}

// selectHits and fromFound read the customers that the index of searches finds, and those that wait to be
// indexed.
const (
	selectHits = `SELECT rowid FROM search WHERE search MATCH ?`

	fromFound = ` FROM (SELECT rowid AS number FROM search WHERE search MATCH ? AND rowid NOT IN (SELECT number FROM unindexed)
		UNION ALL SELECT number FROM unindexed) AS f CROSS JOIN customers AS c ON c.number = f.number`
)

// looksFor reports whether a filter looks for texts in customers.
func looksFor(f rows.Filter) bool { return f.Name != "" || f.Search != "" || f.Text != "" }

// isSearched reports whether a list is read through the index of searches: unless something
// else leads to fewer rows.
func isSearched(q rows.Query) bool {
	return looksFor(q.Filter) && !selective(q.Filter) && q.Order.By != rows.ByReviewDeadline
}

// bySearch plans a list that is read through the index of searches.
func (l *listing) bySearch(q rows.Query, oneTenant bool) {
	l.from = fromFound
	l.conditions.arguments = append(l.conditions.arguments, matchOf(q, oneTenant))
	if q.Deep {
		l.conditions.add(isDescendant, q.Under)
	} else {
		l.conditions.add("+c.parent = ?", q.Under) // the hits lead, not the parent
	}
}

// looksFor adds the conditions that a row has the texts that a filter looks for.
func (c *conditions) looksFor(f rows.Filter) {
	if f.Name != "" {
		c.add("instr(c.name_folded, ?) > 0", customers.Fold(f.Name))
	}
	if f.Search != "" {
		c.add("instr(c.search_folded, ?) > 0", customers.Fold(f.Search))
	}
	if f.Text == "" {
		return
	}
	wanted := rows.WantedOf(f.Text)
	text, arguments := "", []any{}
	for _, word := range wanted.Beginnings {
		text += " AND instr(c.search_words, ?) > 0"
		arguments = append(arguments, "\n"+word)
	}
	whole := "instr(c.search_words, ?) > 0"
	if text == "" {
		c.add(whole, "\n"+onOneLine(wanted.Exact)+"\n")
		return
	}
	c.add("("+whole+" OR "+strings.TrimPrefix(text, " AND ")+")", append([]any{"\n" + onOneLine(wanted.Exact) + "\n"}, arguments...)...)
}

// finds returns whether a customer has the texts that a filter looks for.
func finds(f rows.Filter) func(c *customers.Customer) bool {
	name, search, wanted := customers.Fold(f.Name), customers.Fold(f.Search), rows.WantedOf(f.Text)
	return func(c *customers.Customer) bool {
		return (name == "" || strings.Contains(customers.Fold(c.Name), name)) &&
			(search == "" || strings.Contains(customers.SearchText(c), search)) &&
			(f.Text == "" || wanted.Finds(rows.SearchWords(c)))
	}
}

// walked returns the places of a page of a search with many hits, and one more, by going
// through the list in its order; ok is false if there are few hits, if it took too many steps,
// or if the rest of the list is a search itself.
func (s *Store) walked(ctx context.Context, c *conn, q rows.Query, oneTenant bool, mark uint64) (places []place, ok bool, err error) {
	offset := 0
	if q.After == nil {
		offset = q.Offset
	}
	rest, step := q, s.search.step
	rest.Filter.Name, rest.Filter.Search, rest.Filter.Text = "", "", ""
	rest.Limit, rest.Offset, rest.Count = step, 0, false
	if isScan(rest) {
		return nil, false, nil
	}
	hits, _, err := c.number(ctx, "SELECT count(*) FROM ("+selectHits+" LIMIT ?)", matchOf(q, oneTenant), int64(s.search.ledTo+1))
	if err != nil || hits <= int64(s.search.ledTo) {
		return nil, false, err
	}
	finds := finds(q.Filter)
	for range s.search.walked / step {
		l, err := listingIn(ctx, c, rest, oneTenant)
		if err != nil {
			return nil, false, err
		}
		some, err := l.places(ctx, c, rest)
		if err != nil {
			return nil, false, err
		}
		for _, p := range some[:min(len(some), step)] {
			one, err := s.at(c, p, q.Order.By, mark)
			if err != nil && !isDamaged(err) {
				return nil, false, err
			}
			if err == nil && !finds(one) {
				continue
			}
			if places = append(places, p); len(places) > offset+q.Limit {
				return places[offset:], true, nil
			}
		}
		if len(some) <= step {
			return places[min(offset, len(places)):], true, nil
		}
		rest.After = some[step-1].position(q.Order.By)
	}
	return nil, false, nil
}

func isDamaged(err error) bool {
	_, damaged := errors.AsType[*rows.Damage](err)
	return damaged
}
