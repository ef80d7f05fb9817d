package straddle

import (
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

// The topics of messages (Straddle API reference, webhooks).
const (
	// TopicCreated is told once, with the status that the customer began with.
	TopicCreated = "customer.created.v1"
	// TopicEvent is told on creation too, and on every later change.
	TopicEvent = "customer.event.v1"
)

// Message is what a receiver is sent: all four members are required.
type Message struct {
	EventType string `json:"event_type"`
	// EventID is the same in every repeat of an event.
	EventID string `json:"event_id"`
	// AccountID is the account that the customer belongs to.
	AccountID string `json:"account_id"`
	Data      told   `json:"data"`
}

// told is a customer in a message: whole, masked as in answers, with one flat
// profile, and without how its reviews run.
type told struct {
	summary
	Address  *address          `json:"address,omitempty"`
	Profile  *flatProfile      `json:"compliance_profile,omitempty"`
	Device   device            `json:"device"`
	Metadata map[string]string `json:"metadata,omitempty"`
}

// flatProfile is a profile of either kind.
type flatProfile struct {
	DateOfBirth *string `json:"dob,omitempty"`
	SSN         *string `json:"ssn,omitempty"`
	EIN         *string `json:"ein,omitempty"`
	LegalName   *string `json:"legal_business_name,omitempty"`
	Website     *string `json:"website,omitempty"`
}

// NewMessage writes the message of a topic about an event; account is the customer
// above the one that the event is about. ok is false when the event holds no copy of
// the customer, or none any more.
func NewMessage(topic string, id, account tenancy.ID, event rows.LoggedEvent) (m Message, ok bool) {
	c, ok := view.Snapshot(event)
	if !ok {
		return Message{}, false
	}
	s := masked(c)
	return Message{
		EventType: topic, EventID: dialect.UUID(id), AccountID: dialect.UUID(account),
		Data: told{
			summary: s.summary, Address: s.Address, Profile: flatten(s.Profile), Metadata: s.Metadata,
			Device: device{IPAddress: maskIPAddress}, // required, also where none was given
		},
	}, true
}

func flatten(profile any) *flatProfile {
	switch p := profile.(type) {
	case *individual:
		return &flatProfile{DateOfBirth: p.DateOfBirth, SSN: p.SSN}
	case *business:
		return &flatProfile{EIN: p.EIN, LegalName: p.LegalName, Website: p.Website}
	default:
		return nil
	}
}
