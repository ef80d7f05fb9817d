package mongo

import (
	"context"
	"errors"
	"math"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"golang.org/x/sync/errgroup"

	"tenantry/customers/rows"
	"tenantry/customers/rows/totals"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/tenancy"
)

// mostCounting is how long the total of a list is counted. What the page itself shows has
// to do then.
const mostCounting = time.Second

// unbounded counts to the end: to what every server takes for a limit.
const unbounded = math.MaxInt32 - 1

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

// CountByStatus implements store.Store: one count of an index for each status, all at once.
// Where the time of one is over, it tells as many as are counted to a bound, so that a
// customer with millions of children is answered too.
func (s *Store) CountByStatus(ctx context.Context, tenant, under tenancy.ID) (rows.StatusCounts, error) {
	words := status.All()
	filters := make([]bson.D, len(words))
	for i, word := range words {
		filters[i] = equal("parent", object(under), living, true, "standing", string(word))
	}
	numbers, err := s.countAll(ctx, "counting customers by status", tenant, filters, func(ctx context.Context, filter bson.D) (int64, error) {
		n, err := s.countBeside(ctx, s.customers, filter, unbounded)()
		if errors.Is(err, errUncounted) {
			return countTo(ctx, s.customers, filter)
		}
		return n, err
	})
	if err != nil {
		return nil, err
	}
	counts := rows.StatusCounts{}
	for i, n := range numbers {
		if n > 0 {
			counts[string(words[i])] = n
		}
	}
	return counts, nil
}

// countBounded counts the customers of a tenant that each of the filters matches, as far as
// rows.MostCounted. For the zero tenant the filters say of which.
func (s *Store) countBounded(ctx context.Context, doing string, from *driver.Collection, tenant tenancy.ID, filters []bson.D) ([]rows.Count, error) {
	numbers, err := s.countAll(ctx, doing, tenant, filters, func(ctx context.Context, filter bson.D) (int64, error) {
		return countTo(ctx, from, filter)
	})
	if err != nil {
		return nil, err
	}
	counts := make([]rows.Count, len(numbers))
	for i, n := range numbers {
		counts[i] = rows.Count{N: n, AtLeast: n == rows.MostCounted}
	}
	return counts, nil
}

// countTo counts what a filter matches, as far as rows.MostCounted.
func countTo(ctx context.Context, from *driver.Collection, filter bson.D) (int64, error) {
	return from.CountDocuments(ctx, filter, options.Count().SetLimit(rows.MostCounted))
}

// atOnce is how many counts one call asks for at a time.
const atOnce = 8

// countAll counts what each of the filters matches of a tenant, or of all.
func (s *Store) countAll(ctx context.Context, doing string, tenant tenancy.ID, filters []bson.D, count func(ctx context.Context, filter bson.D) (int64, error)) ([]int64, error) {
	numbers := make([]int64, len(filters))
	err := s.do(ctx, doing, func(ctx context.Context) error {
		all, ctx := errgroup.WithContext(ctx)
		all.SetLimit(atOnce)
		for i, filter := range filters {
			if !tenant.IsZero() {
				filter = append(filter, bson.E{Key: "tenant", Value: object(tenant)})
			}
			all.Go(func() (err error) {
				numbers[i], err = count(ctx, filter)
				return err
			})
		}
		return all.Wait()
	})
	return numbers, err
}
