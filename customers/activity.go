package customers

import (
	"time"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// ActivityType says what a platform's own ledger did with a customer.
type ActivityType string

// The types of activity.
const (
	// ActivityHold reserved money of the customer.
	ActivityHold ActivityType = "hold"
	// ActivityCredit paid money to the customer.
	ActivityCredit ActivityType = "credit"
	// ActivityDebit took money from the customer.
	ActivityDebit ActivityType = "debit"
	// ActivityRefund gave money back to the customer.
	ActivityRefund ActivityType = "refund"
)

// Activity is something that happened on a customer, as its platform reported it. It
// never changes, and is stored apart from the customer.
type Activity struct {
	ID       tenancy.ID   `bson:"_id"`
	Customer tenancy.Ref  `bson:"customer"`
	Type     ActivityType `bson:"type"`
	// Amount is in the smallest unit of the currency: cents.
	Amount   int64  `bson:"amount"`
	Currency string `bson:"currency"` // USD, CAD
	// Reference is the platform's own name of it, unique within the customer.
	Reference string `bson:"reference"`
	// Occurred is when it happened, Created when it was reported.
	Occurred time.Time `bson:"occurred"`
	Created  time.Time `bson:"created"`
	// Actor and Credential say who reported it.
	Actor      tenancy.ID `bson:"actor"`
	Credential string     `bson:"credential"`
}

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
	ID         string       `json:"id"`
	Object     string       `json:"object"` // activity
	CustomerID string       `json:"customerId"`
	Type       ActivityType `json:"type"`
	Amount     string       `json:"amount"` // decimal text with two decimals
	Currency   string       `json:"currency"`
	Reference  string       `json:"reference"`
	OccurredAt Stamp        `json:"occurredAt"`
	Created    Stamp        `json:"created"`
}

// ActivityQuery asks for one page of a customer's activities, ordered by when they
// happened; those of one moment by id.
type ActivityQuery struct {
	Customer tenancy.Ref
	// Type, when not empty, wants activities of that type only.
	Type ActivityType
	// From and To, when not zero, want those that happened between them, inclusive.
	From, To  time.Time
	Ascending bool
	// Limit is the most rows of the page, 1 to 101: a page and the row ahead of it.
	// Offset skips rows.
	Limit, Offset int
	// After continues behind a row instead of skipping.
	After *Position
	// Count asks for the number of all matching rows too.
	Count bool
}

// ActivityPage is one page of activities.
type ActivityPage struct {
	Activities []Activity
	// More tells that rows follow.
	More bool
	// Total counts all matching rows, when the query asked for it.
	Total int64
}

// ListActivitiesInput asks for a page of activities.
type ListActivitiesInput struct {
	CustomerID string
	Type       ActivityType
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
	Activities    []Activity
	Total         int64
	Limit, Offset int
	// NextCursor continues behind this page; empty on the last one.
	NextCursor string
}

// View shows an activity natively.
func (a Activity) View() ActivityView {
	return ActivityView{
		ID: a.ID.String(), Object: "activity", CustomerID: a.Customer.ID.String(), Type: a.Type,
		Amount: amountText(a.Amount), Currency: a.Currency, Reference: a.Reference,
		OccurredAt: Stamp(a.Occurred), Created: Stamp(a.Created),
	}
}
