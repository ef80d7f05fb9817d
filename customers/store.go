package customers

import (
	"errors"
	"slices"
	"time"

	"tenantry/tenancy"
)

// What a Store answers beside success. Anything else it returns is a fault of
// the store; it wraps ErrUnavailable when another try may succeed.
var (
	// ErrNotFound says that there is no such record under that tenant, or that it
	// is a tombstone.
	ErrNotFound = errors.New("no such record")
	// ErrStale says that the record has another version than the write names.
	ErrStale = errors.New("the record was changed meanwhile")
	// ErrExists says that a record with that id exists (also as a tombstone).
	ErrExists = errors.New("the record exists already")
	// ErrParentGone says that the parent of a new record is missing or a tombstone.
	ErrParentGone = errors.New("the parent is gone")
	// ErrHasChildren says that a record with living children cannot be erased.
	ErrHasChildren = errors.New("the record has children")
	// ErrUnavailable says that the store cannot serve now (lost server, full disk,
	// time-out). A write that ended with it may or may not have happened.
	ErrUnavailable = errors.New("the store is unavailable")
)

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

// WordSet is a set of the words of a projection: of what a dialect derives from a record
// and lists by. Bit i is the i-th word of its list; the empty set does not filter.
type WordSet uint8

// StatusCounts counts customers by standing; absent is zero.
type StatusCounts map[string]int64

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
	Standings   WordSet
	PartyTypes  PartyTypeSet `json:"Kinds"` // the name is part of the label of cursors
	Stages      WordSet
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

// Reservation reserves a unique value for a customer, before that customer is written.
type Reservation struct {
	// Key is `<scope>:<value>`, compared byte for byte.
	Key string `bson:"_id"`
	// Customer is whom the value is taken for; it may not exist yet.
	Customer tenancy.Ref `bson:"customer"`
	// Taken is when; together with Customer it identifies one taking.
	Taken time.Time `bson:"taken"`
	// Ends is when the claim lapses and may be swept; zero is never.
	Ends time.Time `bson:"ends,omitempty"`
	// Request identifies what an idempotency claim was taken for.
	Request []byte `bson:"request,omitempty"`
	// Answer is the sealed answer of an idempotency claim once it is complete.
	Answer []byte `bson:"answer,omitempty"`
}

// Batch is what one customer has to relay, oldest event first.
type Batch struct {
	Customer tenancy.Ref
	Path     []tenancy.ID
	Events   []Event
}

// Has reports whether an event of that type is among those of the batch.
func (b Batch) Has(kind string) bool {
	return slices.ContainsFunc(b.Events, func(e Event) bool { return e.Type == kind })
}

// LoggedEvent is an event in the log, with whose it is.
type LoggedEvent struct {
	Event    `bson:",inline"`
	Customer tenancy.Ref `bson:"customer"`
}

// EventQuery asks for one page of the event log, newest first. Zero members do
// not filter; all given ones must hold.
type EventQuery struct {
	// Customer limits the page to one customer's own events.
	Customer tenancy.Ref
	// Tenant limits it to one tenant. Zero, without Customer, is the operator's reach.
	Tenant tenancy.ID
	// Under limits it to a customer of the Tenant and all that were below it.
	Under tenancy.ID
	// ID is the one event wanted.
	ID tenancy.ID
	// Type is the type wanted, or what it begins with and a star (`bank.*`).
	Type string
	// From and To bound the moment, both inclusive.
	From, To time.Time
	// Before continues behind the event with that id; zero starts at the newest.
	// Behind an id that is no event of that reach there is nothing.
	Before tenancy.ID
	Limit  int // 1 to 100
}
