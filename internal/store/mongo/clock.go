package mongo

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tenantry/internal/store"
)

// skewLasts is how long a measured skew is used. Clocks drift by far less meanwhile than any
// lease or grace is long.
const skewLasts = time.Minute

// clock remembers by how much the server's clock is ahead of this machine's.
type clock struct {
	now      func() time.Time
	mu       sync.Mutex
	skew     time.Duration
	measured time.Time // zero if it was not yet
}

// ClockError is the refusal to open a store whose server has another time than this machine.
type ClockError struct {
	// Skew is by how much the server's clock is ahead.
	Skew time.Duration
}

// Error says which clock is ahead, and by how much.
func (e *ClockError) Error() string {
	than := "behind"
	if e.Skew < 0 {
		than = "ahead of"
	}
	return fmt.Sprintf("the clock of this machine is %s %s that of MongoDB; at most %s are allowed, because all processes judge by it what has ended",
		e.Skew.Abs().Round(time.Millisecond), than, store.MostSkew)
}

// agrees refuses a clock that differs from the server's by more than store.MostSkew.
func (s *Store) agrees(ctx context.Context) error {
	skew, err := s.Skew(ctx)
	if err == nil && skew.Abs() > store.MostSkew {
		return &ClockError{skew}
	}
	return err
}

// remembered returns the skew that was measured last, and whether it may still be used.
func (c *clock) remembered(at time.Time) (skew time.Duration, fresh bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	since := at.Sub(c.measured)
	return c.skew, !c.measured.IsZero() && since >= 0 && since < skewLasts
}

func (c *clock) remember(skew time.Duration, measured time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.skew, c.measured = skew, measured
}

// Skew implements store.Store: it asks the server for its time once a minute. Callers that
// find it too old at one moment each ask, so that none waits for another's answer.
func (s *Store) Skew(ctx context.Context) (skew time.Duration, err error) {
	asked := s.clock.now()
	if skew, fresh := s.clock.remembered(asked); fresh {
		return skew, ctx.Err()
	}
	err = s.do(ctx, "asking MongoDB for its time", func(ctx context.Context) error {
		var answer struct {
			LocalTime bson.DateTime `bson:"localTime"`
		}
		if err := s.customers.Database().RunCommand(ctx, equal("hello", 1)).Decode(&answer); err != nil {
			return err
		}
		answered := s.clock.now()
		// The server looked at its clock somewhere on the way, and tells whole milliseconds;
		// what lies within the way is no skew.
		began := asked.Truncate(time.Millisecond)
		ahead, way := answer.LocalTime.Time().Sub(began), answered.Sub(began)
		skew = max(ahead-way, 0) + min(ahead, 0)
		s.clock.remember(skew, answered)
		return nil
	})
	return skew, err
}
