package customers

import (
	"context"
	"crypto/sha256"
	"time"

	"tenantry/tenancy"
)

// EndpointRef names a receiver of events: whose it is and which.
type EndpointRef struct {
	Customer tenancy.Ref `bson:"customer"`
	ID       tenancy.ID  `bson:"id"`
}

// String gives tenant, customer and endpoint.
func (r EndpointRef) String() string { return r.Customer.String() + "/" + r.ID.String() }

// DeliveryState says how a delivery stands.
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

// Delivery is one message about one event to one endpoint.
type Delivery struct {
	ID       tenancy.ID  `bson:"_id"` // also the message id that the receiver sees
	Endpoint EndpointRef `bson:"endpoint"`
	Event    tenancy.ID  `bson:"event"`
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
}

// Index tells which of the topics of its event the message is, from 0.
func (d Delivery) Index() int { return int(d.ID[idOrder]) }

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

// DeliveryStore is the part of the Store port that keeps deliveries.
type DeliveryStore interface {
	// AddDeliveries stores new deliveries, all of the tenant of their endpoints; one
	// whose id is there already stays as it is.
	AddDeliveries(ctx context.Context, list []Delivery) error
	// DueEndpoints names up to limit endpoints with pending deliveries due by then.
	DueEndpoints(ctx context.Context, at time.Time, limit int) ([]EndpointRef, error)
	// DueDeliveries reads up to limit pending deliveries of an endpoint due by
	// then, by their due time and then their id.
	DueDeliveries(ctx context.Context, endpoint EndpointRef, at time.Time, limit int) ([]Delivery, error)
	// UpdateDelivery writes d over its record of that version, of the same endpoint
	// and event; d.Version is version+1. ErrNotFound, ErrStale.
	UpdateDelivery(ctx context.Context, d Delivery, version int64) error
	// Deliveries reads one page of deliveries, newest first by id.
	Deliveries(ctx context.Context, q DeliveryQuery) ([]Delivery, error)
	// SweepDeliveries removes up to limit deliveries that ended before the given
	// time, and returns how many.
	SweepDeliveries(ctx context.Context, before time.Time, limit int) (int, error)
}

// DeliveryQuery asks for the deliveries of one tenant: of an endpoint, of an
// event, or of both.
type DeliveryQuery struct {
	Tenant   tenancy.ID
	Endpoint EndpointRef // zero for any
	Event    tenancy.ID  // zero for any
	// Before continues behind the delivery with that id.
	Before tenancy.ID
	Limit  int // 1 to 100
}

// idOrder is where the id of a delivery says which message about its event it is.
const idOrder = 6

// deliveryID derives the id of a message from what it is about, so that making it
// again makes no second one; it rises with the time of the event.
func deliveryID(event Event, endpoint tenancy.ID, topic string) tenancy.ID {
	sum := sha256.Sum256([]byte("delivery:" + event.ID.String() + endpoint.String() + topic))
	id := event.ID
	id[idOrder] = 0
	copy(id[idOrder+1:], sum[:])
	return id
}
