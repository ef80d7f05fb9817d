package activities

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Activities reads a page of what happened on a customer, newest first unless ordered
// otherwise. It returns NotFound, Forbidden insufficientScope and Invalid for limits,
// offsets and cursors that are out of range, forged, or of another list.
func (s *Service) Activities(ctx context.Context, caller tenancy.Caller, in ListActivitiesInput) (ActivityListing, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return ActivityListing{}, err
	}
	var faults fault.List
	bounds := rows.Bounds{Limit: in.Limit, Offset: in.Offset, Cursor: in.Cursor}
	if bounds.Check(&faults); !faults.Empty() {
		return ActivityListing{}, faults.Err()
	}
	query := rows.ActivityQuery{
		Customer: c.Ref(), Type: in.Type, From: in.From, To: in.To, Ascending: in.Ascending,
		Limit: bounds.Limit, Offset: in.Offset, Count: true,
	}
	var total rows.Count
	if in.Cursor != "" {
		mark, err := cursor.Open[rows.Bookmark](s.sealer, activityLabel(query), in.Cursor)
		if err != nil {
			return ActivityListing{}, err
		}
		query.After, query.Count, total = &mark.After, false, rows.Count{N: mark.Total, AtLeast: mark.AtLeast}
	}
	page, err := s.activityPage(ctx, c, query)
	if err != nil {
		return ActivityListing{}, rows.StoreFault(err, "listing the activities of "+c.Ref().String())
	}
	if query.Count {
		total = rows.Count{N: page.Total, AtLeast: page.AtLeast}
	}
	listing := ActivityListing{Activities: page.Activities, Total: total.N, AtLeast: total.AtLeast, Limit: bounds.Limit, Offset: in.Offset}
	if last := len(page.Activities) - 1; page.More && last >= 0 {
		mark := rows.Bookmark{After: rows.Position{Time: page.Activities[last].Occurred, ID: page.Activities[last].ID}, Total: total.N, AtLeast: total.AtLeast}
		listing.NextCursor, err = cursor.Seal(s.sealer, activityLabel(query), mark)
	}
	return listing, err
}

// activityPage reads a page as it is once the newest activity of the customer is in
// its own place. It writes nothing.
func (s *Service) activityPage(ctx context.Context, c *customers.Customer, q rows.ActivityQuery) (rows.ActivityPage, error) {
	newest := c.LastActivity
	if newest == nil || !wants(q, *newest) {
		return s.store.Activities(ctx, q)
	}
	// The row ahead of a page shows on which side of its beginning the newest belongs.
	wide, ahead := q, min(q.Offset, 1)
	wide.Offset, wide.Limit = q.Offset-ahead, q.Limit+ahead
	page, err := s.store.Activities(ctx, wide)
	if err != nil {
		return rows.ActivityPage{}, err
	}
	records := page.Activities
	if !slices.ContainsFunc(records, func(a customers.Activity) bool { return a.ID == newest.ID }) {
		// Looked for after the page: what is missing now was in no row or count of it.
		switch _, err := s.store.ActivityOf(ctx, c.Ref(), newest.Reference); {
		case errors.Is(err, rows.ErrNotFound):
			at, _ := slices.BinarySearchFunc(records, *newest, func(a customers.Activity, b customers.Activity) int { return compare(q, a, b) })
			records = slices.Insert(slices.Clone(records), at, *newest)
			if !page.AtLeast {
				page.Total++
			}
		case err != nil:
			return rows.ActivityPage{}, err
		}
	}
	records = records[min(ahead, len(records)):]
	page.Activities, page.More = records[:min(q.Limit, len(records))], page.More || len(records) > q.Limit
	return page, nil
}

// wants reports whether an activity is among the rows that the query asks for.
func wants(q rows.ActivityQuery, a customers.Activity) bool {
	return (q.Type == "" || a.Type == q.Type) && (q.From.IsZero() || !a.Occurred.Before(q.From)) && (q.To.IsZero() || !a.Occurred.After(q.To)) &&
		(q.After == nil || compare(q, a, customers.Activity{ID: q.After.ID, Occurred: q.After.Time}) > 0)
}

// compare orders two activities as the query does.
func compare(q rows.ActivityQuery, a, b customers.Activity) int {
	order := cmp.Or(a.Occurred.Compare(b.Occurred), bytes.Compare(a.ID[:], b.ID[:]))
	if q.Ascending {
		return order
	}
	return -order
}

// SettleReported settles the newest activity of a customer whose report is relayed.
func (s *Service) SettleReported(ctx context.Context, batch rows.Batch) error {
	if !batch.Has(activityRecorded) {
		return nil
	}
	return s.settleActivity(ctx, batch.Customer)
}

// settleActivity puts the newest activity of a customer into its own place, if an
// interrupted report left it out.
func (s *Service) settleActivity(ctx context.Context, customer tenancy.Ref) error {
	c, err := s.store.Get(ctx, customer)
	if errors.Is(err, rows.ErrNotFound) || err == nil && c.LastActivity == nil {
		return nil
	}
	if err == nil {
		_, err = s.store.ActivityOf(ctx, customer, c.LastActivity.Reference)
	}
	if errors.Is(err, rows.ErrNotFound) {
		err = s.store.PutActivity(ctx, *c.LastActivity)
	}
	return rows.StoreFault(err, "settling the newest activity of "+customer.String())
}

// activityLabel binds a cursor to its list.
func activityLabel(q rows.ActivityQuery) string {
	label := fmt.Sprintf("activities:%s:%s:%t", q.Customer, q.Type, q.Ascending)
	if !q.From.IsZero() || !q.To.IsZero() {
		label += fmt.Sprintf(":%d:%d", q.From.UnixNano(), q.To.UnixNano())
	}
	return label
}
