package sqlite

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// reviewing adds the reviews that wait for a person, in the order in which they are to be
// decided, below each customer.
var reviewing = []string{
	`CREATE TABLE reviewing (
		mark  BLOB NOT NULL,
		place INTEGER NOT NULL,
		id    BLOB NOT NULL,
		PRIMARY KEY (mark, place, id)
	) STRICT, WITHOUT ROWID`,
}

const (
	insertReview = `INSERT INTO reviewing (mark, place, id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`
	deleteReview = `DELETE FROM reviewing WHERE mark = ? AND place = ? AND id = ?`
)

// seat is a place among the reviews below one customer.
type seat struct {
	mark  tenancy.ID
	place int64
}

func seatsOf(c *customers.Customer) (seats []seat) {
	if c == nil {
		return nil
	}
	for _, mark := range rows.ReviewMarks(c) {
		seats = append(seats, seat{mark, rows.ReviewPlace(c).UnixMilli()})
	}
	return seats
}

// rereview updates the place of a customer among the reviews.
func (t *transaction) rereview(before, now *customers.Customer) error {
	put := func(text string) func(seat) error {
		return func(s seat) error { _, err := t.exec(text, s.mark, s.place, now.ID); return err }
	}
	return differ(seatsOf(before), seatsOf(now), put(deleteReview), put(insertReview))
}

// byReviews plans a list of reviews in the order of their deadlines. Whatever else it
// filters by is looked at review by review: there are few beside all customers.
func (l *listing) byReviews(q rows.Query, oneTenant bool) {
	l.from, l.id, l.value = " FROM reviewing AS m CROSS JOIN customers AS c ON c.id = m.id", "m.id", "m.place"
	l.conditions.add("m.mark = ?", rows.ReviewMark(q))
	for _, trait := range q.Filter.Traits() {
		if trait.Kind != rows.TraitIdentityStatus {
			l.conditions.hasTrait(q, trait, "c.created", "c.id")
		}
	}
	if oneTenant {
		l.conditions.add("c.tenant = ?", q.Tenant)
	}
	l.conditions.filter(q.Filter.WithoutTraits())
}

// fillReviewing orders the reviews of the records of an older schema.
func fillReviewing(ctx context.Context, c *conn) error {
	return eachLiving(ctx, c, func(_ int64, r row) error {
		for _, s := range seatsOf(r.customer) {
			if _, err := c.exec(ctx, insertReview, s.mark, s.place, r.customer.ID); err != nil {
				return err
			}
		}
		return nil
	})
}
