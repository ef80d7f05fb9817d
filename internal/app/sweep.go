package app

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"tenantry/customers/registry"
	"tenantry/internal/turns"
)

// The leftovers that are swept, as logs and metrics call them.
const (
	sweptEnded  = "ended_reservations" // among them idempotent answers past their time
	sweptValues = "orphaned_reservations"
	sweptFiles  = "orphaned_files"
)

func sweptNothing() map[string]*atomic.Int64 {
	return map[string]*atomic.Int64{sweptEnded: {}, sweptValues: {}, sweptFiles: {}}
}

// sweepPace is how often leftovers are looked for, and reviewPace how often reviews that
// are due.
var (
	sweepPace  = turns.Pace{Busy: 10 * time.Minute, Idle: 10 * time.Minute}
	reviewPace = turns.Pace{Busy: time.Second, Idle: 15 * time.Second}
)

// led returns a work that one process of a store does for all.
func (a *App) led(pace turns.Pace, work func(context.Context) (found bool, err error)) func(context.Context, func(error)) {
	return func(ctx context.Context, report func(error)) {
		turns.Paced(ctx, pace, nil, report, func(ctx context.Context) (bool, error) {
			if leads, err := a.Relay.Leads(ctx); err != nil || !leads {
				return false, err
			}
			return work(ctx)
		})
	}
}

func (a *App) askDue(ctx context.Context) (bool, error) {
	n, err := a.Identity.RunReviews(ctx)
	return n > 0, err
}

func (a *App) sweepLeft(ctx context.Context) (bool, error) { return false, a.Sweep(ctx) }

// Sweep removes leftovers once: reservations that ended, reservations that no customer
// holds, and files that no record names; of each a bounded number. It must not run twice
// at once.
func (a *App) Sweep(ctx context.Context) error {
	var failures []error
	for what, work := range map[string]func(context.Context) (int, error){
		sweptEnded:  a.Registry.SweepReservations,
		sweptValues: func(ctx context.Context) (int, error) { return registry.SweepOrphans(ctx, a.Registry) },
		sweptFiles:  a.Evidence.SweepFiles,
	} {
		count, err := work(ctx)
		if count > 0 {
			a.Swept[what].Add(int64(count))
			if a.swept != nil {
				a.swept(what, count)
			}
		}
		failures = append(failures, err)
	}
	return errors.Join(failures...)
}
