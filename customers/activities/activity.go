package activities

import (
	"time"

	"tenantry/customers"
	"tenantry/customers/view"
	"tenantry/internal/patch"
)

// ActivityInput reports an activity.
type ActivityInput struct {
	Type     patch.Field[string]       `json:"type"`     // hold, credit, debit, refund; required
	Amount   patch.Field[patch.Number] `json:"amount"`   // above 0, with at most two decimals; required
	Currency patch.Field[string]       `json:"currency"` // USD, CAD; default USD
	// Reference is required: 1 to 255 characters. The same one again is the same activity.
	Reference patch.Field[string] `json:"reference"`
	// OccurredAt is an RFC 3339 time, not in the future; default now.
	OccurredAt patch.Field[string] `json:"occurredAt"`

	ID      patch.ReadOnly `json:"id"`
	Object  patch.ReadOnly `json:"object"`
	Created patch.ReadOnly `json:"created"`
}

// ActivityView shows an activity.
type ActivityView struct {
	ID         string                 `json:"id"`
	Object     string                 `json:"object"` // activity
	CustomerID string                 `json:"customerId"`
	Type       customers.ActivityType `json:"type"`
	Amount     string                 `json:"amount"` // decimal text with two decimals
	Currency   string                 `json:"currency"`
	Reference  string                 `json:"reference"`
	OccurredAt view.Stamp             `json:"occurredAt"`
	Created    view.Stamp             `json:"created"`
}

// ListActivitiesInput asks for a page of activities.
type ListActivitiesInput struct {
	CustomerID string
	Type       customers.ActivityType
	// From and To, when not zero, want those that happened between them, inclusive.
	From, To  time.Time
	Ascending bool
	// Limit is 1 to 100 (0: the default of 50); Offset is 0 or more.
	Limit, Offset int
	// Cursor continues a list; it excludes Offset.
	Cursor string
}

// ActivityListing is a page of activities.
type ActivityListing struct {
	Activities    []customers.Activity
	Total         int64 // all of them; with AtLeast there are more, or as many
	AtLeast       bool
	Limit, Offset int
	// NextCursor continues behind this page; empty on the last one.
	NextCursor string
}

// View shows an activity natively.
func View(a customers.Activity) ActivityView {
	return ActivityView{
		ID: a.ID.String(), Object: "activity", CustomerID: a.Customer.ID.String(), Type: a.Type,
		Amount: amountText(a.Amount), Currency: a.Currency, Reference: a.Reference,
		OccurredAt: view.Stamp(a.Occurred), Created: view.Stamp(a.Created),
	}
}
