package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/customers"
	"tenantry/internal/store/codec"
)

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

// ForgetSkew makes the next call of Skew ask the server.
func (s *Store) ForgetSkew() { s.clock.remember(0, time.Time{}) }
