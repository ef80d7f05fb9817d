package sqlite

import (
	"context"
	"database/sql/driver"
	"errors"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/tenancy"
)

// List implements store.Store. Without a filter a page costs as much wherever it
// starts behind a row and however many rows there are, the total included. The exception
// is all descendants by name or by their last change: they are sorted for every page.
func (s *Store) List(ctx context.Context, q rows.Query) (rows.Page, error) {
	var page rows.Page
	err := s.listOn(ctx, q, func(ctx context.Context, c *conn) error {
		mark := s.cache.mark()
		if _, err := c.exec(context.Background(), "BEGIN"); err != nil {
			return err
		}
		// Page, total and records are of one moment.
		err := s.list(ctx, c, q, mark, &page)
		if _, ended := c.exec(context.Background(), "COMMIT"); err == nil {
			err = ended
		}
		return err
	})
	if err != nil {
		return rows.Page{}, err
	}
	return page, nil
}

// listOn runs f on a reader that suits the list.
func (s *Store) listOn(ctx context.Context, q rows.Query, f func(ctx context.Context, c *conn) error) error {
	const doing = "listing customers"
	if isScan(q) {
		return s.scan(ctx, q.Tenant, doing, f)
	}
	return s.read(ctx, doing, func(c *conn) error { return f(ctx, c) })
}

func (s *Store) list(ctx context.Context, c *conn, q rows.Query, mark uint64, page *rows.Page) error {
	under, err := s.listed(c, q.Under, mark)
	if err != nil || under == nil {
		return err
	}
	oneTenant := !q.Tenant.IsZero() && tenancy.IsOperator(under)
	if !q.Tenant.IsZero() && !oneTenant && under.Tenant != q.Tenant {
		return nil
	}
	places, err := s.places(ctx, c, q, oneTenant)
	if err != nil {
		return err
	}
	if len(places) > q.Limit {
		page.More, places = true, places[:max(q.Limit, 0)]
	}
	for _, p := range places {
		err := s.take(c, p, q, mark, page)
		if damage, ok := errors.AsType[*rows.Damage](err); ok {
			s.damage.Note(err)
			page.Damaged = append(page.Damaged, *damage)
			continue
		}
		if err != nil {
			return err
		}
	}
	if page.More {
		page.End = places[len(places)-1].position(q.Order.By)
	}
	if q.Count {
		var count rows.Count
		count, err = s.total(ctx, c, q, oneTenant, mark, totals.Of(q.Offset, q.After, len(places), page.More))
		page.Total, page.AtLeast = count.N, count.AtLeast
	}
	return err
}

// places returns the places of a page, and one more.
func (s *Store) places(ctx context.Context, c *conn, q rows.Query, oneTenant bool) ([]place, error) {
	if isScan(q) {
		places, walked, err := s.walked(ctx, c, q, oneTenant)
		if err != nil || walked {
			return places, err
		}
	}
	page := q
	page.Filter = beyond(q, nil)
	l, err := listingIn(ctx, c, page, oneTenant)
	if err != nil {
		return nil, err
	}
	text, arguments := l.page(page)
	if isScan(q) {
		text = materialized(text, l.ascending)
	}
	return placesIn(ctx, c, text, arguments)
}

// listingIn plans a list for what there is to be listed.
func listingIn(ctx context.Context, c *conn, q rows.Query, oneTenant bool) (l listing, err error) {
	traits, few := q.Filter.Traits(), false
	if marked(q) && len(traits) > 1 || mayBeFew(q) {
		var fewest int64
		if traits, fewest, err = fewestFirst(ctx, c, q, traits); err != nil {
			return l, err
		}
		few = mayBeFew(q) && fewest <= fewMarked(q.Order.By)
	}
	if few {
		return listingByFew(q, oneTenant, traits), nil
	}
	l = listingBy(q, oneTenant, traits)
	if branched(q) {
		l.present, err = presentIn(ctx, c, q)
	}
	return l, err
}

// place is where a row stands in the order.
type place struct {
	id    tenancy.ID
	value any
}

// position returns the place as a cursor keeps it.
func (p place) position(by rows.OrderBy) *rows.Position {
	at := rows.Position{ID: p.id}
	if by == rows.ByName {
		at.Name, _ = p.value.(string)
	} else if milliseconds, ok := p.value.(int64); ok {
		at.Time = time.UnixMilli(milliseconds).UTC()
	}
	return &at
}

// placesIn returns what a statement for places returns.
func placesIn(ctx context.Context, c *conn, text string, arguments []any) (places []place, err error) {
	err = c.query(ctx, text, func(values []driver.Value) error {
		id, err := idOf(values[0])
		places = append(places, place{id: id, value: values[1]})
		return err
	}, arguments...)
	return places, err
}

// take adds the customer of a place to a page, in the form that the list asked for.
func (s *Store) take(c *conn, p place, q rows.Query, mark uint64, page *rows.Page) error {
	if q.Show == nil {
		found, err := s.at(c, p, q.Order.By, mark)
		if err != nil {
			return err
		}
		page.Customers = append(page.Customers, found)
		return nil
	}
	made, ok := s.cache.shownAt(p, q.Order.By, *q.Show)
	if !ok {
		found, err := s.findAt(c, p, q.Order.By)
		if err != nil {
			return err
		}
		if made, err = s.makeShown(mark, found, *q.Show); err != nil {
			return err
		}
	}
	page.Shown = append(page.Shown, made)
	return nil
}

// at returns the record of a place, and keeps it.
func (s *Store) at(c *conn, p place, by rows.OrderBy, mark uint64) (*customers.Customer, error) {
	found, err := s.findAt(c, p, by)
	if err == nil && !found.kept {
		s.cache.fill(mark, found.record)
	}
	return found.customer, err
}

// findAt reads the record of a place. What is cached serves only while it stands at that
// place: a newer one may have moved, and a reader that goes on behind it would miss what
// lies between.
func (s *Store) findAt(c *conn, p place, by rows.OrderBy) (foundRecord, error) {
	if cached, ok := s.cache.get(p.id); ok && ordered(by, rows.PositionOf(cached, by)) == p.value {
		return foundRecord{record{customer: cached}, true}, nil
	}
	found, err := load(c, p.id)
	if err == nil && found.customer == nil {
		err = errDangling
	}
	return foundRecord{found, false}, err
}

// listed returns the customer whose children are wanted, nil if it is gone.
func (s *Store) listed(c *conn, id tenancy.ID, mark uint64) (*customers.Customer, error) {
	if cached, ok := s.cache.get(id); ok {
		return cached, nil
	}
	found, err := load(c, id)
	if err != nil || found.customer == nil || found.customer.Deleted != nil {
		return nil, err
	}
	s.cache.fill(mark, found)
	return found.customer, nil
}
