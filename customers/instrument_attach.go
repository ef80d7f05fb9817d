package customers

import (
	"fmt"
	"slices"

	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// attach adds instruments that were taken to the draft. A card becomes what the
// customer is debited by, a bank where it is credited.
func (d *draft) attach(taken []takenInstrument) {
	for _, one := range taken {
		switch {
		case one.box.Card != nil:
			d.attachCard(one)
		case one.box.Bank != nil:
			d.attachBank(one)
		default:
			d.prefer(one.box.ID)
		}
	}
}

func (d *draft) attachCard(one takenInstrument) {
	if len(d.c.Cards) >= maxCards {
		d.faults.Add(one.path, fault.TooMany, fmt.Sprintf("must be one of at most %d cards; delete one that is not used first", maxCards))
		return
	}
	card := *one.box.Card
	card.Token, card.IsDefault, card.LastUpdated = card.ID, false, d.now
	d.c.Cards = append(d.c.Cards, card)
	d.prefer(card.ID)
}

func (d *draft) attachBank(one takenInstrument) {
	if len(d.c.Banks) >= maxBanks {
		d.faults.Add(one.path, fault.TooMany, fmt.Sprintf("must be one of at most %d bank accounts", maxBanks))
		return
	}
	bank := one.box.Bank.Bank
	bank.Token, bank.IsDefault, bank.LastUpdated = bank.ID, false, d.now
	d.sealAccount(secret.New(one.box.Bank.AccountNumber), &bank)
	d.c.Banks = append(d.c.Banks, bank)
	d.prefer(bank.ID)
}

// prefer makes a usable card the source, or a usable bank the destination.
func (d *draft) prefer(id tenancy.ID) {
	if at := slices.IndexFunc(d.c.Cards, func(c Card) bool { return c.ID == id && c.Active }); at >= 0 {
		d.makeDefaultCard(at)
		d.c.SourceBank = tenancy.ID{}
	}
	if at := slices.IndexFunc(d.c.Banks, func(b Bank) bool { return b.ID == id && b.Active }); at >= 0 {
		d.makeDefault(at)
	}
}

// choose applies the choice of source and destination among what the customer has.
// What names nothing of it changes nothing.
func (d *draft) choose(in Attachments) {
	if id, err := tenancy.ParseID(in.Source.ID); in.Source.Given && err == nil {
		if valid, isBank := d.c.holdsInstrument(id, true); isBank && valid {
			d.chooseBank(id, in.Source)
		} else {
			d.prefer(id)
		}
	}
	if id, err := tenancy.ParseID(in.Destination.ID); in.Destination.Given && err == nil {
		if valid, isBank := d.c.holdsInstrument(id, true); isBank && valid {
			d.prefer(id)
		}
	}
}

// chooseBank makes a bank what the customer is debited by; it must be verified.
func (d *draft) chooseBank(id tenancy.ID, named InstrumentID) {
	at := slices.IndexFunc(d.c.Banks, func(b Bank) bool { return b.ID == id })
	if !d.c.Banks[at].Verified {
		d.faults.AddValue(named.Field, fault.BadValue, named.Value, "names a bank account that is not verified for debits")
		return
	}
	d.c.SourceBank = id
}
