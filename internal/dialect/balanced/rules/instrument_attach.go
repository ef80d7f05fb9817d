package rules

import (
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// attach adds instruments that were taken to the draft. A card becomes what the
// customer is debited by, a bank where it is credited.
func attach(d *registry.Draft, taken []takenInstrument) {
	for _, one := range taken {
		if one.claim.Key != "" {
			registry.Rely(d, one.claim, instrumentTaken(one.path))
		}
		switch {
		case one.box.Card != nil:
			attachCard(d, one)
		case one.box.Bank != nil:
			attachBank(d, one)
		default:
			prefer(d, one.box.ID)
		}
	}
}

func attachCard(d *registry.Draft, one takenInstrument) {
	if len(d.Customer.Cards) >= instruments.MaxCards {
		d.Faults.Add(one.path, fault.TooMany, fmt.Sprintf("would exceed the limit of %d cards; delete one that you do not use first", instruments.MaxCards))
		return
	}
	card := *one.box.Card
	card.Fingerprint = fields.NewestFingerprint(d, card.Fingerprint)
	card.Token, card.IsDefault, card.LastUpdated = card.ID, false, d.Now
	d.Customer.Cards = append(d.Customer.Cards, card)
	prefer(d, card.ID)
}

func attachBank(d *registry.Draft, one takenInstrument) {
	if len(d.Customer.Banks) >= fields.MaxBanks {
		d.Faults.Add(one.path, fault.TooMany, fmt.Sprintf("would exceed the limit of %d bank accounts; delete one that you do not use first", fields.MaxBanks))
		return
	}
	bank := one.box.Bank.Bank
	bank.Token, bank.IsDefault, bank.LastUpdated = bank.ID, false, d.Now
	fields.SealAccount(d, secret.New(one.box.Bank.AccountNumber), &bank)
	switch {
	case bank.Drops == nil:
	case d.Mode() == keys.Test:
		drops := *bank.Drops
		drops.Amounts = fields.SealDrops(d, bank.ID)
		bank.Drops = &drops
	default: // it was proven in a sandbox, which ended
		bank.Drops, bank.Verified = nil, false
	}
	d.Customer.Banks = append(d.Customer.Banks, bank)
	prefer(d, bank.ID)
}

// prefer makes a usable card the source, or a usable bank the destination.
func prefer(d *registry.Draft, id tenancy.ID) {
	if at := slices.IndexFunc(d.Customer.Cards, func(c customers.Card) bool { return c.ID == id && c.Active }); at >= 0 {
		instruments.MakeDefaultCard(d, at)
		d.Customer.SourceBank = tenancy.ID{}
	}
	if at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.ID == id && b.Active }); at >= 0 {
		fields.MakeDefault(d, at)
	}
}

// choose applies the choice of source and destination among what the customer has.
// What names nothing of it changes nothing.
func choose(d *registry.Draft, in Attachments) {
	if id, err := tenancy.ParseID(in.Source.ID); in.Source.Given && err == nil {
		if valid, isBank := holdsInstrument(d.Customer, id, true); isBank && valid {
			chooseBank(d, id, in.Source)
		} else {
			prefer(d, id)
		}
	}
	if id, err := tenancy.ParseID(in.Destination.ID); in.Destination.Given && err == nil {
		if valid, isBank := holdsInstrument(d.Customer, id, true); isBank && valid {
			prefer(d, id)
		}
	}
}

// chooseBank makes a bank what the customer is debited by; it must be verified.
func chooseBank(d *registry.Draft, id tenancy.ID, named InstrumentID) {
	at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.ID == id })
	if !d.Customer.Banks[at].Verified {
		d.Faults.AddValue(named.Field, fault.BadValue, named.Value, "names a bank account that is not verified for debits")
		return
	}
	d.Customer.SourceBank = id
}
