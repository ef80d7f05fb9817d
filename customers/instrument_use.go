package customers

import (
	"context"
	"errors"
	"slices"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Instrument reads a card or a bank that the caller's subject, or a customer below
// it, was given, whether a customer has it or it waits for one. It returns NotFound
// and Forbidden insufficientScope.
func (s *Service) Instrument(ctx context.Context, caller tenancy.Caller, id string) (Instrument, error) {
	found, _, err := s.findInstrument(ctx, caller, id, tenancy.Read)
	return found, err
}

// findInstrument gives an instrument and its place, which is the zero value for one
// that no face gave.
func (s *Service) findInstrument(ctx context.Context, caller tenancy.Caller, text string, scope tenancy.Scope) (Instrument, Claim, error) {
	subject := stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: scope}, subject); err != nil {
		return Instrument{}, Claim{}, err
	}
	id, err := tenancy.ParseID(text)
	if err != nil {
		return Instrument{}, Claim{}, fault.NotFoundError()
	}
	holder, err := s.store.Holder(ctx, instrumentKey(id))
	if err != nil {
		return Instrument{}, Claim{}, storeFault(err, "reading an instrument")
	}
	c, err := s.store.Get(ctx, holder.Customer)
	if errors.Is(err, ErrNotFound) || (err == nil && !tenancy.Reaches(subject, c)) {
		return Instrument{}, Claim{}, fault.NotFoundError()
	}
	if err != nil {
		return Instrument{}, Claim{}, storeFault(err, "reading who has an instrument")
	}
	if found, ok := c.instrument(id); ok {
		return found, holder, nil
	}
	box, err := s.openInstrument(holder, id)
	if err != nil { // the key that sealed it was rotated away
		return Instrument{}, Claim{}, fault.NotFoundError()
	}
	if holder.Customer != box.Owner || !s.clock().Before(holder.Ends) {
		return Instrument{}, Claim{}, fault.NotFoundError()
	}
	return box.instrument(), holder, nil
}

// instrument shows a card or a bank that the customer has.
func (c *Customer) instrument(id tenancy.ID) (Instrument, bool) {
	if at := slices.IndexFunc(c.Cards, func(card Card) bool { return card.ID == id }); at >= 0 {
		view := cardView(&c.Cards[at])
		return Instrument{Card: &view, Customer: c}, true
	}
	if at := slices.IndexFunc(c.Banks, func(b Bank) bool { return b.ID == id }); at >= 0 {
		view := bankView(&c.Banks[at])
		return Instrument{Bank: &view, Customer: c}, true
	}
	return Instrument{}, false
}

// CustomerInstrument reads a card or a bank of one customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) CustomerInstrument(ctx context.Context, caller tenancy.Caller, customerID, id string) (Instrument, error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return Instrument{}, err
	}
	parsed, err := tenancy.ParseID(id)
	if err != nil {
		return Instrument{}, fault.NotFoundError()
	}
	found, ok := c.instrument(parsed)
	if !ok {
		return Instrument{}, fault.NotFoundError()
	}
	return found, nil
}

// CustomerInstruments lists the cards, or the banks, of a customer in the order in
// which they were added. It returns NotFound and Forbidden insufficientScope.
func (s *Service) CustomerInstruments(ctx context.Context, caller tenancy.Caller, customerID string, banks bool) (*Customer, []Instrument, error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, nil, err
	}
	return c, instrumentsOf(c, banks), nil
}

func instrumentsOf(c *Customer, banks bool) (list []Instrument) {
	for i := range c.Cards {
		if !banks {
			list = append(list, Instrument{Card: new(cardView(&c.Cards[i])), Customer: c})
		}
	}
	for i := range c.Banks {
		if banks {
			list = append(list, Instrument{Bank: new(bankView(&c.Banks[i])), Customer: c})
		}
	}
	return list
}

// AttachInstrument adds an instrument that is given in full to a customer. It returns
// what UpdateProfile does.
func (s *Service) AttachInstrument(ctx context.Context, caller tenancy.Caller, customerID string, in InstrumentInput) (Instrument, error) {
	attached := Attachments{Card: &in}
	if in.Bank != nil {
		attached = Attachments{Bank: &in}
	}
	c, err := s.UpdateProfile(ctx, caller, UpdateProfileInput{CustomerID: customerID, Attachments: attached})
	if err != nil {
		return Instrument{}, err
	}
	if in.Bank != nil {
		return Instrument{Bank: new(bankView(&c.Banks[len(c.Banks)-1])), Customer: c}, nil
	}
	return Instrument{Card: new(cardView(&c.Cards[len(c.Cards)-1])), Customer: c}, nil
}

