package rules

import (
	"context"
	"errors"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
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

// findInstrument returns an instrument and its place, which is the zero value for one
// that no dialect gave.
func (s *Service) findInstrument(ctx context.Context, caller tenancy.Caller, text string, scope tenancy.Scope) (Instrument, rows.Reservation, error) {
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: scope}, subject); err != nil {
		return Instrument{}, rows.Reservation{}, err
	}
	id, err := tenancy.ParseID(text)
	if err != nil {
		return Instrument{}, rows.Reservation{}, fault.NotFoundError()
	}
	holder, err := s.store.ReservationHolder(ctx, instrumentKey(id))
	if err != nil {
		return Instrument{}, rows.Reservation{}, rows.StoreFault(err, "reading an instrument")
	}
	c, err := s.store.Get(ctx, holder.Customer)
	if errors.Is(err, rows.ErrNotFound) || (err == nil && !tenancy.Reaches(subject, c)) {
		return Instrument{}, rows.Reservation{}, fault.NotFoundError()
	}
	if err != nil {
		return Instrument{}, rows.Reservation{}, rows.StoreFault(err, "reading who has an instrument")
	}
	if found, ok := instrumentOf(c, id); ok {
		return found, holder, nil
	}
	box, err := s.openInstrument(holder, id)
	if err != nil { // the key that sealed it was rotated away
		return Instrument{}, rows.Reservation{}, fault.NotFoundError()
	}
	if holder.Customer != box.Owner || !s.registry.Now().Before(holder.Ends) {
		return Instrument{}, rows.Reservation{}, fault.NotFoundError()
	}
	return instrument(box), holder, nil
}

// instrumentOf shows a card or a bank that the customer has.
func instrumentOf(c *customers.Customer, id tenancy.ID) (Instrument, bool) {
	if at := slices.IndexFunc(c.Cards, func(card customers.Card) bool { return card.ID == id }); at >= 0 {
		return cardInstrument(&c.Cards[at], c), true
	}
	if at := slices.IndexFunc(c.Banks, func(b customers.Bank) bool { return b.ID == id }); at >= 0 {
		return bankInstrument(&c.Banks[at], c), true
	}
	return Instrument{}, false
}

// bankInstrument shows a bank, with whose it is.
func bankInstrument(bank *customers.Bank, c *customers.Customer) Instrument {
	return Instrument{Bank: new(view.ShowBank(bank)), Bare: bank.Bare, Customer: c, bank: bank}
}

// cardInstrument shows a card, with whose it is.
func cardInstrument(card *customers.Card, c *customers.Customer) Instrument {
	return Instrument{Card: new(view.ShowCard(card)), Address: flat(card.BillingAddress), Customer: c}
}

// CustomerInstrument reads a card or a bank of one customer. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) CustomerInstrument(ctx context.Context, caller tenancy.Caller, customerID, id string) (Instrument, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return Instrument{}, err
	}
	parsed, err := tenancy.ParseID(id)
	if err != nil {
		return Instrument{}, fault.NotFoundError()
	}
	found, ok := instrumentOf(c, parsed)
	if !ok {
		return Instrument{}, fault.NotFoundError()
	}
	return found, nil
}

// CustomerInstruments lists the cards, or the banks, of a customer in the order in
// which they were added. It returns NotFound and Forbidden insufficientScope.
func (s *Service) CustomerInstruments(ctx context.Context, caller tenancy.Caller, customerID string, banks bool) (*customers.Customer, []Instrument, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, nil, err
	}
	return c, instrumentsOf(c, banks), nil
}

func instrumentsOf(c *customers.Customer, banks bool) (list []Instrument) {
	for i := range c.Cards {
		if !banks {
			list = append(list, cardInstrument(&c.Cards[i], c))
		}
	}
	for i := range c.Banks {
		if banks {
			list = append(list, bankInstrument(&c.Banks[i], c))
		}
	}
	return list
}

