package rules

import (
	"encoding/json"
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// instrumentLife is how long an instrument waits for a customer.
const instrumentLife = 30 * 24 * time.Hour

// Instrument is a card or a bank that a platform gave before it said whose it is
// (Balanced API, cards and bank accounts). It keeps its id when a customer gets it,
// which happens once.
type Instrument struct {
	// Card or Bank, never both.
	Card *view.CardView
	Bank *view.BankView
	// Address is the billing address of a card, in the members of CustomerInput.
	Address map[string]string
	// Bare reports that a bank was made at an address that names no marketplace.
	Bare bool
	// Customer is whose it is; nil while it waits for one.
	Customer *customers.Customer

	bank *customers.Bank
	// number is that of a bank that waits; the record has the others.
	number secret.Text
}

// InstrumentInput is a card or a bank as flat dialects send it: exactly one. Faults name
// its members below Path.
type InstrumentInput struct {
	// Card without address and meta; Bank without address, meta and token.
	Card *instruments.CardInput
	Bank *fields.BankInput
	// Address is loose, as in CustomerInput; Meta holds texts.
	Address patch.Field[map[string]string]
	Meta    patch.Field[patch.Raw]
	// Invalid makes it of no use from the start.
	Invalid bool
	// Bare says of a bank that it is made at an address that names no marketplace.
	Bare bool
	Path string
}

// Attachments are instruments that a customer gets together with a change of it.
type Attachments struct {
	// Cards and Banks name instruments that wait, by id.
	CardID, BankID InstrumentID
	// Card and Bank are given in full.
	Card, Bank *InstrumentInput
	// Source and Destination choose among what the customer has. One that names
	// nothing of it changes nothing, because clients send back what they read earlier.
	Source, Destination InstrumentID
}

// InstrumentID names an instrument; the zero value names none.
type InstrumentID struct {
	// Given is true if one was sent; ID is empty when it cannot name any.
	Given bool
	ID    string
	// Field is what faults call it, Value what was sent.
	Field, Value string
}

func (a Attachments) empty() bool {
	return !a.CardID.Given && !a.BankID.Given && a.Card == nil && a.Bank == nil && !a.Source.Given && !a.Destination.Given
}

// need is what a change with attachments demands of its caller.
func (a Attachments) need() tenancy.Need {
	need := tenancy.Need{Scope: tenancy.CustomersWrite}
	if !a.empty() {
		need.Scope |= tenancy.BanksWrite
	}
	return need
}

// instrumentLabel binds the sealed text of an instrument to its place.
const instrumentLabel = "instrument"

func instrumentKey(id tenancy.ID) string { return "instrument:" + id.String() }

// sealInstrument returns what is kept of an instrument that waits: no card number or
// security code, and the account number of a bank only in here, encrypted.
func (s *Service) sealInstrument(box instruments.Box) ([]byte, error) {
	plain, err := json.Marshal(box)
	if err != nil {
		return nil, fmt.Errorf("writing an instrument: %w", err)
	}
	sealed, err := s.sealer.SealBox(nil, instrumentLabel+":"+box.ID.String(), plain)
	if err != nil {
		return nil, fmt.Errorf("sealing an instrument: %w", err)
	}
	return sealed, nil
}

func (s *Service) openInstrument(claim rows.Reservation, id tenancy.ID) (box instruments.Box, err error) {
	plain, err := s.sealer.OpenBox(nil, instrumentLabel+":"+id.String(), claim.Request)
	if err == nil {
		err = json.Unmarshal(plain, &box)
	}
	if err != nil {
		return instruments.Box{}, fmt.Errorf("opening an instrument: %w", err)
	}
	return box, nil
}

// later returns a time of taking that tells this taking from the one before.
func later(now, before time.Time) time.Time {
	if now.After(before) {
		return now
	}
	return before.Add(time.Millisecond)
}
