package client

import (
	"context"
	"time"
)

// WithTime replaces the clock, the waits and the randomness of waits.
func WithTime(now func() time.Time, sleep func(ctx context.Context, wait time.Duration) error, random func() float64) Option {
	return func(_ *newSettings, c *Client) { c.shared.now, c.shared.sleep, c.shared.random = now, sleep, random }
}

// Shapes are the types of the schemas of the document.
var Shapes = shapes
