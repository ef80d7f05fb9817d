package rows

import (
	"time"

	"tenantry/customers"
	"tenantry/tenancy"
)

// ActivityQuery asks for one page of a customer's activities, ordered by when they
// happened; those of one moment by id.
type ActivityQuery struct {
	Customer tenancy.Ref
	// Type, when not empty, wants activities of that type only.
	Type customers.ActivityType
	// From and To, when not zero, want those that happened between them, inclusive.
	From, To  time.Time
	Ascending bool
	// Limit is the most rows of the page, 1 to 101: a page and the row ahead of it.
	// Offset skips rows.
	Limit, Offset int
	// After continues behind a row instead of skipping.
	After *Position
	// Count asks for the number of all matching rows too, which is counted as far as CountTo
	// only; zero is MostCounted.
	Count   bool
	CountTo int64
}

// ActivityPage is one page of activities.
type ActivityPage struct {
	Activities []customers.Activity
	// More reports that rows follow.
	More bool
	// Total counts all matching rows, when the query asked for it; with AtLeast there are
	// more of them, or as many.
	Total   int64
	AtLeast bool
}
