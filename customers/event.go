package customers

import (
	"encoding/json"
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
