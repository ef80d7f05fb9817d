package rules

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
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
			return rows.StoreFault(s.store.Release(ctx, claim), "removing an instrument")
		}
		customerID = found.Customer.ID.String()
	}
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return err
	}
	parsed, err := tenancy.ParseID(id)
	if err != nil {
		return fault.NotFoundError()
	}
	event := "card.deleted"
	if _, bank := holdsInstrument(c, parsed, true); bank {
		event = "bank.deleted"
	}
	_, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}, event, func(d *registry.Draft) error { return removeInstrument(d, parsed) })
	if err == nil {
		s.forget(ctx, parsed)
	}
	return err
}

func removeInstrument(d *registry.Draft, id tenancy.ID) error {
	cards, banks := len(d.Customer.Cards), len(d.Customer.Banks)
	d.Customer.Cards = slices.DeleteFunc(d.Customer.Cards, func(c customers.Card) bool { return c.ID == id })
	d.Customer.Banks = slices.DeleteFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.ID == id })
	if len(d.Customer.Cards) == cards && len(d.Customer.Banks) == banks {
		return fault.NotFoundError()
	}
	if len(d.Customer.Cards) == 0 {
		d.Customer.Cards = nil
	}
	if len(d.Customer.Banks) == 0 {
		d.Customer.Banks = nil
	}
	if d.Customer.SourceBank == id {
		d.Customer.SourceBank = tenancy.ID{}
	}
	if m := d.Customer.Merchant; m != nil && m.BankID == id {
		next := *m
		next.BankID = tenancy.ID{}
		d.Customer.Merchant = &next
	}
	return nil
}

// forget removes the place of an instrument that is gone. One that cannot be removed
// now leads to nothing, and ends by itself.
func (s *Service) forget(ctx context.Context, id tenancy.ID) {
	if holder, err := s.store.ReservationHolder(ctx, instrumentKey(id)); err == nil {
		s.registry.Release(ctx, []rows.Reservation{holder})
	}
}

// forgetAll removes the places of all instruments of a customer that was erased.
func (s *Service) forgetAll(ctx context.Context, c *customers.Customer) {
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
