package sqlite

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// How a search by words is read. A word that few customers have leads to them, and their
// records are looked at. If all words are frequent, the list is walked in its order,
// because it soon comes by customers that have them. Only if that finds too few are the
// words of all customers put beside each other.
type searchBounds struct {
	ledTo  int // how many records are looked at because of their words
	walked int // how many because of their place in the list
	step   int // how many of these at a time
}

var usualSearch = searchBounds{ledTo: 1000, walked: 2000, step: 200}

// ledTo returns the customers that a search by words finds, below whomever; ok is false if
// its rarest word is one of too many.
func (s *Store) ledTo(ctx context.Context, c *conn, q rows.Query, mark uint64) (found []tenancy.ID, ok bool, err error) {
	wanted := rows.WantedOf(q.Filter.Text)
	candidates, scope := candidatesOf(q)
	most := s.search.ledTo
	least, rarest := int64(most+1), ""
	for _, word := range wanted.Beginnings {
		n, _, err := c.number(ctx, "SELECT count(*) FROM ("+candidates+beginsSo+" LIMIT ?)", scope, word, word+beyondWords, least)
		if err != nil {
			return nil, false, err
		}
		if n < least {
			least, rarest = n, word
		}
	}
	if len(wanted.Beginnings) > 0 && rarest == "" {
		return nil, false, nil
	}
	text, arguments := candidates+isExactly, []any{scope, wanted.Exact}
	if rarest != "" {
		text, arguments = candidates+beginsSo+" UNION "+text, append([]any{scope, rarest, rarest + beyondWords}, arguments...)
	}
	var ids []tenancy.ID
	err = c.query(ctx, text+" LIMIT ?", func(v []driver.Value) error {
		id, err := idOf(v[0])
		ids = append(ids, id)
		return err
	}, append(arguments, int64(most+1))...)
	if err != nil || len(ids) > most {
		return nil, false, err
	}
	found = make([]tenancy.ID, 0, len(ids)) // nil would be unknown
	for _, id := range ids {
		one, err := s.listed(c, id, mark)
		switch {
		case isDamaged(err):
			found = append(found, id) // the page says so
		case err != nil:
			return nil, false, err
		case one != nil && wanted.Finds(rows.SearchWords(one)):
			found = append(found, id)
		}
	}
	return found, true, nil
}

// The words of a tenant or, for the operator, of all tenants.
const (
	beginsSo  = " AND word >= ? AND word < ?"
	isExactly = " AND word = ?"
)

func candidatesOf(q rows.Query) (text string, scope tenancy.ID) {
	if q.Tenant.IsZero() {
		return "SELECT customer FROM words WHERE tenant IN (SELECT id FROM customers WHERE parent = ?)", q.Under
	}
	return "SELECT customer FROM words WHERE tenant = ?", q.Tenant
}

// walked returns the places of a page of a search by words, and one more, by going through
// the list in its order; ok is false if that took too many steps, or if the rest of the
// list is a search itself.
func (s *Store) walked(ctx context.Context, c *conn, q rows.Query, oneTenant bool, mark uint64) (places []place, ok bool, err error) {
	wanted, offset := rows.WantedOf(q.Filter.Text), 0
	if q.After == nil {
		offset = q.Offset
	}
	rest := q
	step := s.search.step
	rest.Filter.Text, rest.Limit, rest.Offset, rest.Count = "", step, 0, false
	if isScan(rest) {
		return nil, false, nil
	}
	for range s.search.walked / step {
		l := listingOf(rest, oneTenant, nil)
		some, err := l.places(ctx, c, rest)
		if err != nil {
			return nil, false, err
		}
		for _, p := range some[:min(len(some), step)] {
			one, err := s.at(c, p, q.Order.By, mark)
			if err != nil && !isDamaged(err) {
				return nil, false, err
			}
			if err == nil && !wanted.Finds(rows.SearchWords(one)) {
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

// finds adds the condition of a search by words: that it is one of those found, or if they
// are not known, the words lead to the customers, whatever else is asked for. Of a tenant
// they are one range of the index for each word; for the operator one for each tenant too.
func (c *conditions) finds(q rows.Query, found []tenancy.ID) {
	if found != nil {
		c.add("c.id IN (SELECT unhex(value) FROM json_each(?))", hexes(found))
		return
	}
	wanted := rows.WantedOf(q.Filter.Text)
	candidates, scope := candidatesOf(q)
	var text strings.Builder
	var arguments []any
	for i, word := range wanted.Beginnings {
		if i > 0 {
			text.WriteString(" INTERSECT ")
		}
		text.WriteString(candidates + beginsSo)
		arguments = append(arguments, scope, word, word+beyondWords)
	}
	if len(wanted.Beginnings) > 0 {
		text.WriteString(" UNION ")
	}
	text.WriteString(candidates + isExactly)
	c.add("c.id IN ("+text.String()+")", append(arguments, scope, wanted.Exact)...)
}

// hexes returns ids as a JSON list of their digits.
func hexes(ids []tenancy.ID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = hex.EncodeToString(id[:])
	}
	text, err := json.Marshal(list)
	if err != nil {
		return "[]" // never: digits can be encoded
	}
	return string(text)
}

func isDamaged(err error) bool {
	_, damaged := errors.AsType[*rows.Damage](err)
	return damaged
}
