package client

import (
	"context"
	"time"
)

// WithTime replaces the clock, the waits and the randomness of waits.
func WithTime(now func() time.Time, sleep func(ctx context.Context, wait time.Duration) error, random func() float64) Option {
	return func(_ *settled, c *Client) { c.shared.now, c.shared.sleep, c.shared.random = now, sleep, random }
}
