package customers

import (
	"time"

	"tenantry/tenancy"
)

// TenantScope limits a query under a customer to its tenant; the operator's spans all.
func TenantScope(c *Customer) tenancy.ID {
	if tenancy.IsOperator(c) {
		return tenancy.ID{}
	}
	return c.Tenant
}

// Bookmark is what a cursor holds: the last row of a page, and how many rows the
// list had when it began.
type Bookmark struct {
	After Position
	Total int64
}

// Query asks for one page of the children of a customer.
type Query struct {
	// Tenant limits the query to one tenant. Zero is the operator's reach.
	Tenant tenancy.ID
	// Under is the customer whose children are wanted; Deep wants all descendants.
	Under  tenancy.ID
	Deep   bool
	Filter Filter
	Order  Order
	// Limit is the most rows of the page, 1 to 1000; Offset skips rows.
	Limit, Offset int
	// After continues behind a row instead of skipping.
	After *Position
	// Count asks for the number of all matching rows too.
	Count bool
}

// Filter narrows a Query; zero members do not filter. All given ones must hold.
type Filter struct {
	Status      Status
	PlanKey     string
	MerchantKey string
	ExternalID  string
	Email       string // equal regardless of case
	Name        string // contained in the name, regardless of case
	CreatedFrom time.Time
	CreatedTo   time.Time // inclusive
	UpdatedFrom time.Time
	Standings   StandingSet
	PartyTypes  PartyTypeSet `json:"Kinds"` // the name is part of the label of cursors
	Stages      StageSet
	Search      string // contained in the SearchText, regardless of case
}

// IsZero tells whether nothing is filtered.
func (f Filter) IsZero() bool { return f == Filter{} }

// OrderBy is what a list is ordered by; ties go by id in the same direction.
type OrderBy string

// The orders. Names are ordered as Fold gives them, by code point.
const (
	ByCreated     OrderBy = "created"
	ByLastUpdated OrderBy = "lastUpdated"
	ByName        OrderBy = "name"
)

// Order is a direction of a list.
type Order struct {
	By        OrderBy
	Ascending bool
}

// Position is a row's place in an order: the ordered value and the id.
type Position struct {
	Time time.Time // ByCreated, ByLastUpdated
	Name string    // ByName; folded
	ID   tenancy.ID
}

// PositionOf gives the place of c in the order.
func PositionOf(c *Customer, by OrderBy) Position {
	p := Position{ID: c.ID}
	switch by {
	case ByName:
		p.Name = Fold(c.Name)
	case ByLastUpdated:
		p.Time = c.LastUpdated
	case ByCreated:
		p.Time = c.Created
	}
	return p
}

// Page is one page of a list.
type Page struct {
	Customers []*Customer
	// More tells that rows follow.
	More bool
	// Total counts all matching rows, when the query asked for it.
	Total int64
}
