package requirements

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/turns"
	"tenantry/tenancy"
)

// dueBatch is how many customers one turn of the background work takes.
const dueBatch = 100

// duePace is how often those are looked for whose planStatus changes by itself.
var duePace = turns.Pace{Busy: 5 * time.Second, Idle: 20 * time.Second}

// RunDue writes the customers whose planStatus changed with time, a batch at most, and
// returns how many it wrote. Failures are joined, and their customers are due again at the
// next turn; one that was deleted meanwhile is no failure.
func (s *Service) RunDue(ctx context.Context) (int, error) {
	now := s.registry.Now()
	due, err := s.store.DuePlans(ctx, now, dueBatch)
	if err != nil || len(due) == 0 {
		return 0, rows.StoreFault(err, "looking for plans that are due")
	}
	caller, err := s.registry.System(ctx, "plans")
	if err != nil {
		return 0, err
	}
	var all []error
	for _, c := range due {
		if err := s.settle(ctx, caller, c, false); err != nil && !fault.IsNotFound(err) {
			all = append(all, fmt.Errorf("evaluating the plan of customer %s: %w", c.Ref(), err))
		}
	}
	return len(due), errors.Join(all...)
}

// settle writes a customer whose record does not say yet what its planStatus is and when
// that changes next, or anyway. The registry adds the event, if it differs.
func (s *Service) settle(ctx context.Context, caller tenancy.Caller, c *customers.Customer, anyway bool) error {
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	_, err := s.registry.Change(ctx, caller, at, "", func(d *registry.Draft) error {
		d.Always = anyway || !s.view.PlanNoted(d.Customer, d.Now)
		return nil
	})
	return err
}

// Run settles what is due until ctx ends. Faults are passed to report, and tried again at
// the next turn.
func (s *Service) Run(ctx context.Context, report func(error)) {
	adopted := false
	turn := func(ctx context.Context) (found bool, err error) {
		if !adopted {
			_, err = s.Adopt(ctx)
			adopted = err == nil
		}
		for n := dueBatch; n == dueBatch && err == nil; {
			n, err = s.RunDue(ctx)
			found = found || n > 0
		}
		return found, err
	}
	if _, err := turn(ctx); err != nil && ctx.Err() == nil {
		report(err)
	}
	turns.Paced(ctx, duePace, nil, report, turn)
}

// adoptedKey is the key of the reservation that says for which plans the records were
// looked at.
const adoptedKey = "plans:adopted"

// Adopt lets every record say what its planStatus is and when that changes next, once for
// each configuration of the plans, and returns how many it wrote. The first time it also writes
// those whose deposits wait to be sent, so that they are found. Interrupted, it looks at all
// customers again. On an empty store it returns NotFound.
func (s *Service) Adopt(ctx context.Context) (int, error) {
	digest := s.catalog.Digest()
	caller, err := s.registry.System(ctx, "plans")
	if err != nil {
		return 0, err
	}
	held, err := s.store.ReservationHolder(ctx, adoptedKey)
	known := err == nil
	switch {
	case known && bytes.Equal(held.Request, digest):
		return 0, nil
	case !known && !errors.Is(err, rows.ErrNotFound):
		return 0, rows.StoreFault(err, "looking which plans were adopted")
	}
	written, err := s.adoptAll(ctx, caller, !known)
	if err != nil {
		return written, err
	}
	next := rows.Reservation{Key: adoptedKey, Customer: registry.Stored(caller.Actor).Ref(), Taken: s.registry.Now(), Request: digest}
	if known {
		_, err = s.store.CompareAndSwap(ctx, held, next)
	} else {
		_, _, err = s.store.Reserve(ctx, next)
	}
	return written, rows.StoreFault(err, "noting which plans were adopted")
}

func (s *Service) adoptAll(ctx context.Context, caller tenancy.Caller, first bool) (written int, err error) {
	var after tenancy.ID
	for {
		list, err := s.store.Scan(ctx, after, dueBatch)
		if err != nil {
			return written, rows.StoreFault(err, "reading customers")
		}
		for _, c := range list {
			after = c.ID
			anyway := first && rows.DropsDue(c) != nil
			if !anyway && s.view.PlanNoted(c, s.registry.Now()) {
				continue
			}
			if err := s.settle(ctx, caller, c, anyway); err != nil && !fault.IsNotFound(err) {
				return written, fmt.Errorf("evaluating the plan of customer %s: %w", c.Ref(), err)
			}
			written++
		}
		if len(list) < dueBatch {
			return written, nil
		}
	}
}
