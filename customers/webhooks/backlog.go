package webhooks

import (
	"context"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

// Backlog is what waits on its way to the log and to receivers.
type Backlog struct {
	// Customers is how many have events that were not relayed yet, and Oldest when the
	// first of these happened; zero if there are none.
	Customers int
	Oldest    time.Time
	// Deliveries is how many are pending, due or not, and Due since when the one of them is
	// due that waits longest; zero if none is.
	Deliveries int
	Due        time.Time
}

// The bounds of a Backlog: past them it is measured no further.
const (
	mostCustomersWaiting  = 100
	mostDeliveriesWaiting = 100_000
	// mostWebhooksWaiting is of how many webhooks the first delivery is looked at.
	mostWebhooksWaiting = 20
)

// Backlog returns what waits. It is for those who watch the service.
func (r *Relay) Backlog(ctx context.Context) (Backlog, error) {
	batches, err := r.store.Outboxes(ctx, tenancy.AllSlots, mostCustomersWaiting)
	if err != nil {
		return Backlog{}, rows.StoreFault(err, "reading outboxes")
	}
	found := Backlog{Customers: len(batches)}
	for _, batch := range batches {
		for _, event := range batch.Events {
			if found.Oldest.IsZero() || event.At.Before(found.Oldest) {
				found.Oldest = event.At
			}
		}
	}
	if found.Deliveries, err = r.store.PendingDeliveries(ctx, mostDeliveriesWaiting); err == nil {
		found.Due, err = r.firstDue(ctx)
	}
	return found, rows.StoreFault(err, "looking at pending deliveries")
}

// firstDue returns since when a delivery is due that was not tried yet.
func (r *Relay) firstDue(ctx context.Context) (first time.Time, err error) {
	now := r.registry.Now()
	waiting, err := r.store.DueEndpoints(ctx, rows.DueQuery{At: now, Of: tenancy.AllSlots, Each: mostWebhooksWaiting, Limit: mostWebhooksWaiting})
	if err != nil {
		return first, err
	}
	for _, ref := range waiting {
		due, err := r.store.DueDeliveries(ctx, ref, now, 1)
		if err != nil {
			return first, err
		}
		if len(due) > 0 && (first.IsZero() || due[0].Due.Before(first)) {
			first = due[0].Due
		}
	}
	return first, nil
}
