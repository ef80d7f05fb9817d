package customers

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// maxRaces is how often a change is tried against concurrent ones.
const maxRaces = 64

// change is the one way to change a stored customer: it lets act change a clone,
// and writes that, with the event that tells of it, if the record still has the
// version it was read with; a lost race is run again on the fresh record. first
// is the record as read before; ifVersion, when above zero, is the only version
// that may be changed (PreconditionFailed otherwise). A change that changes
// nothing writes nothing.
func (s *Service) change(ctx context.Context, caller tenancy.Caller, first *Customer, ifVersion int64, event string, act func(*draft) error) (changed *Customer, err error) {
	var refused error
	err = s.contend(ctx, caller, first, ifVersion, "changing", func(before *Customer) error {
		d := &draft{s: s, caller: caller, now: s.clock(), before: before, c: before.Clone(), event: event}
		if err := act(d); err != nil {
			return err
		}
		if err := d.err(); err != nil {
			return err
		}
		written, err := s.write(ctx, d)
		if err == nil {
			s.dropFiles(ctx, before, written)
			s.relayFull(ctx, written)
			changed, refused = written, d.refused()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return changed, refused
}

// contend tries a conditional write of a stored customer until no other one was
// first, and pauses between tries once it lost a few races: try gets the record as
// it is and returns ErrStale for a lost race. first and ifVersion are as for change.
// It returns what try does, PreconditionFailed, Forbidden for a locked customer, and
// Unavailable after too many lost races.
func (s *Service) contend(ctx context.Context, caller tenancy.Caller, first *Customer, ifVersion int64, doing string, try func(before *Customer) error) error {
	before := first
	for lost := range maxRaces {
		if lost > 0 {
			err := s.backOff(ctx, lost)
			if err == nil {
				before, err = s.store.Get(ctx, first.Ref())
			}
			if err != nil {
				return storeFault(err, "reading customer "+first.Ref().String()+" again")
			}
		}
		if ifVersion > 0 && before.Version != ifVersion {
			return changedSince()
		}
		if err := changeable(caller, before); err != nil {
			return err
		}
		if err := try(before); !errors.Is(err, ErrStale) {
			return storeFault(err, doing+" customer "+first.Ref().String())
		}
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "too many changes of this customer at once; try again")
}

// changeable refuses to change what is locked, unless the operator does it.
func changeable(caller tenancy.Caller, c *Customer) error {
	if c.Status == StatusLocked && !tenancy.IsOperator(caller.Actor) {
		return fault.New(fault.Forbidden, fault.CodeCustomerLocked, "this customer is locked; only the operator can change it")
	}
	return nil
}

// write finishes a draft of a stored customer and writes it, if it changes anything.
func (s *Service) write(ctx context.Context, d *draft) (*Customer, error) {
	changed := !reflect.DeepEqual(d.before, d.c)
	if !changed && !d.always {
		return d.before, nil
	}
	if changed {
		d.c.LastUpdated = d.now
	}
	d.c.Version = d.before.Version + 1
	if err := d.record(); err != nil {
		return nil, err
	}
	if err := s.store.Replace(ctx, d.c, d.before.Version); err != nil {
		return nil, err
	}
	return d.c, nil
}

// storeFault turns what a store answered into what a caller may see.
func storeFault(err error, doing string) error {
	switch {
	case err == nil:
		return nil
	case fault.KindOf(err) != fault.Internal:
		return err
	case errors.Is(err, ErrNotFound):
		return fault.NotFoundError()
	case errors.Is(err, ErrUnavailable), errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return fault.Wrap(fmt.Errorf("%s: %w", doing, err), fault.Unavailable, fault.CodeUnavailable,
			"the store cannot serve now; try again in a moment")
	default:
		return fmt.Errorf("%s: %w", doing, err)
	}
}
