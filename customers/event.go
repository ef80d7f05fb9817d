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
	// Number counts the events of the customer, 1, 2, 3 …, so that a gap shows; zero for
	// an event of a release that did not count.
	Number int64     `bson:"number,omitempty"`
	At     time.Time `bson:"at"`
	// Actor, Subject and Credential say who did it.
	Actor      tenancy.ID `bson:"actor,omitempty"`
	Subject    tenancy.ID `bson:"subject,omitempty"`
	Credential string     `bson:"credential,omitempty"`
	// Address is the network that the request came from, UserAgent what its client calls
	// itself, Ref the reference of its answer, and SystemUser the user of the operating
	// system behind a command on the machine itself. See tenancy.Origin.
	Address    string `bson:"address,omitempty"`
	UserAgent  string `bson:"userAgent,omitempty"`
	Ref        string `bson:"ref,omitempty"`
	SystemUser string `bson:"systemUser,omitempty"`
	// Unsent marks an event of no change, which is in the trail and never delivered.
	Unsent bool `bson:"unsent,omitempty"`
	// Reason is what the caller gave as one, where the operation asks for it.
	Reason string `bson:"reason,omitempty"`
	// Part is the owner or document that the event is about; zero for the customer.
	Part tenancy.ID `bson:"part,omitempty"`
	// About is a JSON object that names what the event is about: a key, a user, a webhook,
	// policies. It holds no personal data, and stays when the customer is erased.
	About json.RawMessage `bson:"about,omitempty"`
	// Resource is the whole masked resource after the change; Previous and
	// Changes are the members that differ, before and after. JSON objects.
	Resource json.RawMessage `bson:"resource,omitempty"`
	Previous json.RawMessage `bson:"previous,omitempty"`
	Changes  json.RawMessage `bson:"changes,omitempty"`
	// Holds names what the customer had that the resource does not even show masked.
	Holds []string `bson:"holds,omitempty"`
}

// From returns the event with the origin of its request.
func (e Event) From(origin tenancy.Origin) Event {
	e.Address, e.UserAgent, e.Ref, e.SystemUser = origin.Address, origin.UserAgent, origin.Ref, origin.SystemUser
	return e
}

// Redacted returns the event without the resource and its changes and without where its
// request came from, as it stays once its customer is erased.
func (e Event) Redacted() Event {
	e.Resource, e.Previous, e.Changes, e.Address, e.UserAgent = nil, nil, nil, "", ""
	return e
}

// EventUpdated is the type of event of a change that no other type fits.
const EventUpdated = "customer.updated"

// EventPurged is the type of event of a purge of the log, which no purge removes.
const EventPurged = "events.purged"

// EventDeleted is the type of event of the erasure of a customer.
const EventDeleted = "customer.deleted"
