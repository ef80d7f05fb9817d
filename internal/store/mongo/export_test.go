package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"

	"tenantry/customers"
	"tenantry/internal/store/codec"
)

// OpenMonitored is Open with a monitor of the requests, for tests that order them.
func OpenMonitored(ctx context.Context, o Options, monitor *event.CommandMonitor) (*Store, error) {
	return open(ctx, o, settings(o).SetMonitor(monitor))
}

// Fit returns an error if a customer cannot be stored.
func Fit(c *customers.Customer) error {
	_, err := document(c, nil)
	return err
}

// Grams returns the grams of a customer.
func Grams(c *customers.Customer) []string { return gramsOf(c, codec.Index(c)) }

// CountFor sets how long the totals of lists are counted.
func (s *Store) CountFor(longest time.Duration) { s.counting = longest }

// Internals that tests look at.
var (
	Plain   = plain
	MayPass = mayPass
	Literal = literal
	Leading = leading
)

// Backfill is that part of Migrate, with batches of another size.
func (s *Store) Backfill(ctx context.Context, batch int) error { return s.backfill(ctx, batch) }

// Declared returns the keys of the declared indexes of each collection.
func Declared() map[string][]bson.D {
	declared := map[string][]bson.D{"installation": nil, "counts": nil}
	for collection, list := range map[string][]index{
		"customers": customerIndexes(), "claims": claimIndexes(), "events": eventIndexes(),
		"deliveries": deliveryIndexes(), "activities": activityIndexes(), "documents": documentIndexes(),
		"arrivals": arrivalIndexes(), "lanes": laneIndexes(),
	} {
		for _, one := range list {
			declared[collection] = append(declared[collection], one.keys)
		}
	}
	return declared
}

// DeclaredByName returns the keys of the declared indexes of customers.
func DeclaredByName() map[string]bson.D {
	declared := map[string]bson.D{}
	for _, one := range customerIndexes() {
		declared[one.name] = one.keys
	}
	return declared
}

// NoteAll is that part of Migrate.
func (s *Store) NoteAll(ctx context.Context) error { return s.noteAll(ctx) }
