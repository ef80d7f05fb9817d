package sqlite

import (
	"context"
	"time"

	"tenantry/customers/rows"
)

// How a list is read to which no index leads in its order: a search, or one by the last change
// in the order of creation. Where many customers are in it, going through the rows in the order
// soon comes by a page of them; where few are, these are sorted. So unless hardly any are, a
// little is walked first, then it is found out whether they are few, and then more is walked.
// Only if that finds too few, too, all are sorted.
type searchBounds struct {
	few    int // how many in the list are sorted without walking
	first  int // how many rows are walked before those in the list are counted
	ledTo  int // how many in the list are sorted
	walked int // how many rows are walked where more are in it
	waits  int // how many customers wait to be indexed
}

var usualSearch = searchBounds{few: 20, first: 500, ledTo: 2000, walked: 20_000, waits: 128}

const (
	countHits    = `SELECT count(*) FROM (SELECT rowid FROM search WHERE search MATCH ? LIMIT ?)`
	countUpdated = `SELECT count(*) FROM (SELECT 1 FROM customers WHERE parent = ? AND updated >= ? LIMIT ?)`
)

// inRows splits what only rows tell off the filter of a list, and returns the rest of it.
func inRows(q rows.Query) (looked, rest rows.Filter) {
	rest = q.Filter
	looked = rows.Filter{Name: rest.Name, Search: rest.Search, Text: rest.Text}
	rest.Name, rest.Search, rest.Text = "", "", ""
	if q.Order.By != rows.ByLastUpdated { // whose index tells
		looked.UpdatedFrom, rest.UpdatedFrom = rest.UpdatedFrom, time.Time{}
	}
	return looked, rest
}

// walked returns the places of a page, and one more, by going through the rows in the order of
// the list; ok is false if few are in it, if that took too many rows, or if the rows in that
// order are a search themselves.
func (s *Store) walked(ctx context.Context, c *conn, q rows.Query, oneTenant bool) (places []place, ok bool, err error) {
	looked, filter := inRows(q)
	rest := q
	rest.Filter, rest.Offset = filter, 0
	if looked.IsZero() || isScan(rest) {
		return nil, false, nil
	}
	if few, err := areFew(ctx, c, q, oneTenant, s.search.few); few || err != nil {
		return nil, false, err
	}
	if places, ok, err = walkedPage(ctx, c, q, oneTenant, s.search.first); ok || err != nil {
		return places, ok, err
	}
	if few, err := areFew(ctx, c, q, oneTenant, s.search.ledTo+1); few || err != nil {
		return nil, false, err
	}
	return walkedPage(ctx, c, q, oneTenant, s.search.walked)
}

// areFew reports whether fewer customers than a number may be in a list.
func areFew(ctx context.Context, c *conn, q rows.Query, oneTenant bool, number int) (few bool, err error) {
	var n int64
	limit := int64(number)
	switch {
	case isSearched(q):
		n, _, err = c.number(ctx, countHits, matchOf(q, oneTenant), limit)
	case q.Deep:
		n = limit // no index would lead to them
	default:
		n, _, err = c.number(ctx, countUpdated, q.Under, notBefore(q.Filter.UpdatedFrom), limit)
	}
	return n < limit, err
}

// walk is a list that is read as far as a row in its order.
type walk struct {
	listing
	query rows.Query
	// whole is true where the list ends before that row.
	whole bool
}

// walkOf plans to look for a page among so many rows, from where it starts.
func walkOf(ctx context.Context, c *conn, q rows.Query, oneTenant bool, most int) (w walk, err error) {
	looked, rest := inRows(q)
	w.query = q
	w.query.Filter = rest
	w.query.Filter = beyond(w.query, nil)
	if w.listing, err = listingIn(ctx, c, w.query, oneTenant); err != nil {
		return w, err
	}
	last := w.query
	last.Limit = 0
	text, arguments := w.pageFrom(last, int64(most))
	ends, err := placesIn(ctx, c, text, arguments)
	if err != nil {
		return w, err
	}
	if w.whole = len(ends) == 0; !w.whole {
		end := ends[0]
		w.query.Filter = beyond(w.query, end.position(q.Order.By))
		if w.listing, err = listingIn(ctx, c, w.query, oneTenant); err != nil {
			return w, err
		}
		before := " >= "
		if w.ascending {
			before = " <= "
		}
		w.conditions.add("("+w.value+", "+w.id+")"+before+"(?, ?)", end.value, end.id)
	}
	w.withRows()
	w.conditions.filter(looked)
	return w, nil
}

func (w *walk) page() (text string, arguments []any) { return w.pageFrom(w.query, skipped(w.query)) }

// walkedPage looks for the places of a page, and one more, among so many rows.
func walkedPage(ctx context.Context, c *conn, q rows.Query, oneTenant bool, most int) (places []place, ok bool, err error) {
	if most == 0 {
		return nil, false, nil
	}
	w, err := walkOf(ctx, c, q, oneTenant, most)
	if err != nil {
		return nil, false, err
	}
	text, arguments := w.page()
	places, err = placesIn(ctx, c, materialized(text, w.ascending), arguments)
	return places, w.whole || len(places) > q.Limit, err
}
