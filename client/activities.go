package client

import (
	"context"
	"iter"
	"net/http"
	"time"
)

// ActivitiesService reports what a platform's own ledger did with a customer.
type ActivitiesService struct{ c *Client }

// Create reports what the ledger did. An activity is stored once per reference: the same one
// again is answered with what is stored, another one with [ErrConflict].
func (s *ActivitiesService) Create(ctx context.Context, customer string, input ActivityInput, options ...CallOption) (*Activity, error) {
	return call[Activity](ctx, s.c, http.MethodPost, path("customers", customer, "activities"), input, options)
}

// List returns the activities of a customer, newest first unless the filter says otherwise.
func (s *ActivitiesService) List(ctx context.Context, customer string, filter ActivityFilter, options ...CallOption) iter.Seq2[*Activity, error] {
	return pages(filter.Cursor, func(cursor string) (page[Activity], error) {
		filter.Cursor = cursor
		p, err := s.Page(ctx, customer, filter, options...)
		if err != nil {
			return page[Activity]{}, err
		}
		return page[Activity]{p.Results, nil, p.Settings.NextCursor}, nil
	})
}

// Page returns one page of the list, with the number of all matching activities.
func (s *ActivitiesService) Page(ctx context.Context, customer string, filter ActivityFilter, options ...CallOption) (*ActivityPage, error) {
	return call[ActivityPage](ctx, s.c, http.MethodGet, path("customers", customer, "activities"), nil, with(options, asking(filter)))
}

// ActivityFilter selects and orders activities.
type ActivityFilter struct {
	// Limit is the number of rows to a page, 1 to 100; the default is 50.
	Limit int `query:"limit"`
	// Offset skips rows, at most 10,000; it does not go with Cursor.
	Offset int `query:"offset"`
	// Cursor continues a list after a page of it, with the same filter.
	Cursor string `query:"cursor"`
	// Order is occurredAt DESC, which is the default, or occurredAt ASC.
	Order string       `query:"order"`
	Type  ActivityType `query:"type"`
}

// ActivityType is what an activity is. It may grow.
type ActivityType string

// The values of ActivityType.
const (
	ActivityHold   ActivityType = "hold"
	ActivityCredit ActivityType = "credit"
	ActivityDebit  ActivityType = "debit"
	ActivityRefund ActivityType = "refund"
)

// Activity is something that the ledger of a platform reported about a customer; it never
// changes.
type Activity struct {
	ID         string       `json:"id"`
	Object     string       `json:"object"`
	CustomerID string       `json:"customerId"`
	Type       ActivityType `json:"type"`
	Amount     string       `json:"amount"`
	// One of USD and CAD.
	Currency   string    `json:"currency"`
	Reference  string    `json:"reference"`
	OccurredAt time.Time `json:"occurredAt"`
	Created    time.Time `json:"created"`
}

// ActivityInput is what happened, as reported.
type ActivityInput struct {
	Type ActivityType `json:"type"`
	// Above 0, with at most two decimals. A JSON number is taken too, which is not described
	// here: generators know no such union, and a string keeps every cent.
	Amount string `json:"amount"`
	// USD by default. One of USD and CAD.
	Currency Optional[string] `json:"currency,omitzero"`
	// Your own name for the activity, unique within the customer; the same reference again is
	// the same activity. 1 to 255 characters.
	Reference string `json:"reference"`
	// RFC 3339, not in the future; now by default.
	OccurredAt Optional[string] `json:"occurredAt,omitzero"`
}

// ActivityPage is a page of activities.
type ActivityPage struct {
	Results []Activity `json:"results"`
	// The number of all matching rows, not only of those on this page. Where it must be
	// counted, that ends at 10,000; a page by cursor has the number of the first page.
	Count int `json:"count"`
	// There are more rows than count says, or as many: counting ended there. Absent if count
	// is the number.
	CountIsLowerBound *bool `json:"countIsLowerBound,omitzero"`
	// The parameters of the list, and how to continue it.
	Settings PageSettings `json:"settings"`
}
