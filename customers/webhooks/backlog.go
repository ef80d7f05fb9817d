package webhooks

import (
	"context"
	"time"

	"tenantry/customers/rows"
)

// Backlog is what waits on its way to the log and to receivers.
type Backlog struct {
	// Customers is how many have events that were not relayed yet, and Oldest when the
	// first of these happened; zero if there are none.
	Customers int
	Oldest    time.Time
	// Deliveries is how many are pending, due or not.
	Deliveries int
}

// The bounds of a Backlog: past them it is measured no further.
const (
	mostCustomersWaiting  = 100
	mostDeliveriesWaiting = 100_000
)

// Backlog returns what waits. It is for those who watch the service.
func (r *Relay) Backlog(ctx context.Context) (Backlog, error) {
	batches, err := r.store.Outboxes(ctx, mostCustomersWaiting)
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
	found.Deliveries, err = r.store.PendingDeliveries(ctx, mostDeliveriesWaiting)
	return found, rows.StoreFault(err, "counting pending deliveries")
}
