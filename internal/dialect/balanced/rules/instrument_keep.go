package rules

import (
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// KeepInstrument keeps a card or a bank under the caller's subject until a customer
// below it gets it, for 30 days. It returns Forbidden, Invalid with every failing
// field, and PaymentRequired for a card that is refused.
func (s *Service) KeepInstrument(ctx context.Context, caller tenancy.Caller, in InstrumentInput) (Instrument, error) {
	owner := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.BanksWrite}, owner); err != nil {
		return Instrument{}, err
	}
	if err := s.registry.MayAct(ctx, owner); err != nil {
		return Instrument{}, err
	}
	box, _, err := s.keep(ctx, caller, in, owner.Ref())
	if err != nil {
		return Instrument{}, err
	}
	return instrument(box), nil
}

// keep reads an instrument and reserves its place, for whom it is kept.
func (s *Service) keep(ctx context.Context, caller tenancy.Caller, in InstrumentInput, whose tenancy.Ref) (instruments.Box, rows.Reservation, error) {
	owner := registry.Stored(caller.Subject)
	d := s.registry.Probe(caller, &customers.Customer{ID: owner.ID, Tenant: owner.Tenant})
	if owner.ID != whose.ID {
		d.Customer.Tenant = whose.Tenant
	}
	box := readInstrument(d, in)
	if err := d.Err(); err != nil {
		return instruments.Box{}, rows.Reservation{}, err
	}
	box.Owner = owner.Ref()
	sealed, err := s.sealInstrument(box)
	if err != nil {
		return instruments.Box{}, rows.Reservation{}, err
	}
	claim := rows.Reservation{Key: instrumentKey(box.ID), Customer: whose, Taken: d.Now, Request: sealed}
	if whose == box.Owner {
		claim.Ends = d.Now.Add(instrumentLife)
	}
	if _, taken, err := s.store.Reserve(ctx, claim); err != nil || !taken {
		return instruments.Box{}, rows.Reservation{}, rows.StoreFault(errors.Join(err, notTaken(taken)), "keeping an instrument")
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
func readInstrument(d *registry.Draft, in InstrumentInput) instruments.Box {
	box := instruments.Box{}
	if in.Card != nil {
		card := instruments.ReadCard(d, *in.Card, in.Path)
		if card == nil {
			card = &customers.Card{}
		}
		checkTestCard(d, in.Card.CardNumber.Value)
		flatMeta(d, in.Meta, &card.Meta, fields.Join(in.Path, "meta"))
		card.BillingAddress = looseAddress(d, nil, in.Address.Value, in.Path)
		card.Active, card.Token = !in.Invalid, card.ID
		box.ID, box.Card = card.ID, card
		return box
	}
	if !in.Bank.NameOnAccount.Given() || in.Bank.NameOnAccount.Value == "" {
		fields.Missing(d, fields.Join(in.Path, "nameOnAccount"))
		in.Bank.NameOnAccount.Set = false
	}
	bank := customers.Bank{ID: d.NewID(), Active: !in.Invalid, Bare: in.Bare, Created: d.Now, LastUpdated: d.Now}
	knownType(d, in)
	fields.BankAccount(d, *in.Bank, &bank, in.Path)
	checkTestRouting(d, bank.RoutingNumber, fields.Join(in.Path, "routingNumber"))
	fields.Name(d, in.Bank.NameOnAccount, &bank.NameOnAccount, fields.Join(in.Path, "nameOnAccount"), 128)
	flatMeta(d, in.Meta, &bank.Meta, fields.Join(in.Path, "meta"))
	if bank.AccountType == "" {
		bank.AccountType = "checking"
	}
	bank.AccountNumber.Box, bank.Token = nil, bank.ID
	number, _ := check.AccountNumber(in.Bank.AccountNumber.Value) // a fault was noted
	box.ID, box.Bank = bank.ID, &instruments.BoxedBank{Bank: bank, AccountNumber: number.Reveal()}
	return box
}

// knownType refuses the types of accounts that only other APIs have.
func knownType(d *registry.Draft, in InstrumentInput) {
	path, word := fields.Join(in.Path, "accountType"), ""
	if fields.Choice(d, in.Bank.AccountType, &word, path, "checking", "savings"); d.Faults.Has(path) {
		in.Bank.AccountType = patch.Field[string]{} // named already
	}
}

// refusedTestCard is well-formed and cannot be kept (Balanced API, testing).
const refusedTestCard = "4222222222222220"

// checkTestCard refuses the number by which clients try refusals out.
func checkTestCard(d *registry.Draft, number secret.Text) {
	if d.Mode() == keys.Test && check.Compact(number.Reveal()) == refusedTestCard {
		d.Fail(fault.New(fault.PaymentRequired, fault.CodeCardFailure, "the card was refused"))
	}
}

// checkTestRouting refuses the well-formed numbers by which clients try refusals out.
func checkTestRouting(d *registry.Draft, number, path string) {
	if d.Mode() == keys.Test && (number == "100000007" || number == "111111118") {
		d.Faults.AddValue(path, fault.BadValue, number, "is not the routing number of any bank")
	}
}

// instrument shows one that waits.
func instrument(b instruments.Box) Instrument {
	if b.Card != nil {
		return cardInstrument(b.Card, nil)
	}
	shown := bankInstrument(&b.Bank.Bank, nil)
	shown.number = secret.New(b.Bank.AccountNumber)
	return shown
}
