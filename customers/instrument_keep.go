package customers

import (
	"context"
	"errors"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// KeepInstrument keeps a card or a bank under the caller's subject until a customer
// below it gets it, for 30 days. It returns Forbidden, Invalid with every failing
// field, and PaymentRequired for a card that is refused.
func (s *Service) KeepInstrument(ctx context.Context, caller tenancy.Caller, in InstrumentInput) (Instrument, error) {
	owner := stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.BanksWrite}, owner); err != nil {
		return Instrument{}, err
	}
	if err := activeStatus(owner.Status); err != nil {
		return Instrument{}, err
	}
	box, _, err := s.keep(ctx, caller, in, owner.Ref())
	if err != nil {
		return Instrument{}, err
	}
	return box.instrument(), nil
}

// keep reads an instrument and reserves its place, for whom it is kept.
func (s *Service) keep(ctx context.Context, caller tenancy.Caller, in InstrumentInput, whose tenancy.Ref) (tokenBox, Claim, error) {
	owner := stored(caller.Subject)
	d := &draft{s: s, caller: caller, now: s.clock(), c: &Customer{ID: owner.ID, Tenant: owner.Tenant}}
	if owner.ID != whose.ID {
		d.c.Tenant = whose.Tenant
	}
	box := d.readInstrument(in)
	if err := d.err(); err != nil {
		return tokenBox{}, Claim{}, err
	}
	box.Owner = owner.Ref()
	sealed, err := s.sealInstrument(box)
	if err != nil {
		return tokenBox{}, Claim{}, err
	}
	claim := Claim{Key: instrumentKey(box.ID), Customer: whose, Taken: d.now, Request: sealed}
	if whose == box.Owner {
		claim.Ends = d.now.Add(instrumentLife)
	}
	if _, taken, err := s.store.Reserve(ctx, claim); err != nil || !taken {
		return tokenBox{}, Claim{}, storeFault(errors.Join(err, notTaken(taken)), "keeping an instrument")
	}
	return box, claim, nil
}

func notTaken(taken bool) error {
	if taken {
		return nil
	}
	return errors.New("a new id is in use already")
}

// readInstrument reads a card or a bank; what is wrong with it is among the faults.
func (d *draft) readInstrument(in InstrumentInput) tokenBox {
	box := tokenBox{}
	if in.Card != nil {
		card := d.readCard(*in.Card, in.Path)
		if card == nil {
			card = &Card{}
		}
		d.checkTestCard(in.Card.CardNumber.Value)
		d.flatMeta(in.Meta, &card.Meta, join(in.Path, "meta"))
		card.BillingAddress = d.looseAddress(nil, in.Address.Value, in.Path)
		card.Active, card.Token = !in.Invalid, card.ID
		box.ID, box.Card = card.ID, card
		return box
	}
	if !in.Bank.NameOnAccount.Given() || in.Bank.NameOnAccount.Value == "" {
		d.missing(join(in.Path, "nameOnAccount"))
		in.Bank.NameOnAccount.Set = false
	}
	bank := Bank{ID: d.newID(), Active: !in.Invalid, Created: d.now, LastUpdated: d.now}
	d.bankAccount(*in.Bank, &bank, in.Path)
	d.checkTestRouting(bank.RoutingNumber, join(in.Path, "routingNumber"))
	d.text(in.Bank.NameOnAccount, &bank.NameOnAccount, join(in.Path, "nameOnAccount"), 128)
	d.flatMeta(in.Meta, &bank.Meta, join(in.Path, "meta"))
	if bank.AccountType == "" {
		bank.AccountType = "checking"
	}
	bank.AccountNumber.Box, bank.Token = nil, bank.ID
	box.ID, box.Bank = bank.ID, &boxedBank{Bank: bank, AccountNumber: in.Bank.AccountNumber.Value.Reveal()}
	return box
}

// refusedTestCard is well-formed and cannot be kept (Balanced API, testing).
const refusedTestCard = "4222222222222220"

// checkTestCard refuses the number by which clients try refusals out.
func (d *draft) checkTestCard(number secret.Text) {
	if d.s.mode == keys.Test && digitsOf(number.Reveal()) == refusedTestCard {
		d.fail(fault.New(fault.PaymentRequired, fault.CodeCardFailure, "the card was refused"))
	}
}

// checkTestRouting refuses the well-formed numbers by which clients try refusals out.
func (d *draft) checkTestRouting(number, path string) {
	if d.s.mode == keys.Test && (number == "100000007" || number == "111111118") {
		d.faults.AddValue(path, fault.BadValue, number, "is the routing number of no bank")
	}
}

// instrument shows one that waits.
func (b tokenBox) instrument() Instrument {
	if b.Card != nil {
		view := cardView(b.Card)
		return Instrument{Card: &view}
	}
	view := bankView(&b.Bank.Bank)
	return Instrument{Bank: &view}
}
