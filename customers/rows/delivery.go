package rows

import (
	"time"

	"tenantry/tenancy"
)

// DeliveryState is the state of a delivery.
type DeliveryState string

// The states.
const (
	// DeliveryPending waits for its next attempt.
	DeliveryPending DeliveryState = "pending"
	// DeliveryDelivered was accepted by the receiver.
	DeliveryDelivered DeliveryState = "delivered"
	// DeliveryFailed had its last attempt, or its receiver is gone or disabled.
	DeliveryFailed DeliveryState = "failed"
)

// Delivery is one message about one event to one webhook.
type Delivery struct {
	ID       tenancy.ID `bson:"_id"` // also the message id that the receiver sees
	Endpoint WebhookRef `bson:"endpoint"`
	Event    tenancy.ID `bson:"event"`
	// Source is whose event it is: the endpoint's customer or one below it.
	Source tenancy.Ref `bson:"source"`
	// Topic is what the format of the endpoint calls the message.
	Topic string        `bson:"topic"`
	State DeliveryState `bson:"state"`
	// Due is when the next attempt of a pending delivery may begin; of any other,
	// when it ended.
	Due     time.Time `bson:"due"`
	Created time.Time `bson:"created"`
	// Version counts the writes; the first is 1.
	Version int64 `bson:"version"`
	// Round counts the attempts since it was last asked for; it leads through the
	// schedule.
	Round int32 `bson:"round,omitempty"`
	// Attempts are what was tried, oldest first; of a long history the last ones.
	Attempts []Attempted `bson:"attempts,omitempty"`
	// Reason says why a delivery failed before its schedule ended.
	Reason string `bson:"reason,omitempty"`
	// Asked is the idempotent attempt that last asked for it, zero for none: another try of
	// that one does not send it a second time.
	Asked tenancy.ID `bson:"asked,omitempty"`
}

// Attempted is one attempt to deliver.
type Attempted struct {
	At time.Time `bson:"at"`
	// Status is that of the answer; zero for none.
	Status int32 `bson:"status,omitempty"`
	// Milliseconds is how long it took.
	Milliseconds int64 `bson:"milliseconds"`
	// Error says in a few words why there was no answer.
	Error string `bson:"error,omitempty"`
}

// DeliveryQuery asks for the deliveries of one tenant: of a webhook, of an event, or of
// both.
type DeliveryQuery struct {
	Tenant   tenancy.ID
	Endpoint WebhookRef // zero for any
	Event    tenancy.ID // zero for any
	// Before continues behind the delivery with that id.
	Before tenancy.ID
	Limit  int // 1 to 100
}

// DueQuery asks for the webhooks of some slots that have pending deliveries due by a
// moment, in the order of their tenants.
type DueQuery struct {
	At time.Time
	// Of are the slots; a webhook is of that of its id.
	Of tenancy.Slots
	// After continues behind that tenant.
	After tenancy.ID
	// Each is the most webhooks of one tenant, so that none crowds out the others; Limit
	// is the most of all.
	Each, Limit int
}

// IDOrder is the place in the id of a delivery of the byte that numbers the messages
// about one event.
const IDOrder = 6
