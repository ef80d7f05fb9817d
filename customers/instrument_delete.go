package customers

import (
	"context"
	"slices"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DeleteInstrument removes a card or a bank: of the named customer, or, when that is
// empty, wherever it is. Nothing takes the place of a default one. It returns NotFound
// and Forbidden.
func (s *Service) DeleteInstrument(ctx context.Context, caller tenancy.Caller, customerID, id string) error {
	if customerID == "" {
		found, claim, err := s.findInstrument(ctx, caller, id, tenancy.BanksWrite)
		if err != nil {
			return err
		}
		if found.Customer == nil {
			return storeFault(s.store.Release(ctx, claim), "removing an instrument")
		}
		customerID = found.Customer.ID.String()
	}
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return err
	}
	parsed, err := tenancy.ParseID(id)
	if err != nil {
		return fault.NotFoundError()
	}
	event := "card.deleted"
	if _, bank := c.holdsInstrument(parsed, true); bank {
		event = "bank.deleted"
	}
	_, err = s.Change(ctx, caller, At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}, event, func(d *draft) error { return d.removeInstrument(parsed) })
	if err == nil {
		s.forget(ctx, parsed)
	}
	return err
}

func (d *draft) removeInstrument(id tenancy.ID) error {
	cards, banks := len(d.c.Cards), len(d.c.Banks)
	d.c.Cards = slices.DeleteFunc(d.c.Cards, func(c Card) bool { return c.ID == id })
	d.c.Banks = slices.DeleteFunc(d.c.Banks, func(b Bank) bool { return b.ID == id })
	if len(d.c.Cards) == cards && len(d.c.Banks) == banks {
		return fault.NotFoundError()
	}
	if len(d.c.Cards) == 0 {
		d.c.Cards = nil
	}
	if len(d.c.Banks) == 0 {
		d.c.Banks = nil
	}
	if d.c.SourceBank == id {
		d.c.SourceBank = tenancy.ID{}
	}
	if m := d.c.Merchant; m != nil && m.BankID == id {
		next := *m
		next.BankID = tenancy.ID{}
		d.c.Merchant = &next
	}
	return nil
}

// forget removes the place of an instrument that is gone. One that cannot be removed
// now leads to nothing, and ends by itself.
func (s *Service) forget(ctx context.Context, id tenancy.ID) {
	if holder, err := s.store.Holder(ctx, instrumentKey(id)); err == nil {
		s.release(ctx, []Claim{holder})
	}
}

// forgetAll removes the places of all instruments of a customer that was erased.
func (s *Service) forgetAll(ctx context.Context, c *Customer) {
	for i := range c.Cards {
		if c.Cards[i].Token == c.Cards[i].ID {
			s.forget(ctx, c.Cards[i].ID)
		}
	}
	for i := range c.Banks {
		if c.Banks[i].Token == c.Banks[i].ID {
			s.forget(ctx, c.Banks[i].ID)
		}
	}
}
