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

// At names the stored customer that a change is for, and what the caller must be
// allowed to do to it.
type At struct {
	// ID names the customer; empty is the caller's subject.
	ID string
	// Customer is the record when it was read already; then ID is not looked at.
	Customer *Customer
	// Need is what the change demands of the caller. The zero value is a mistake of
	// the program, and refused as an internal error.
	Need tenancy.Need
	// IfVersions, unless nil, demand that the customer is in one of them.
	IfVersions []int64
}

// at reads the customer that a change is for and holds the caller against the need.
func (s *Service) at(ctx context.Context, caller tenancy.Caller, at At) (c *Customer, version int64, err error) {
	if at.Need == (tenancy.Need{}) {
		return nil, 0, errors.New("a change must say what it needs of its caller")
	}
	if c = at.Customer; c == nil {
		if c, err = s.find(ctx, caller, at.ID); err != nil {
			return nil, 0, err
		}
	}
	if err = tenancy.Authorize(caller, at.Need, c); err != nil {
		return nil, 0, err
	}
	version, err = c.demanded(at.IfVersions)
	return c, version, err
}

// Change is the one way to change a stored customer: it lets act change a clone,
// and writes that, with the event of it, if the record still has the version it was
// read with; a lost race is run again on the fresh record. Reservations of unique
// values that differ are taken before the write and given back after it. A change
// that changes nothing writes nothing. It returns NotFound, Forbidden,
// PreconditionFailed, what act does, Invalid with every fault of the draft, and
// Conflict duplicateValue.
func (s *Service) Change(ctx context.Context, caller tenancy.Caller, at At, event string, act func(*draft) error) (*Customer, error) {
	first, version, err := s.at(ctx, caller, at)
	if err != nil {
		return nil, err
	}
	var done *draft
	var changed *Customer
	var held, needless []Claim
	err = s.contend(ctx, caller, first, version, "changing", func(before *Customer) error {
		s.releaseLost(ctx, held, before)
		held, needless = nil, nil
		d := &draft{s: s, caller: caller, now: s.clock(), before: before, c: before.Clone(), event: event}
		if err := act(d); err != nil {
			return err
		}
		if err := d.err(); err != nil {
			return err
		}
		var err error
		if held, needless, err = s.reserveChanged(ctx, d); err != nil {
			return err
		}
		if err = d.prepared(ctx); err != nil {
			s.release(ctx, held) // nothing was written for certain
			held = nil
			return err
		}
		if changed, err = s.write(ctx, d); err == nil {
			done = d
		}
		return err
	})
	if err != nil {
		s.giveBack(ctx, held, err)
		return nil, err
	}
	s.release(ctx, needless)
	if refused := done.refused(); refused != nil {
		return changed, refused
	}
	return done.written(ctx, changed), nil
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
	for _, hook := range s.hooks.written {
		hook(ctx, d.before, d.c)
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
