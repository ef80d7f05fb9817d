package sandbox

import (
	"context"
	"errors"
	"time"

	"tenantry/customers/rows"
	"tenantry/tenancy"
)

const (
	// workEvery is how often the background work is done while nothing wakes it.
	workEvery = 100 * time.Millisecond
	// mostHops bounds the moments at which a moved clock stops.
	mostHops = 10_000
)

// wake has the background work done soon.
func (g *generation) wake() {
	select {
	case g.nudge <- struct{}{}:
	default:
	}
}

// run does the background work in turns until ctx ends. One goroutine does it all, so that
// whoever moves the clock can do the same and know that it is done.
func (g *generation) run(ctx context.Context) {
	defer close(g.stopped)
	turns := time.NewTicker(workEvery)
	defer turns.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-turns.C:
		case <-g.nudge:
		}
		g.work.Lock()
		_ = g.due(ctx) // a sandbox has no operator to tell; the next turn tries again
		g.work.Unlock()
	}
}

// due does all that is due now. The lock of the work is held.
func (g *generation) due(ctx context.Context) error {
	reviewed, planned := exhaust(ctx, g.app.Identity.RunReviews), exhaust(ctx, g.app.Requirements.RunDue)
	used := g.app.Access.FlushKeyUse(ctx)
	_, relayed := g.app.Relay.RelayEvents(ctx)
	return errors.Join(reviewed, planned, used, relayed, g.sender.Drain(ctx))
}

// mostBatches bounds the batches of one kind of work: what fails is due again at once.
const mostBatches = 100

// exhaust does batches of work until none is left.
func exhaust(ctx context.Context, batch func(context.Context) (int, error)) error {
	for range mostBatches {
		if n, err := batch(ctx); err != nil || n == 0 {
			return err
		}
	}
	return nil
}

// advance moves the clock on, from one moment at which a message is due to the next, and
// does what is due at each.
func (g *generation) advance(ctx context.Context, by time.Duration) error {
	g.work.Lock()
	defer g.work.Unlock()
	end := g.clock.Now().Add(by)
	for range mostHops {
		if err := errors.Join(g.due(ctx), ctx.Err()); err != nil {
			return err
		}
		next, found, err := g.nextDue(ctx, end)
		if err != nil {
			return err
		}
		if !found {
			break
		}
		g.clock.to(next.Add(time.Millisecond))
	}
	g.clock.to(end)
	return errors.Join(g.due(ctx), g.app.Access.FlushAttempts(ctx), g.app.Sweep(ctx), g.due(ctx))
}

// nextDue returns the first moment up to an end at which a message is due.
func (g *generation) nextDue(ctx context.Context, end time.Time) (next time.Time, found bool, err error) {
	q := rows.DueQuery{At: end, Of: tenancy.AllSlots, Each: rows.MaxLimit, Limit: rows.MaxLimit}
	waiting, err := g.store.DueEndpoints(ctx, q)
	if err != nil {
		return next, false, err
	}
	for _, ref := range waiting {
		list, err := g.store.DueDeliveries(ctx, ref, end, 1)
		if err != nil {
			return next, false, err
		}
		if len(list) > 0 && (!found || list[0].Due.Before(next)) {
			next, found = list[0].Due, true
		}
	}
	return next, found, nil
}
