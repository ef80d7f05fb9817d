package instruments

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// StartDrops starts the two micro-deposits that prove a bank. Doing it again
// while they wait for confirmation changes nothing. It returns NotFound,
// Forbidden, Conflict for an inactive bank and Payment bankFailure for one that
// is verified already.
func (s *Service) StartDrops(ctx context.Context, caller tenancy.Caller, id, bankID string) (view.BankView, error) {
	return s.changeBank(ctx, caller, id, bankID, fields.EventDropsStarted, func(d *registry.Draft, bank *customers.Bank) error {
		switch {
		case !bank.Active:
			return inactiveBank()
		case bank.Verified:
			return verifiedBank()
		}
		fields.StartDrops(d, bank)
		return nil
	})
}

// bankVerified is the event of deposits that were confirmed.
const bankVerified = "bank.verified"

// ConfirmDrops proves a bank by the two amounts, in any order. It returns Invalid for
// amounts that are not two strings of whole cents, or when no deposits were started;
// Payment bankFailure for wrong ones (the third time makes the bank inactive), for old
// deposits and for a bank that is verified. A repeated try of the same attempt is
// answered as the first and not counted.
func (s *Service) ConfirmDrops(ctx context.Context, caller tenancy.Caller, id, bankID string, in ConfirmDropsInput) (view.BankView, error) {
	guess, err := parseAmounts(in)
	if err != nil {
		return view.BankView{}, err
	}
	return s.changeBank(ctx, caller, id, bankID, bankVerified, func(d *registry.Draft, bank *customers.Bank) error {
		if decided(bank.Drops, d, in.Attempt) {
			return nil
		}
		switch {
		case !bank.Active:
			return inactiveBank()
		case bank.Verified:
			return verifiedBank()
		case bank.Drops == nil:
			return fault.New(fault.Invalid, fault.CodeValidation, "start the deposits first with POST …/drops").About("amounts", fault.BadValue)
		case bank.DropsFailed(): // of a dialect in which the bank stays usable
			return fault.New(fault.PaymentRequired, fault.CodeBankFailure, "these deposits ended after too many wrong confirmations; start new ones")
		case !d.Now.Before(fields.DropsEnd(bank.Drops)):
			return fault.New(fault.PaymentRequired, fault.CodeBankFailure, "these deposits are older than 30 days; start new ones")
		}
		amounts, err := s.sealer.Unseal(d.Customer.Ref(), bank.ID, customers.FieldDropAmounts, bank.Drops.Amounts.Box)
		if err != nil {
			return fmt.Errorf("opening the deposits: %w", err)
		}
		bank.LastUpdated = d.Now
		if amounts.Equal(secret.New(guess)) {
			drops := *bank.Drops
			drops.Confirmed = in.Attempt
			bank.Drops, bank.Verified = &drops, true
			return nil
		}
		wrongAmounts(d, bank, in.Attempt)
		return nil
	})
}

// decided reports whether an earlier try of the attempt confirmed these deposits or was
// refused, and answers the same again.
func decided(drops *customers.Drops, d *registry.Draft, attempt tenancy.ID) bool {
	switch {
	case drops == nil || attempt.IsZero():
		return false
	case slices.Contains(drops.Refused, attempt):
		d.Refusal = refusal(drops)
		return true
	default:
		return drops.Confirmed == attempt
	}
}

// refusal returns the error for wrong amounts, with how many tries are left.
func refusal(drops *customers.Drops) *fault.Error {
	text := "the amounts do not match; the bank is now inactive, add it again"
	switch left := drops.TriesLeft(); {
	case left == 1:
		text = "the amounts do not match; 1 attempt is left"
	case left > 1:
		text = fmt.Sprintf("the amounts do not match; %d attempts are left", left)
	}
	return fault.New(fault.PaymentRequired, fault.CodeBankFailure, text)
}

func verifiedBank() error {
	return fault.New(fault.PaymentRequired, fault.CodeBankFailure, "this bank is verified already")
}

// wrongAmounts counts a wrong confirmation; the change is written although the
// call is refused.
func wrongAmounts(d *registry.Draft, bank *customers.Bank, attempt tenancy.ID) {
	drops := *bank.Drops
	drops.Failures++
	if !attempt.IsZero() {
		drops.Refused = append(slices.Clone(drops.Refused), attempt)
	}
	bank.Drops = &drops
	d.Event = "bank.verification_failed"
	if drops.TriesLeft() == 0 {
		deactivateBank(d, bank)
	}
	d.Refusal = refusal(&drops)
}

// DropAmounts returns the two amounts that the operator's payout process must send. It
// returns NotFound, also when no deposits were started, and Forbidden for everyone but
// the operator.
func (s *Service) DropAmounts(ctx context.Context, caller tenancy.Caller, id, bankID string) ([]string, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Unmask, FromAbove: true})
	if err != nil {
		return nil, err
	}
	if !tenancy.IsOperator(caller.Actor) {
		return nil, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator's payout process reads the amounts")
	}
	at, err := bankIndex(c, bankID)
	if err != nil {
		return nil, err
	}
	if c.Banks[at].Drops == nil {
		return nil, fault.NotFoundError()
	}
	return s.amounts(c, &c.Banks[at])
}

// parseAmounts returns the guess in the form in which amounts are stored.
func parseAmounts(in ConfirmDropsInput) (string, error) {
	var faults fault.List
	list := in.Amounts.Value
	if len(list) != 2 || slices.ContainsFunc(list, func(text string) bool { return !check.IsDigits(text, 1, 2) }) {
		faults.Add("amounts", fault.BadValue, `must be two whole cents as strings, such as ["32", "45"]`)
		return "", faults.Err()
	}
	a, _ := strconv.Atoi(list[0]) // the form was checked above
	b, _ := strconv.Atoi(list[1])
	return fields.JoinCents(min(a, b), max(a, b)), nil
}
