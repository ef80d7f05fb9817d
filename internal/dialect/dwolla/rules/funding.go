package rules

import (
	"context"
	"errors"
	"slices"
	"strings"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/dialect/dwolla/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

const (
	maxFundingName = 50
	generalLedger  = "general-ledger"
	loan           = "loan"
)

// accountTypes are the vendor's words for the type of a bank account, with ours.
var accountTypes = map[string]string{"checking": "checking", "savings": "savings", generalLedger: "generalLedger", loan: "loan"}

// AccountType returns the type of a bank account in the vendor's words.
func AccountType(bank *customers.Bank) string {
	for theirs, ours := range accountTypes {
		if ours == bank.AccountType {
			return theirs
		}
	}
	return bank.AccountType
}

var fundingName = textRule{limit: maxFundingName}

// FundingSource is a bank of a customer (Dwolla API reference, funding sources).
type FundingSource struct {
	Customer *customers.Customer
	Bank     *customers.Bank
	// Deposits are its micro-deposits, unless they are too old to be confirmed; nil for none.
	Deposits *customers.Drops
}

// FundingSourceInput adds a bank to a customer, or changes one.
type FundingSourceInput struct {
	// Reading is what reading the request found faulty, as CustomerInput has it.
	Reading error
	// ID is the bank that changes, CustomerID the customer that gets a new one.
	ID, CustomerID string
	// Attempt, when not zero, is the id that an idempotent attempt reserved for a new one.
	Attempt tenancy.ID

	Name          patch.Field[string]      // nickname: 1 to 50 characters
	AccountType   patch.Field[string]      // accountType, in the vendor's words
	RoutingNumber patch.Field[string]      // routingNumber
	AccountNumber patch.Field[secret.Text] // accountNumber: 4 to 17 digits
	Removed       patch.Field[bool]        // change only: true
	// Unoffered are the members that ask for what there is none of here.
	Unoffered []string
}

// FundingSources returns the banks of a customer, removed ones among them or not.
func (s *Service) FundingSources(c *customers.Customer, removed bool) []FundingSource {
	var list []FundingSource
	for i := range c.Banks {
		if bank := &c.Banks[i]; bank.Active || removed {
			list = append(list, s.fundingSource(c, bank))
		}
	}
	return list
}

func (s *Service) fundingSource(c *customers.Customer, bank *customers.Bank) FundingSource {
	found := FundingSource{Customer: c, Bank: bank}
	if bank.Drops != nil && (bank.Verified || s.registry.Now().Before(fields.DropsEnd(bank.Drops))) {
		found.Deposits = bank.Drops
	}
	return found
}

// FundingSource reads a bank within the caller's reach. It returns NotFound and Forbidden
// insufficientScope.
func (s *Service) FundingSource(ctx context.Context, caller tenancy.Caller, id string) (FundingSource, error) {
	return s.find(ctx, caller, id, tenancy.Read)
}

// find is FundingSource for whatever a caller must be allowed to do.
func (s *Service) find(ctx context.Context, caller tenancy.Caller, id string, need tenancy.Scope) (FundingSource, error) {
	c, err := s.instruments.CustomerWithBank(ctx, caller, id, need)
	if err != nil {
		return FundingSource{}, err
	}
	return s.sourceOf(c, id), nil
}

// sourceOf returns a bank of a customer, which has it.
func (s *Service) sourceOf(c *customers.Customer, id string) FundingSource {
	at := slices.IndexFunc(c.Banks, func(b customers.Bank) bool { return b.ID.String() == id })
	return s.fundingSource(c, &c.Banks[at])
}

// AddFundingSource adds a bank and returns its id. It returns NotFound, Forbidden, Invalid
// with every failing field, Conflict duplicateResource with the bank that is the same
// account, and Conflict maximumNumberOfResources.
func (s *Service) AddFundingSource(ctx context.Context, caller tenancy.Caller, in FundingSourceInput) (string, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return "", err
	}
	bank := in.bank(c)
	bank.ID, bank.Unique = in.Attempt, true
	added, err := registry.Shown(ctx, func(added view.BankView) (string, error) { return added.ID, nil },
		func(ctx context.Context) (view.BankView, error) {
			return s.instruments.AddBank(ctx, caller, in.CustomerID, bank)
		})
	if isTooMany(err) {
		err = fault.New(fault.Conflict, fault.CodeTooManyResources, "the customer has the maximum number of banks; remove one first")
	}
	return added, err
}

// isTooMany reports whether the only fault is that the customer has no room for a bank.
func isTooMany(err error) bool {
	found, ok := errors.AsType[*fault.Error](err)
	return ok && found.Kind == fault.Invalid && len(found.More) == 0 && found.Detail == fault.TooMany
}

