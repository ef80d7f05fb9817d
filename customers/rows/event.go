package rows

import (
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/settings"
	"tenantry/tenancy"
)

// LoggedEvent is an event in the log, with the customer it belongs to.
type LoggedEvent struct {
	customers.Event `bson:",inline"`
	Customer        tenancy.Ref `bson:"customer"`
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
	// Behind the id of an event out of that reach the page is empty.
	Before tenancy.ID
	Limit  int // 1 to 100
	// MayLag is as that of a Query. An engine looks for ID and Before in its newest state.
	MayLag bool `json:"-"`
}

// Selects reports whether an event passes the filters of the query by id, type and
// moment; whose it is the query's reach decides.
func (q EventQuery) Selects(e customers.Event) bool {
	return (q.ID.IsZero() || e.ID == q.ID) && (q.Type == "" || settings.MatchesType(q.Type, e.Type)) &&
		(q.From.IsZero() || !e.At.Before(q.From)) && (q.To.IsZero() || !e.At.After(q.To))
}

// Arrival is an event with its place in the order in which events came into the log. That
// is not the order of their moments: an event of a slow write, or of a process whose relay
// was behind, comes in after younger ones. A place is taken once and for ever, and nothing
// comes in before an event that was read.
type Arrival struct {
	LoggedEvent
	Place int64
}

// Batch is the events that one customer has to relay, oldest first.
type Batch struct {
	Customer tenancy.Ref
	Path     []tenancy.ID
	Events   []customers.Event
}

// Has reports whether the batch holds an event of a type.
func (b Batch) Has(kind string) bool {
	return slices.ContainsFunc(b.Events, func(e customers.Event) bool { return e.Type == kind })
}