// AttachInstrument adds an instrument that is given in full to a customer. It returns
// what Update does.
func (s *Service) AttachInstrument(ctx context.Context, caller tenancy.Caller, customerID string, in InstrumentInput) (Instrument, error) {
	attached := Attachments{Card: &in}
	if in.Bank != nil {
		attached = Attachments{Bank: &in}
	}
	c, err := s.Update(ctx, caller, UpdateInput{CustomerID: customerID, Attachments: attached})
	if err != nil {
		return Instrument{}, err
	}
	if in.Bank != nil {
		return bankInstrument(&c.Banks[len(c.Banks)-1], c), nil
	}
	return cardInstrument(&c.Cards[len(c.Cards)-1], c), nil
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
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return Instrument{}, err
	}
	id, err := tenancy.ParseID(text)
	if err != nil {
		return Instrument{}, fault.NotFoundError()
	}
	event := "card.updated"
	if _, bank := holdsInstrument(c, id, true); bank {
		event = "bank.updated"
	}
	c, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}, event, func(d *registry.Draft) error { return changeInstrument(d, id, in) })
	if err != nil {
		return Instrument{}, err
	}
	shown, _ := instrumentOf(c, id)
	return shown, nil
}

func changeInstrument(d *registry.Draft, id tenancy.ID, in InstrumentChange) error {
	for i := range d.Customer.Cards {
		if card := &d.Customer.Cards[i]; card.ID == id {
			before := *card
			err := revise(d, in, &card.Active, &card.Meta)
			if !instruments.SameCard(before, *card) {
				card.LastUpdated = d.Now
			}
			return err
		}
	}
	for i := range d.Customer.Banks {
		if bank := &d.Customer.Banks[i]; bank.ID == id {
			before := *bank
			err := revise(d, in, &bank.Active, &bank.Meta)
			if !fields.SameBank(before, *bank) {
				bank.LastUpdated = d.Now
			}
			return err
		}
	}
	return fault.NotFoundError()
}

// changeWaiting changes an instrument that waits for a customer.
func (s *Service) changeWaiting(ctx context.Context, claim rows.Reservation, text string, in InstrumentChange) (Instrument, error) {
	id, _ := tenancy.ParseID(text) // found by it
	box, err := s.openInstrument(claim, id)
	if err != nil {
		return Instrument{}, err
	}
	d := s.registry.Probe(tenancy.Caller{}, nil)
	if box.Card != nil {
		err = revise(d, in, &box.Card.Active, &box.Card.Meta)
	} else {
		err = revise(d, in, &box.Bank.Bank.Active, &box.Bank.Bank.Meta)
	}
	if err := errors.Join(err, d.Err()); err != nil {
		return Instrument{}, err
	}
	if err := s.rewrite(ctx, d, claim, box); err != nil {
		return Instrument{}, err
	}
	return instrument(box), nil
}

// rewrite keeps an instrument that waits in the place of how it was found.
func (s *Service) rewrite(ctx context.Context, d *registry.Draft, claim rows.Reservation, box instruments.Box) error {
	next := claim
	next.Taken = later(d.Now, claim.Taken)
	sealed, err := s.sealInstrument(box)
	if err != nil {
		return err
	}
	next.Request = sealed
	ok, err := s.store.CompareAndSwap(ctx, claim, next)
	if err != nil {
		return rows.StoreFault(err, "changing an instrument")
	}
	if !ok {
		return fault.New(fault.Unavailable, fault.CodeUnavailable, "it was changed at the same time; try again")
	}
	return nil
}

func revise(d *registry.Draft, in InstrumentChange, active *bool, meta *patch.Raw) error {
	if in.Revalidate && !*active {
		return invalidInstrument(in.ValidPath)
	}
	if in.Invalidate {
		*active = false
	}
	flatMeta(d, in.Meta, meta, "meta")
	return nil
}
