package api

import (
	"context"
	"sync"
	"time"
)

// deadline is a context that ends at a moment, as one of context.WithDeadline does. Most
// requests are answered before anybody waits for the end of theirs, so it begins a timer only
// once somebody does.
type deadline struct {
	context.Context
	at time.Time

	mu    sync.Mutex
	timer context.Context //nolint:containedctx // this very context, once somebody waits
	stop  context.CancelFunc
	ended bool
}

// withTimeout returns a context that ends after a while, and the function that ends it sooner.
func withTimeout(above context.Context, after time.Duration) (*deadline, context.CancelFunc) {
	d := &deadline{Context: above, at: time.Now().Add(after)}
	return d, d.end
}

// Deadline implements context.Context.
func (d *deadline) Deadline() (time.Time, bool) {
	if sooner, ok := d.Context.Deadline(); ok && sooner.Before(d.at) {
		return sooner, true
	}
	return d.at, true
}

// Done implements context.Context.
func (d *deadline) Done() <-chan struct{} { return d.waited().Done() }

// AfterFunc lets contexts below this one end with it without a goroutine each: package context
// looks for this method.
func (d *deadline) AfterFunc(f func()) (stop func() bool) { return context.AfterFunc(d.waited(), f) }

// Err implements context.Context.
func (d *deadline) Err() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.timer != nil:
		return d.timer.Err()
	case d.Context.Err() != nil:
		return d.Context.Err()
	case d.ended:
		return context.Canceled
	case !time.Now().Before(d.at):
		// From here on it has ended for those that wait as well.
		d.begin()
		<-d.timer.Done()
		return d.timer.Err()
	default:
		return nil
	}
}

func (d *deadline) waited() context.Context {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.timer == nil {
		d.begin()
	}
	return d.timer
}

// begin begins the timer; the mutex is held.
func (d *deadline) begin() {
	d.timer, d.stop = context.WithDeadline(d.Context, d.at)
	if d.ended {
		d.stop()
	}
}

func (d *deadline) end() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended = true
	if d.stop != nil {
		d.stop()
	}
}
