package mongo

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
)

// mostCounting is how long the total of a list is counted. What the page itself shows has
// to do then.
const mostCounting = time.Second

// errUncounted is the error of a total whose time was over.
var errUncounted = errors.New("counting took too long")

// countBeside counts what a filter matches, to a bound, while the caller reads the page. The
// function that it returns waits for the number; its error is errUncounted if the time was
// over. It must be called before the context of the call ends.
func (s *Store) countBeside(ctx context.Context, from *driver.Collection, filter bson.D, countTo int64) (counted func() (int64, error)) {
	type result struct {
		n   int64
		err error
	}
	// The driver hands the time that is left to the server, which ends the count with it.
	limited, cancel := context.WithTimeout(ctx, s.counting)
	done := make(chan result, 1)
	go func() {
		defer cancel()
		n, err := from.CountDocuments(limited, filter, options.Count().SetLimit(totals.Limit(countTo)))
		if err != nil && ctx.Err() == nil && (limited.Err() != nil || driver.IsTimeout(err)) {
			err = errUncounted
		}
		done <- result{n, err}
	}()
	return func() (int64, error) {
		r := <-done
		return r.n, r.err
	}
}

// boundedBy returns the total of a page whose count ended so: what the page shows if the time
// was over.
func boundedBy(seen totals.Seen, n, countTo int64, err error) (rows.Count, error) {
	if errors.Is(err, errUncounted) {
		return seen.AtLeast(), nil
	}
	return seen.Bounded(n, countTo), err
}
