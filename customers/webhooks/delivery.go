package webhooks

import (
	"context"
	"crypto/sha256"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// String returns the tenant, customer and webhook of a reference as one text.
func String(r rows.WebhookRef) string { return r.Customer.String() + "/" + r.ID.String() }

// Index returns which of the topics of its event the delivery is for, from 0.
func Index(d rows.Delivery) int { return int(d.ID[rows.IDOrder]) }

// Deliveries is the port of deliveries.
type Deliveries interface {
	// AddDeliveries stores new deliveries, each of the tenant of its webhook; one whose id
	// is there already stays as it is.
	AddDeliveries(ctx context.Context, list []rows.Delivery) error
	// DueEndpoints names webhooks with pending deliveries that are due. It leaves none of
	// them out, and may name others until SettleEndpoint was called for them.
	DueEndpoints(ctx context.Context, q rows.DueQuery) ([]rows.WebhookRef, error)
	// SettleEndpoint notes when the next pending delivery of a webhook is due, if any is,
	// so that DueEndpoints does not name it before.
	SettleEndpoint(ctx context.Context, endpoint rows.WebhookRef) error
	// DueDeliveries reads up to limit pending deliveries of a webhook due by
	// then, by their due time and then their id.
	DueDeliveries(ctx context.Context, endpoint rows.WebhookRef, at time.Time, limit int) ([]rows.Delivery, error)
	// PendingDeliveries counts the pending deliveries of all tenants, due or not; past
	// most it stops.
	PendingDeliveries(ctx context.Context, most int) (int, error)
	// UpdateDelivery writes d over its record of that version, of the same webhook
	// and event; d.Version is version+1. ErrNotFound, ErrStale.
	UpdateDelivery(ctx context.Context, d rows.Delivery, version int64) error
	// Deliveries reads one page of deliveries, newest first by id.
	Deliveries(ctx context.Context, q rows.DeliveryQuery) ([]rows.Delivery, error)
	// SweepDeliveries removes up to limit deliveries that ended before the given
	// time, and returns how many.
	SweepDeliveries(ctx context.Context, before time.Time, limit int) (int, error)
}

// deliveryID derives the id of a delivery from what it is about, so that making it again
// makes no second one; it rises with the time of the event.
func deliveryID(event customers.Event, endpoint tenancy.ID, topic string) tenancy.ID {
	sum := sha256.Sum256([]byte("delivery:" + event.ID.String() + endpoint.String() + topic))
	id := event.ID
	id[rows.IDOrder] = 0
	copy(id[rows.IDOrder+1:], sum[:])
	return id
}
