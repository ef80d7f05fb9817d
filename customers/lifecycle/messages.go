package lifecycle

import (
	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/plans"
	"tenantry/tenancy"
)

// CreateInput creates a child of the caller's subject.
type CreateInput struct {
	fields.Input
	// ID, when not zero, is the id that was reserved for the new customer by an
	// idempotent attempt: a retry of that attempt meets its own earlier write.
	ID tenancy.ID `json:"-"`
}

// UpdateInput changes a customer.
type UpdateInput struct {
	fields.Input
	CustomerID string `json:"-"`
	// IfVersions, unless nil, demand that the customer is in one of them (If-Match).
	IfVersions []int64 `json:"-"`
}

// DeleteInput erases a customer.
type DeleteInput struct {
	CustomerID string
	// IfVersions, unless nil, demand that the customer is in one of them.
	IfVersions []int64
}

// ListInput asks for a page of the subject's children.
type ListInput struct {
	// Reading is what reading the request found faulty, to be told together with
	// what the rules of lists find; nil when nothing was.
	Reading error

	Deep   bool
	Filter customers.Filter
	Order  customers.Order
	// Limit is 1 to 100 (0: the default of 50); Offset is 0 or more.
	Limit, Offset int
	// Cursor continues a list; it excludes Offset.
	Cursor string
	// Wide is for faces with numbered pages: pages of up to 1000 rows, however many
	// are skipped, at the cost of an index entry for each.
	Wide bool
}

// Listing is a page of children.
type Listing struct {
	Customers []*customers.Customer
	// Total counts all matching rows.
	Total         int64
	Limit, Offset int
	Order         customers.Order
	// NextCursor continues behind this page; empty on the last one.
	NextCursor string
}

// UnmaskInput asks for sensitive fields in full.
type UnmaskInput struct {
	CustomerID string
	// Reason is required, 3 to 256 characters; it is kept in the audit trail.
	Reason string
}

// PlanView shows a plan of the catalog.
type PlanView struct {
	Key      string               `json:"key"`
	Object   string               `json:"object"` // plan
	Name     string               `json:"name"`
	Features []plans.Feature      `json:"features"`
	Requires []plans.Verification `json:"requires"`
}
