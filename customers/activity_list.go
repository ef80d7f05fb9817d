package customers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Activities reads a page of what happened on a customer, newest first unless ordered
// otherwise. It returns NotFound, Forbidden insufficientScope and Invalid for limits,
// offsets and cursors that are out of range, forged, or of another list.
func (s *Service) Activities(ctx context.Context, caller tenancy.Caller, in ListActivitiesInput) (ActivityListing, error) {
	c, err := s.reach(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return ActivityListing{}, err
	}
	bounds := ListInput{Limit: in.Limit, Offset: in.Offset, Cursor: in.Cursor}
	if err := bounds.normalize(); err != nil {
		return ActivityListing{}, err
	}
	query := ActivityQuery{
		Customer: c.Ref(), Type: in.Type, From: in.From, To: in.To, Ascending: in.Ascending,
		Limit: bounds.Limit, Offset: in.Offset, Count: true,
	}
	total := int64(0)
	if in.Cursor != "" {
		mark, err := s.openActivityCursor(query, in.Cursor)
		if err != nil {
			return ActivityListing{}, err
		}
		query.After, query.Count, total = &mark.After, false, mark.Total
	}
	if err := s.settleActivity(ctx, c); err != nil {
		return ActivityListing{}, err
	}
	page, err := s.store.Activities(ctx, query)
	if err != nil {
		return ActivityListing{}, storeFault(err, "listing the activities of "+c.Ref().String())
	}
	if query.Count {
		total = page.Total
	}
	listing := ActivityListing{Activities: page.Activities, Total: total, Limit: bounds.Limit, Offset: in.Offset}
	if last := len(page.Activities) - 1; page.More && last >= 0 {
		mark := bookmark{After: Position{Time: page.Activities[last].Occurred, ID: page.Activities[last].ID}, Total: total}
		listing.NextCursor, err = s.sealActivityCursor(query, mark)
	}
	return listing, err
}

// settleActivity puts the newest activity into its own place, if an interrupted call
// left it out.
func (s *Service) settleActivity(ctx context.Context, c *Customer) error {
	if c.LastActivity == nil {
		return nil
	}
	_, err := s.store.ActivityOf(ctx, c.Ref(), c.LastActivity.Reference)
	if errors.Is(err, ErrNotFound) {
		err = s.store.PutActivity(ctx, *c.LastActivity)
	}
	return storeFault(err, "settling the newest activity of "+c.Ref().String())
}

func (s *Service) sealActivityCursor(q ActivityQuery, mark bookmark) (string, error) {
	plain, err := json.Marshal(mark)
	if err != nil {
		return "", fmt.Errorf("writing a cursor: %w", err)
	}
	box, err := s.sealer.SealBox(nil, activityLabel(q), plain)
	if err != nil {
		return "", fmt.Errorf("sealing a cursor: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(box), nil
}

func (s *Service) openActivityCursor(q ActivityQuery, text string) (mark bookmark, err error) {
	box, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		var plain []byte
		if plain, err = s.sealer.OpenBox(nil, activityLabel(q), box); err == nil {
			err = json.Unmarshal(plain, &mark)
		}
	}
	if err != nil {
		return bookmark{}, fault.Wrap(err, fault.Invalid, fault.CodeValidation,
			"is not a cursor of this list with this type and this order; begin again without it").About("cursor", fault.BadValue)
	}
	return mark, nil
}

// activityLabel binds a cursor to its list.
func activityLabel(q ActivityQuery) string {
	label := fmt.Sprintf("activities:%s:%s:%t", q.Customer, q.Type, q.Ascending)
	if !q.From.IsZero() || !q.To.IsZero() {
		label += fmt.Sprintf(":%d:%d", q.From.UnixNano(), q.To.UnixNano())
	}
	return label
}
