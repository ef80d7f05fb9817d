package rules

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"

	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// Codes of refusals about micro-deposits, which the vendor tells apart.
const (
	CodeDepositsStarted fault.Code = "depositsStarted"
	CodeNoDeposits      fault.Code = "noDeposits"
	CodeBankVerified    fault.Code = "bankVerified"
	CodeWrongAmounts    fault.Code = "wrongAmounts"
	CodeTooManyAttempts fault.Code = "tooManyAttempts"
	textDepositsStarted            = "micro-deposits were started for this bank already"
	textNoDeposits                 = "no micro-deposits were started for this bank, or they are too old"
	textTooMany                    = "too many wrong amounts were sent; remove the bank and add it again"
	textVerified                   = "the bank is verified already"
)

// Failed reports whether too many wrong amounts ended the proof of the bank.
func (f FundingSource) Failed() bool { return f.Bank.DropsFailed() }

// depositable returns the refusal of deposits for a bank that needs or takes none.
func (f FundingSource) depositable() error {
	switch {
	case f.Failed():
		return fault.New(fault.Conflict, CodeTooManyAttempts, textTooMany)
	case !f.Bank.Active:
		return fault.New(fault.Conflict, fault.CodeResourceState, "a bank that was removed cannot be changed")
	case f.Bank.Verified:
		return fault.New(fault.Conflict, CodeBankVerified, textVerified)
	default:
		return nil
	}
}

// Deposits returns a bank with the micro-deposits that were started for it. It returns
// NotFound, Forbidden insufficientScope, and Conflict noDeposits.
func (s *Service) Deposits(ctx context.Context, caller tenancy.Caller, id string) (FundingSource, error) {
	found, err := s.FundingSource(ctx, caller, id)
	if err == nil && found.Deposits == nil {
		err = fault.New(fault.Conflict, CodeNoDeposits, textNoDeposits)
	}
	return found, err
}

// repeated reports whether an earlier try of the caller's attempt changed the customer.
func (f FundingSource) repeated(caller tenancy.Caller) bool {
	return f.Customer.AttemptedBy(caller.Attempt.ID) > 0
}

// StartDeposits starts the micro-deposits that prove a bank. It returns NotFound, Forbidden,
// and Conflict for a bank that has some, or needs or takes none. A repeated try of the same
// attempt is answered as the first.
func (s *Service) StartDeposits(ctx context.Context, caller tenancy.Caller, id string) error {
	found, err := s.find(ctx, caller, id, tenancy.BanksWrite)
	if err == nil && !found.repeated(caller) {
		err = found.depositable()
		if err == nil && found.Deposits != nil {
			err = fault.New(fault.Conflict, CodeDepositsStarted, textDepositsStarted)
		}
	}
	if err == nil {
		_, err = registry.Shown(ctx, done, func(ctx context.Context) (view.BankView, error) {
			return s.instruments.StartDrops(ctx, caller, found.Customer.ID.String(), id)
		})
	}
	return err
}

// AmountInput is an amount of money.
type AmountInput struct {
	Value    patch.Field[string] `json:"value"` // dollars, such as 0.03
	Currency patch.Field[string] `json:"currency"`
}

// DepositsInput confirms micro-deposits.
type DepositsInput struct {
	ID string
	// Reading is what reading the request found faulty, as CustomerInput has it.
	Reading       error
	First, Second patch.Field[AmountInput] // amount1, amount2
	Attempt       tenancy.ID
}

// ConfirmDeposits proves a bank by the two amounts, in any order. It returns NotFound,
// Forbidden, Invalid with every failing field, and Conflict: noDeposits, bankVerified,
// wrongAmounts, and tooManyAttempts, which the third wrong try leads to.
func (s *Service) ConfirmDeposits(ctx context.Context, caller tenancy.Caller, in DepositsInput) error {
	found, err := s.find(ctx, caller, in.ID, tenancy.BanksWrite)
	if err != nil {
		return err
	}
	var faults fault.List
	faults.Include(in.Reading)
	first, second := centsOf(in.First, &faults, "amount1"), centsOf(in.Second, &faults, "amount2")
	if err := faults.Err(); err != nil {
		return err
	}
	guess := instruments.ConfirmDropsInput{Attempt: in.Attempt, Amounts: patch.Of(s.guess(first, second))}
	_, err = registry.Shown(ctx, done, func(ctx context.Context) (view.BankView, error) {
		return s.instruments.ConfirmDrops(ctx, caller, found.Customer.ID.String(), in.ID, guess)
	})
	if err != nil {
		return s.depositsRefused(ctx, caller, found, err)
	}
	return nil
}

// done shows nothing of a bank.
func done(view.BankView) (registry.Done, error) { return registry.Done{}, nil }

var dollars = regexp.MustCompile(`^([0-9]{1,9})(?:\.([0-9]{1,2}))?$`)

// centsOf reads an amount below one dollar.
func centsOf(field patch.Field[AmountInput], faults *fault.List, path string) int {
	in := field.Value
	if !field.Given() {
		missing(faults, path)
		return 0
	}
	if in.Currency.Given() && in.Currency.Value != "USD" {
		faults.AddValue(path+".currency", fault.BadValue, in.Currency.Value, "must be USD")
	}
	if blank(in.Value) || !in.Value.Set {
		missing(faults, path+".value")
		return 0
	}
	parts := dollars.FindStringSubmatch(in.Value.Value)
	if parts == nil {
		faults.Add(path+".value", fault.BadFormat, "must be an amount in dollars such as 0.03, as a string")
		return 0
	}
	cents, _ := strconv.Atoi(parts[1] + (parts[2] + "00")[:2]) // digits, and few
	if cents < 1 || cents > 99 {
		faults.Add(path+".value", fault.BadValue, "must be 0.01 to 0.99")
	}
	return cents
}

// guess returns the amounts as they are confirmed. In a sandbox, where nothing was sent, any
// two below ten cents are right, but for 0.09 twice.
func (s *Service) guess(first, second int) []string {
	if s.mode == keys.Test && max(first, second) < 10 && min(first, second) < 9 {
		return strings.Split(fields.SandboxDrops, ",")
	}
	return []string{strconv.Itoa(first), strconv.Itoa(second)}
}

// depositsRefused returns what a refused confirmation means at the vendor; found is the
// bank before it.
func (s *Service) depositsRefused(ctx context.Context, caller tenancy.Caller, found FundingSource, err error) error {
	told, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok || (told.Kind != fault.PaymentRequired && told.Kind != fault.Conflict && told.Kind != fault.Invalid):
		return err
	case told.Recorded:
		wrong := fault.New(fault.Conflict, CodeWrongAmounts, "the amounts do not match").About("amount1", fault.BadValue)
		if now, err := s.find(ctx, caller, found.Bank.ID.String(), tenancy.BanksWrite); err == nil && now.Failed() {
			wrong = fault.New(fault.Conflict, CodeTooManyAttempts, textTooMany)
		}
		wrong.Recorded = true
		return wrong
	case found.depositable() != nil:
		return found.depositable()
	case found.Deposits == nil:
		return fault.New(fault.Conflict, CodeNoDeposits, textNoDeposits)
	default:
		return err
	}
}