// InstrumentChange is what may change of an instrument.
type InstrumentChange struct {
	// Invalidate ends its use for good; nothing takes the place of a default one.
	Invalidate bool
	// Revalidate is refused for one that was invalidated.
	Revalidate bool
	// Meta replaces what is there.
	Meta patch.Field[patch.Raw]
	// Path is what faults call its validity.
	ValidPath string
}

// ChangeInstrument changes an instrument, wherever it is: of the named customer, or,
// when that is empty, of whoever has it. It returns NotFound, Forbidden, Invalid, and
// Conflict instrumentNotValid for one that is to be valid again.
func (s *Service) ChangeInstrument(ctx context.Context, caller tenancy.Caller, customerID, id string, in InstrumentChange) (Instrument, error) {
	if customerID == "" {
		found, claim, err := s.findInstrument(ctx, caller, id, tenancy.BanksWrite)
		if err != nil {
			return Instrument{}, err
		}
		if found.Customer == nil {
			return s.changeWaiting(ctx, claim, id, in)
		}
		customerID = found.Customer.ID.String()
	}
	return s.changeHeld(ctx, caller, customerID, id, in)
}

// changeHeld changes an instrument that a customer has.
func (s *Service) changeHeld(ctx context.Context, caller tenancy.Caller, customerID, text string, in InstrumentChange) (Instrument, error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return Instrument{}, err
	}
	id, err := tenancy.ParseID(text)
	if err != nil {
		return Instrument{}, fault.NotFoundError()
	}
	event := "card.updated"
	if _, bank := c.holdsInstrument(id, true); bank {
		event = "bank.updated"
	}
	c, err = s.change(ctx, caller, c, 0, event, func(d *draft) error { return d.changeInstrument(id, in) })
	if err != nil {
		return Instrument{}, err
	}
	shown, _ := c.instrument(id)
	return shown, nil
}

func (d *draft) changeInstrument(id tenancy.ID, in InstrumentChange) error {
	for i := range d.c.Cards {
		if card := &d.c.Cards[i]; card.ID == id {
			before := *card
			err := d.revise(in, &card.Active, &card.Meta)
			if !sameCard(before, *card) {
				card.LastUpdated = d.now
			}
			return err
		}
	}
	for i := range d.c.Banks {
		if bank := &d.c.Banks[i]; bank.ID == id {
			before := *bank
			err := d.revise(in, &bank.Active, &bank.Meta)
			if !sameBank(before, *bank) {
				bank.LastUpdated = d.now
			}
			return err
		}
	}
	return fault.NotFoundError()
}

// changeWaiting changes an instrument that waits for a customer.
func (s *Service) changeWaiting(ctx context.Context, claim Claim, text string, in InstrumentChange) (Instrument, error) {
	id, _ := tenancy.ParseID(text) // found by it
	box, err := s.openInstrument(claim, id)
	if err != nil {
		return Instrument{}, err
	}
	d := &draft{s: s, now: s.clock()}
	if box.Card != nil {
		err = d.revise(in, &box.Card.Active, &box.Card.Meta)
	} else {
		err = d.revise(in, &box.Bank.Bank.Active, &box.Bank.Bank.Meta)
	}
	if err := errors.Join(err, d.err()); err != nil {
		return Instrument{}, err
	}
	next := claim
	next.Taken = later(d.now, claim.Taken)
	if next.Request, err = s.sealInstrument(box); err != nil {
		return Instrument{}, err
	}
	ok, err := s.store.Swap(ctx, claim, next)
	if err != nil {
		return Instrument{}, storeFault(err, "changing an instrument")
	}
	if !ok {
		return Instrument{}, fault.New(fault.Unavailable, fault.CodeUnavailable, "it was changed at this moment; try again")
	}
	return box.instrument(), nil
}

func (d *draft) revise(in InstrumentChange, active *bool, meta *patch.Raw) error {
	if in.Revalidate && !*active {
		return invalidInstrument(in.ValidPath)
	}
	if in.Invalidate {
		*active = false
	}
	d.flatMeta(in.Meta, meta, "meta")
	return nil
}
