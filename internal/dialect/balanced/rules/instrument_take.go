package rules

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"tenantry/customers"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// takenInstrument is an instrument on its way to a customer: nobody else gets it.
type takenInstrument struct {
	box instruments.Box
	// before and claim are its place before and after it was taken; before is the zero
	// value for one that was given in full, and both are for one that the customer has.
	before, claim rows.Reservation
	// path is what faults call it.
	path string
}

// takeInstruments takes what is to be attached to c: all of it or nothing. It returns
// Invalid for an id that names nothing within reach and for a faulty instrument, and
// Conflict instrumentTaken or instrumentNotValid.
func (s *Service) takeInstruments(ctx context.Context, caller tenancy.Caller, c *customers.Customer, in Attachments) ([]takenInstrument, error) {
	var taken []takenInstrument
	for _, step := range []func() (*takenInstrument, error){
		func() (*takenInstrument, error) { return s.takeInstrument(ctx, c, in.CardID, false) },
		func() (*takenInstrument, error) { return s.takeGiven(ctx, caller, c, in.Card) },
		func() (*takenInstrument, error) { return s.takeInstrument(ctx, c, in.BankID, true) },
		func() (*takenInstrument, error) { return s.takeGiven(ctx, caller, c, in.Bank) },
	} {
		one, err := step()
		if err != nil {
			return nil, s.returnInstruments(ctx, taken, err)
		}
		if one != nil {
			taken = append(taken, *one)
		}
	}
	return taken, nil
}

// takeGiven keeps an instrument that was given in full, for c from the start.
func (s *Service) takeGiven(ctx context.Context, caller tenancy.Caller, c *customers.Customer, in *InstrumentInput) (*takenInstrument, error) {
	if in == nil {
		return nil, nil
	}
	box, claim, err := s.keep(ctx, caller, *in, c.Ref())
	if err != nil {
		return nil, err
	}
	return &takenInstrument{box: box, claim: claim, path: in.Path}, nil
}

// takeInstrument takes one that waits. What c has already, it keeps.
func (s *Service) takeInstrument(ctx context.Context, c *customers.Customer, named InstrumentID, bank bool) (*takenInstrument, error) {
	if !named.Given {
		return nil, nil
	}
	unresolved := fault.New(fault.Invalid, fault.CodeValidation, "does not resolve to "+kindName(bank)).About(named.Field, fault.BadValue)
	unresolved.Value = named.Value
	id, err := tenancy.ParseID(named.ID)
	if err != nil {
		return nil, unresolved
	}
	if valid, found := holdsInstrument(c, id, bank); found {
		if !valid {
			return nil, invalidInstrument(named.Field)
		}
		return &takenInstrument{box: instruments.Box{ID: id}, path: named.Field}, nil
	}
	holder, err := s.store.ReservationHolder(ctx, instrumentKey(id))
	if errors.Is(err, rows.ErrNotFound) || (err == nil && !holder.Ends.IsZero() && !s.registry.Now().Before(holder.Ends)) {
		return nil, unresolved
	}
	if err != nil {
		return nil, rows.StoreFault(err, "reading an instrument")
	}
	box, err := s.openInstrument(holder, id)
	if err != nil {
		return nil, unresolved // the key that sealed it was rotated away
	}
	mine := box.Owner.ID == c.ID || slices.Contains(c.Path, box.Owner.ID)
	if !mine || (box.Bank != nil) != bank {
		return nil, unresolved
	}
	if err := s.waits(ctx, holder, box, named.Field); err != nil {
		return nil, err
	}
	if !valid(box) {
		return nil, invalidInstrument(named.Field)
	}
	before := holder
	if holder.Customer != box.Owner { // whoever took it may still be about to write it
		contested, ok, err := registry.Contest(ctx, s.store, holder, func(contested rows.Reservation) error {
			return s.unattached(ctx, contested, box, named.Field)
		})
		if err != nil || !ok {
			return nil, rows.StoreFault(cmp.Or(err, instrumentTaken(named.Field)), "contesting an instrument")
		}
		holder = contested
	}
	next := holder
	next.Customer, next.Taken, next.Ends = c.Ref(), later(s.registry.Now(), holder.Taken), time.Time{}
	ok, err := s.store.CompareAndSwap(ctx, holder, next)
	if err != nil {
		return nil, rows.StoreFault(err, "taking an instrument")
	}
	if !ok {
		return nil, instrumentTaken(named.Field)
	}
	before.Fence = next.Fence
	return &takenInstrument{box: box, before: before, claim: next, path: named.Field}, nil
}

// waits refuses an instrument that another customer has, or is about to get.
func (s *Service) waits(ctx context.Context, holder rows.Reservation, box instruments.Box, field string) error {
	if holder.Customer == box.Owner {
		return nil
	}
	past, err := registry.PastGrace(ctx, s.store, holder.Taken, s.registry.Now())
	if err != nil {
		return err
	}
	if !past {
		return instrumentTaken(field)
	}
	return s.unattached(ctx, holder, box, field)
}

// unattached refuses an instrument that the customer has for which it was taken; else the
// change that took it was not written.
func (s *Service) unattached(ctx context.Context, holder rows.Reservation, box instruments.Box, field string) error {
	other, err := s.store.Get(ctx, holder.Customer)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return nil
	case err != nil:
		return rows.StoreFault(err, "reading who has an instrument")
	case instruments.UsedToken(other, box.ID):
		return instrumentTaken(field)
	}
	return nil
}

func instrumentTaken(field string) error {
	return fault.New(fault.Conflict, fault.CodeInstrumentTaken, "belongs to another customer").About(field, fault.Duplicate)
}

func invalidInstrument(field string) error {
	return fault.New(fault.Conflict, fault.CodeInstrumentNotValid, "is no longer valid").About(field, fault.BadValue)
}

func kindName(bank bool) string {
	if bank {
		return "bank account"
	}
	return "card"
}

func valid(b instruments.Box) bool {
	if b.Card != nil {
		return b.Card.Active
	}
	return b.Bank.Bank.Active
}

// holdsInstrument reports whether the customer has a card or bank, and a usable one.
func holdsInstrument(c *customers.Customer, id tenancy.ID, bank bool) (valid, found bool) {
	if bank {
		at := slices.IndexFunc(c.Banks, func(b customers.Bank) bool { return b.ID == id })
		return at >= 0 && c.Banks[at].Active, at >= 0
	}
	at := slices.IndexFunc(c.Cards, func(card customers.Card) bool { return card.ID == id })
	return at >= 0 && c.Cards[at].Active, at >= 0
}

// returnInstruments puts back what was taken for a change that failed with err,
// which it returns. After a fault of the store it is unknown whether it was written:
// then they stay taken, and whoever wants them finds out after a minute.
func (s *Service) returnInstruments(ctx context.Context, taken []takenInstrument, err error) error {
	if kind := fault.KindOf(err); kind == fault.Unavailable || kind == fault.Internal {
		return err
	}
	for _, one := range taken {
		switch {
		case one.claim.Key == "":
		case one.before.Key == "":
			s.registry.Release(ctx, []rows.Reservation{one.claim})
		default:
			_, _ = s.store.CompareAndSwap(context.WithoutCancel(ctx), one.claim, one.before)
		}
	}
	return err
}
