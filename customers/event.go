package customers

import (
	"encoding/json"
	"slices"
	"time"

	"tenantry/tenancy"
)

// Event is one change of one customer, as it is delivered and as the audit trail keeps
// it: masked like answers, and without dates of birth.
type Event struct {
	ID   tenancy.ID `bson:"_id"`
	Type string     `bson:"type"`
	At   time.Time  `bson:"at"`
	// Actor, Subject and Credential say who did it.
	Actor      tenancy.ID `bson:"actor,omitempty"`
	Subject    tenancy.ID `bson:"subject,omitempty"`
	Credential string     `bson:"credential,omitempty"`
	// Reason is what the caller gave as one, where the operation asks for it.
	Reason string `bson:"reason,omitempty"`
	// Part is the owner or document that the event is about; zero for the customer.
	Part tenancy.ID `bson:"part,omitempty"`
	// Resource is the whole masked resource after the change; Previous and
	// Changes are the members that differ, before and after. JSON objects.
	Resource json.RawMessage `bson:"resource,omitempty"`
	Previous json.RawMessage `bson:"previous,omitempty"`
	Changes  json.RawMessage `bson:"changes,omitempty"`
	// Holds names what the customer had that the resource does not even show masked.
	Holds []string `bson:"holds,omitempty"`
}

// Redacted returns the event without the resource and its changes, as it stays once its
// customer is erased.
func (e Event) Redacted() Event {
	e.Resource, e.Previous, e.Changes = nil, nil, nil
	return e
}

// EventUpdated is the type of event of a change that no other type fits.
const EventUpdated = "customer.updated"

// EventDeleted is the type of event of the erasure of a customer.
const EventDeleted = "customer.deleted"

// LoggedEvent is an event in the log, with the customer it belongs to.
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
	// Behind the id of an event out of that reach the page is empty.
	Before tenancy.ID
	Limit  int // 1 to 100
}

// Batch is the events that one customer has to relay, oldest first.
type Batch struct {
	Customer tenancy.Ref
	Path     []tenancy.ID
	Events   []Event
}

// Has reports whether the batch holds an event of a type.
func (b Batch) Has(kind string) bool {
	return slices.ContainsFunc(b.Events, func(e Event) bool { return e.Type == kind })
}
