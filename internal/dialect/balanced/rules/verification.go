package rules

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/keys"
	"tenantry/tenancy"
)

// The states of a Verification.
const (
	VerificationPending  = "pending"
	VerificationVerified = "verified"
	VerificationFailed   = "failed"
)

// Verification is the proof of a bank account by two deposits whose amounts its holder
// tells (Balanced API, bank account verifications).
type Verification struct {
	ID    tenancy.ID
	State string
	// Attempts counts confirmations, right and wrong; Remaining are left.
	Attempts, Remaining int
}

// Account is what flat dialects show of a bank beside its representation.
type Account struct {
	// Number has an x in the place of every character but the last four, or the last two of
	// a short one.
	Number string
	// Verification is the newest one, nil if there is none.
	Verification *Verification
}

// Account returns what is shown of the bank of an instrument. It returns internal errors
// only.
func (s *Service) Account(i Instrument) (Account, error) {
	number := i.number
	if i.Customer != nil {
		var err error
		if number, err = s.view.Open(i.Customer, i.bank.ID, customers.FieldAccountNumber, &i.bank.AccountNumber); err != nil {
			return Account{}, err
		}
	}
	last4 := i.bank.AccountNumber.Last4
	return Account{
		Number:       strings.Repeat("x", max(len(number.Reveal())-len(last4), 0)) + last4,
		Verification: verificationOf(i.bank, s.registry.Now()),
	}, nil
}

// verificationOf returns the newest verification of a bank, nil if there is none.
func verificationOf(bank *customers.Bank, now time.Time) *Verification {
	if bank.Drops == nil {
		return nil
	}
	shown := Verification{ID: verificationID(bank), State: VerificationFailed, Attempts: bank.Drops.Failures, Remaining: bank.Drops.TriesLeft()}
	switch {
	case bank.Verified:
		shown.State = VerificationVerified
		shown.Attempts, shown.Remaining = shown.Attempts+1, max(shown.Remaining-1, 0)
	case bank.Active && fields.DropsWait(bank, now):
		shown.State = VerificationPending
	}
	return &shown
}

// verificationID returns the id of the newest verification of a bank: it follows from the
// bank and from when the deposits began, so that none is stored.
func verificationID(bank *customers.Bank) tenancy.ID {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(bank.ID[:], uint64(bank.Drops.Started.UnixMilli())))
	return tenancy.ID(sum[:len(tenancy.ID{})])
}

// StartVerification starts the two deposits that prove a bank: of the named customer, or,
// when that is empty, of whoever has it. One that no customer has is proven in a sandbox
// only, because nobody learns what to pay. It returns NotFound, Forbidden, and Conflict
// instrumentNotValid or bankFailure: Duplicate while a verification is pending or behind
// one that was right, Missing for a bank of nobody.
func (s *Service) StartVerification(ctx context.Context, caller tenancy.Caller, customerID, id string) (Instrument, error) {
	return s.verify(ctx, caller, customerID, id, "bank.drops_started", func(d *registry.Draft, bank *customers.Bank) error {
		switch {
		case !bank.Active:
			return invalidInstrument("bank_account")
		case bank.Verified, fields.DropsWait(bank, d.Now):
			return unverified(fault.Duplicate, "this bank account has a verification already")
		}
		bank.Drops = nil // one that failed ends
		if d.Customer != nil {
			fields.StartDrops(d, bank)
		} else {
			bank.Drops, bank.LastUpdated = &customers.Drops{Started: d.Now}, d.Now
		}
		return nil
	})
}

// ConfirmVerification proves a bank by two amounts in cents, in any order; in a sandbox 1
// and 1 are right too. Wrong ones are counted, and the third fails the verification. It
// returns what StartVerification does, and Conflict bankFailure: BadValue for wrong
// amounts, Immutable for a verification that is not pending.
func (s *Service) ConfirmVerification(ctx context.Context, caller tenancy.Caller, customerID, id, verification string, a, b int) (Instrument, error) {
	guess := fields.JoinCents(min(a, b), max(a, b))
	return s.verify(ctx, caller, customerID, id, "bank.verified", func(d *registry.Draft, bank *customers.Bank) error {
		switch now := verificationOf(bank, d.Now); {
		case now == nil || now.ID.String() != verification:
			return fault.NotFoundError()
		case !bank.Active:
			return invalidInstrument("bank_account")
		case now.State != VerificationPending:
			return unverified(fault.Immutable, "this verification is not pending any more")
		}
		amounts := secret.New(fields.SandboxDrops)
		if d.Customer != nil {
			var err error
			amounts, err = s.sealer.Unseal(d.Customer.Ref(), bank.ID, customers.FieldDropAmounts, bank.Drops.Amounts.Box)
			if err != nil {
				return fmt.Errorf("opening the deposits: %w", err)
			}
		}
		bank.LastUpdated = d.Now
		if amounts.Equal(secret.New(guess)) || (s.mode == keys.Test && a == 1 && b == 1) {
			bank.Verified = true
			return nil
		}
		drops := *bank.Drops
		drops.Failures++
		bank.Drops, d.Event = &drops, "bank.verification_failed"
		d.Refusal = unverified(fault.BadValue, "the amounts do not match")
		return nil
	})
}

func unverified(why fault.Detail, text string) *fault.Error {
	return fault.New(fault.Conflict, fault.CodeBankFailure, text).About("", why)
}

// verify changes what proves a bank, wherever the bank is; the draft of one that waits has
// no customer.
func (s *Service) verify(ctx context.Context, caller tenancy.Caller, customerID, text, event string, act func(*registry.Draft, *customers.Bank) error) (Instrument, error) {
	need := tenancy.Need{Scope: tenancy.BanksWrite}
	if customerID == "" {
		found, claim, err := s.findInstrument(ctx, caller, text, need.Scope)
		if err != nil {
			return Instrument{}, err
		}
		if found.Customer == nil {
			return s.verifyWaiting(ctx, claim, text, act)
		}
		customerID = found.Customer.ID.String()
	}
	c, err := s.registry.Read(ctx, caller, customerID, need)
	if err != nil {
		return Instrument{}, err
	}
	id, err := tenancy.ParseID(text)
	if err != nil {
		return Instrument{}, fault.NotFoundError()
	}
	c, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: need}, event, func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.ID == id })
		if at < 0 {
			return fault.NotFoundError()
		}
		return act(d, &d.Customer.Banks[at])
	})
	if err != nil {
		return Instrument{}, err
	}
	shown, _ := instrumentOf(c, id)
	return shown, nil
}

// verifyWaiting is verify for a bank that waits for a customer.
func (s *Service) verifyWaiting(ctx context.Context, claim rows.Reservation, text string, act func(*registry.Draft, *customers.Bank) error) (Instrument, error) {
	if s.mode != keys.Test {
		return Instrument{}, unverified(fault.Missing, "this bank account belongs to no customer; deposits prove it once one has it")
	}
	id, _ := tenancy.ParseID(text) // found by it
	box, err := s.openInstrument(claim, id)
	if err != nil {
		return Instrument{}, err
	}
	if box.Bank == nil {
		return Instrument{}, fault.NotFoundError()
	}
	d := s.registry.Probe(tenancy.Caller{}, nil)
	if err := act(d, &box.Bank.Bank); err != nil {
		return Instrument{}, err
	}
	if err := s.rewrite(ctx, d, claim, box); err != nil {
		return Instrument{}, err
	}
	if d.Refusal != nil {
		return Instrument{}, d.Refusal
	}
	return instrument(box), nil
}