// bank returns the input of a new bank, with what the vendor's rules find faulty.
func (in *FundingSourceInput) bank(c *customers.Customer) fields.BankInput {
	var faults fault.List
	faults.Include(in.Reading)
	next := fields.BankInput{RoutingNumber: in.RoutingNumber, AccountNumber: in.AccountNumber}
	for _, name := range in.Unoffered {
		faults.Add(name, fault.NotAllowed, "is not offered here; give the routing and account number of a bank")
	}
	next.Nickname = in.nickname(&faults)
	if blank(in.AccountType) || !in.AccountType.Set {
		missing(&faults, "accountType")
	} else {
		next.AccountType = in.accountType(&faults, c)
	}
	if in.RoutingNumber.Given() && !isIssued(in.RoutingNumber.Value) {
		faults.AddValue("routingNumber", fault.BadFormat, in.RoutingNumber.Value, "must be the nine digits of a routing number, which begin with 01 to 12 or 21 to 32")
		next.RoutingNumber = patch.Field[string]{}
	}
	if in.AccountNumber.Given() && !check.IsDigits(in.AccountNumber.Value.Reveal(), 4, 17) {
		faults.Add("accountNumber", fault.BadFormat, "must be 4 to 17 digits")
		next.AccountNumber = patch.Field[secret.Text]{}
	}
	next.Reading = faults.Err()
	return next
}

func missing(faults *fault.List, path string) {
	if !faults.Has(path) {
		faults.Add(path, fault.Missing, path+" is required; send it")
	}
}

// nickname reads the name, which every bank has.
func (in *FundingSourceInput) nickname(faults *fault.List) patch.Field[string] {
	if blank(in.Name) || !in.Name.Set {
		missing(faults, "nickname")
		return patch.Field[string]{}
	}
	if !fundingName.holds(faults, in.Name.Value, "nickname") {
		return patch.Field[string]{}
	}
	return in.Name
}

// accountType reads the type of an account. Loans are for customers that are verified, and
// general ledgers for businesses among them.
func (in *FundingSourceInput) accountType(faults *fault.List, c *customers.Customer) patch.Field[string] {
	const path = "accountType"
	word := in.AccountType.Value
	ours, known := accountTypes[word]
	verified := status.Of(c) == status.Verified
	switch {
	case !known:
		faults.AddValue(path, fault.BadValue, word, "must be one of checking, savings, general-ledger, loan")
		return patch.Field[string]{}
	case word == loan && !verified, word == generalLedger && (!verified || status.EnrollmentTypeOf(c) != customers.EnrollmentBusiness):
		faults.AddValue(path, fault.NotAllowed, word, "is not for a customer of this type and status")
	}
	return patch.Of(ours)
}

// isIssued reports whether a text begins as routing numbers of the US do that were given
// to banks. Its check digit is the record's rule.
func isIssued(number string) bool {
	if !check.IsDigits(number, 9, 9) {
		return false
	}
	district := number[:2]
	return (district >= "01" && district <= "12") || (district >= "21" && district <= "32")
}

// ChangeFundingSource renames a bank or removes it for good. It returns NotFound,
// Forbidden, Invalid with every failing field, and Conflict resourceState for a bank that
// was removed.
func (s *Service) ChangeFundingSource(ctx context.Context, caller tenancy.Caller, in FundingSourceInput) (FundingSource, error) {
	found, err := s.find(ctx, caller, in.ID, tenancy.BanksWrite)
	if err != nil {
		return FundingSource{}, err
	}
	next, err := in.change(found.Bank)
	if err != nil {
		return FundingSource{}, err
	}
	if !found.Bank.Active && !next.Status.Set {
		return FundingSource{}, fault.New(fault.Conflict, fault.CodeResourceState, "a bank that was removed cannot be changed")
	}
	return instruments.UpdateBankTo(ctx, s.instruments, caller, found.Customer.ID.String(), in.ID, next, func(c *customers.Customer) (FundingSource, error) {
		return s.sourceOf(c, in.ID), nil
	})
}

// change returns the input of a change. What names the account may be sent as it is.
func (in *FundingSourceInput) change(bank *customers.Bank) (fields.BankInput, error) {
	var faults fault.List
	faults.Include(in.Reading)
	if in.Removed.Set {
		if !in.Removed.Or(false) {
			faults.Add("removed", fault.BadValue, "must be true: a removed bank does not come back; add it again")
		}
		return fields.BankInput{Status: patch.Of(view.Inactive)}, faults.Err()
	}
	next := fields.BankInput{Nickname: in.nickname(&faults)}
	const fixed = "names the account, which never changes; remove this bank and add another one"
	if in.RoutingNumber.Set && in.RoutingNumber.Value != bank.RoutingNumber {
		faults.Add("routingNumber", fault.Immutable, fixed)
	}
	if in.AccountNumber.Set {
		faults.Add("accountNumber", fault.Immutable, fixed)
	}
	if in.AccountType.Set && in.AccountType.Value != AccountType(bank) {
		faults.Add("accountType", fault.Immutable, fixed)
	}
	return next, faults.Err()
}

// Name returns what the vendor's clients call a bank, which always has a name there.
func (f FundingSource) Name() string {
	for _, name := range []string{f.Bank.Nickname, f.Bank.NameOnAccount} {
		if name != "" {
			return name
		}
	}
	return strings.TrimSpace(f.Bank.BankName + " " + f.Bank.AccountNumber.Last4)
}
