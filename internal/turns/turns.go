// Package turns does work over and over until a context ends: every so often, or more
// seldom while there is none to do.
package turns

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"
)

// Every does a work every so often until ctx ends. Faults go to report, and the work is
// tried again at its next turn.
func Every(ctx context.Context, every time.Duration, report func(error), work func(context.Context) error) {
	turn := time.NewTicker(every)
	defer turn.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turn.C:
		}
		if err := work(ctx); err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
	}
}

// Pace says how long to rest between two turns: Busy after one that found work, and twice
// as long as before after any other, up to Idle. Each rest is up to a fifth longer or
// shorter, so that several processes do not ask at one moment.
type Pace struct {
	Busy, Idle time.Duration
	rest       time.Duration
}

// Rest returns how long to rest after a turn.
func (p *Pace) Rest(found bool) time.Duration {
	p.rest = min(2*p.rest, p.Idle)
	if found || p.rest == 0 {
		p.rest = p.Busy
	}
	return p.rest*4/5 + rand.N(p.rest*2/5+1) //nolint:gosec // no secret depends on it
}

// Paced does a work at a pace until ctx ends; the work reports whether there was any to do.
// woken, which may be nil, ends a rest that follows a turn without work. Faults go to
// report, and the work is tried again at its next turn.
func Paced(ctx context.Context, p Pace, woken <-chan struct{}, report func(error), work func(context.Context) (found bool, err error)) {
	rest := time.NewTimer(p.Rest(true))
	defer rest.Stop()
	heard := woken
	for {
		select {
		case <-ctx.Done():
			return
		case <-rest.C:
		case <-heard:
		}
		found, err := work(ctx)
		if err != nil && !errors.Is(err, context.Canceled) {
			report(err)
		}
		if heard = woken; found {
			heard = nil
		}
		rest.Reset(p.Rest(found))
	}
}
