package registry

import (
	"cmp"
	"context"
	"errors"
	"reflect"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

// MaxRaces is how often a change is tried against concurrent changes.
const MaxRaces = 64

// At names the stored customer that a change is for, and what the caller must be allowed
// to do to it.
type At struct {
	// ID names the customer; empty is the caller's subject.
	ID string
	// Customer is the record when it was read already; then ID is not looked at.
	Customer *customers.Customer
	// Need is what the change demands of the caller. The zero value is a mistake of
	// the program, and refused as an internal error.
	Need tenancy.Need
	// IfVersions, unless nil, demand that the customer is in one of them.
	IfVersions []int64
	// Replays says that act knows by itself what an earlier try of the same idempotent
	// attempt wrote. Otherwise act does not run again after that, and the record is
	// returned as it is.
	Replays bool
	// Keep, unless nil, returns the answer that the write keeps.
	Keep Keep
}

// at reads the customer that a change is for, authorizes the caller, and returns the
// version that the change must find: any for a try that an earlier one has changed the
// customer for already.
func (s *Registry) at(ctx context.Context, caller tenancy.Caller, at At) (c *customers.Customer, version int64, err error) {
	if at.Need == (tenancy.Need{}) {
		return nil, 0, errors.New("a change must say what it needs of its caller")
	}
	if c = at.Customer; c == nil {
		if c, err = s.find(ctx, caller, at.ID); err != nil {
			return nil, 0, err
		}
	}
	if err := tenancy.Authorize(caller, at.Need, c); err != nil {
		return nil, 0, err
	}
	if Resumes(caller, c) {
		return c, 0, nil
	}
	version, err = demanded(c, at.IfVersions)
	return c, version, err
}

// Resumes reports whether the caller's request is another try of an idempotent attempt
// that changed the customer and was not answered.
func Resumes(caller tenancy.Caller, c *customers.Customer) bool {
	return caller.Attempt.Resumed && c.AttemptedBy(caller.Attempt.ID) > 0
}

// Change is the one way to change a stored customer. It lets act change a clone and
// writes it, together with its event, if the record still has the version it was read
// with; after a lost race it runs act again on the fresh record. Reservations of changed
// unique values are taken before the write, those of the former values released after
// it. A draft that differs in nothing is not written. It returns NotFound, Forbidden,
// PreconditionFailed, the error of act, Invalid with every fault of the draft, and
// Conflict duplicateValue.
//
// A lost answer is not a refusal: the record remembers the last attempts that changed it,
// and another try of one of them is answered from the record, whatever changed since.
func (s *Registry) Change(ctx context.Context, caller tenancy.Caller, at At, event string, act func(*Draft) error) (*customers.Customer, error) {
	ctx, span := trace.Start(ctx, "registry.Change")
	defer span.End()
	span.Set(trace.Event, event)
	first, version, err := s.at(ctx, caller, at)
	if err != nil {
		return nil, err
	}
	span.Set(trace.Customer, first.ID.String())
	if Resumes(caller, first) && !at.Replays {
		return first, nil
	}
	var done *Draft
	var changed *customers.Customer
	var all reserved
	var needless []rows.Reservation
	err = s.contend(ctx, caller, first, version, "changing", func(before *customers.Customer) error {
		s.releaseLost(ctx, all.held, before)
		all, needless = reserved{}, nil
		if before.AttemptedBy(caller.Attempt.ID) > first.Version && !at.Replays {
			changed = before // by a try at the same time
			return nil
		}
		d, err := s.edit(ctx, caller, before, event, act)
		if err != nil {
			return err
		}
		if all, needless, err = s.reserveChanged(ctx, d); err != nil {
			return err
		}
		if err = d.prepared(ctx); err != nil {
			s.Release(ctx, all.held) // nothing was written for certain
			all = reserved{}
			return err
		}
		if changed, err = s.write(ctx, d, all.relied, at.Keep); err == nil {
			done = d
		}
		return err
	})
	if err != nil {
		s.GiveBack(ctx, all.held, err)
		return nil, err
	}
	s.Release(ctx, needless)
	if done == nil {
		return changed, nil
	}
	if refused := done.refused(); refused != nil {
		return changed, refused
	}
	return done.written(ctx, changed), nil
}

// edit returns the draft that act makes of a customer, authorized and sound.
func (s *Registry) edit(ctx context.Context, caller tenancy.Caller, before *customers.Customer, event string, act func(*Draft) error) (*Draft, error) {
	d := &Draft{registry: s, Caller: caller, Now: s.Now(), Before: before, Customer: before.Clone(), Event: event}
	d.active = func(c *customers.Customer) error { return s.mayAct(ctx, c, caller.Actor) }
	if err := act(d); err != nil {
		return nil, err
	}
	if err := d.Err(); err != nil {
		return nil, err
	}
	err := d.authorizeEffects()
	return d, err
}

// contend repeats a conditional write of a stored customer until no concurrent one comes
// first, and pauses between tries once it lost a few races: try is handed the record as
// it is and returns ErrStale for a lost race. first is the record as it was read;
// ifVersion, when not 0, is the only version that may be written over. It returns the
// error of try, PreconditionFailed, Forbidden for a locked customer, and Unavailable
// after too many lost races.
func (s *Registry) contend(ctx context.Context, caller tenancy.Caller, first *customers.Customer, ifVersion int64, doing string, try func(before *customers.Customer) error) error {
	before := first
	for lost := range MaxRaces {
		if lost > 0 {
			err := s.backOff(ctx, lost)
			if err == nil {
				before, err = s.store.Get(ctx, first.Ref())
			}
			if err != nil {
				return rows.StoreFault(err, "reading customer "+first.Ref().String()+" again")
			}
		}
		if ifVersion > 0 && before.Version != ifVersion && before.AttemptedBy(caller.Attempt.ID) <= first.Version {
			return changedSince()
		}
		if err := changeable(caller, before); err != nil {
			return err
		}
		if err := try(before); !errors.Is(err, rows.ErrStale) {
			return rows.StoreFault(err, doing+" customer "+first.Ref().String())
		}
	}
	return fault.New(fault.Unavailable, fault.CodeUnavailable, "too many changes of this customer at once; try again")
}

// write completes a draft of a stored customer and writes it, if it changes anything.
func (s *Registry) write(ctx context.Context, d *Draft, with []rows.Companion, keep Keep) (*customers.Customer, error) {
	changed := !reflect.DeepEqual(d.Before, d.Customer)
	if !changed && !d.Always {
		return d.Before, nil
	}
	if changed {
		d.Customer.LastUpdated = d.Now
		d.Customer.ForgetEndedTokens(d.Now)
	}
	d.Customer.Version = d.Before.Version + 1
	d.Customer.NoteAttempt(d.Caller.Attempt.ID, d.removedPart())
	if err := d.record(ctx); err != nil {
		return nil, err
	}
	if d.Refusal != nil { // it is answered in place of what was written
		keep = nil
	}
	kept, settle, err := keep.taken(Created{Customer: d.Customer})
	if err != nil {
		return nil, err
	}
	if err := s.store.Replace(ctx, d.Customer, d.Before.Version, slices.Concat(with, d.companions(), kept)...); err != nil {
		if errors.Is(err, rows.ErrStale) {
			err = cmp.Or(s.overtaken(ctx, d.relies, d.Customer.Ref()), err)
		}
		return nil, err
	}
	settle()
	for _, hook := range s.hooks.written {
		hook(ctx, d.Before, d.Customer)
	}
	s.hooks.waiting(d.Customer)
	return d.Customer, nil
}
