package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/tenancy"
)

// List implements store.Store. A page without a filter costs the rows that it shows,
// first or deep behind a cursor, and Offset costs an index key for each row skipped. A
// filter other than Email, MerchantKey and ExternalID also costs the rows that it skips
// on the way. The total is counted beside the page, to its bound and within a time of its
// own: it costs an index key for each row counted, and for most filters a document.
func (s *Store) List(ctx context.Context, q rows.Query) (page rows.Page, err error) {
	filter, some := filterOf(q)
	if !some {
		return rows.Page{}, failed(ctx, "listing customers", ctx.Err())
	}
	by, direction := orderOf(q.Order)
	how := options.Find().SetSort(equal(by, direction, "_id", direction)).SetLimit(int64(q.Limit) + 1)
	records := filter
	if q.After != nil {
		records = append(slices.Clone(filter), behind(*q.After, q.Order)...)
	} else if q.Offset > 0 {
		how.SetSkip(int64(q.Offset))
	}
	err = s.do(ctx, "listing customers", func(ctx context.Context) error {
		from := s.customersFor(q.MayLag)
		counted := func() (int64, error) { return 0, nil }
		if q.Count {
			counted = s.countBeside(ctx, from, filter, q.CountTo)
		}
		found := 0
		var end *rows.Position
		err := each(ctx, from, records, how, func(document bson.Raw) error {
			if found++; found > q.Limit {
				page.More, page.End = true, end
				return nil
			}
			if found == q.Limit {
				end = positionOf(document, q.Order.By)
			}
			c, err := customer(document)
			if damage, ok := errors.AsType[*rows.Damage](err); ok {
				s.damage.Note(err)
				page.Damaged = append(page.Damaged, *damage)
				return nil
			}
			page.Customers = append(page.Customers, c)
			return err
		})
		n, uncounted := counted()
		if err != nil || !q.Count {
			return err
		}
		count, err := boundedBy(totals.Of(q.Offset, q.After, min(found, q.Limit), page.More), n, q.CountTo, uncounted)
		page.Total, page.AtLeast = count.N, count.AtLeast
		return err
	})
	if err == nil {
		err = page.ShowBy(q.Show)
	}
	if err != nil {
		return rows.Page{}, err
	}
	return page, nil
}

// orderOf returns the member and the direction of an order.
func orderOf(order rows.Order) (by string, direction int) {
	by, direction = "created", -1
	switch order.By {
	case rows.ByCreated:
	case rows.ByLastUpdated:
		by = "lastUpdated"
	case rows.ByName:
		by = "nameFolded"
	case rows.ByReviewDeadline:
		by = reviewPlace
	}
	if order.Ascending {
		direction = 1
	}
	return by, direction
}

// behind returns the filter of the rows that follow a place in an order.
func behind(place rows.Position, order rows.Order) bson.D {
	by, direction := orderOf(order)
	if order.By == rows.ByName {
		return beyond(by, place.Name, place.ID, direction)
	}
	return beyond(by, bson.NewDateTimeFromTime(place.Time), place.ID, direction)
}

// beyond returns the filter of the documents behind a value and an id, in the order of
// both. Its first condition adds nothing: it is there for the index, which then is
// entered at the place itself.
func beyond(by string, value any, id tenancy.ID, direction int) bson.D {
	past, from := "$lt", "$lte"
	if direction > 0 {
		past, from = "$gt", "$gte"
	}
	return equal(by, equal(from, value), "$or", bson.A{
		equal(by, equal(past, value)),
		equal(by, value, "_id", equal(past, object(id))),
	})
}
