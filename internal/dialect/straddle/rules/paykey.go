package rules

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/check"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/tenancy"
)

// Paykey is a bank of a customer below the account (Straddle API reference, paykeys). Which
// API added the bank makes no difference.
type Paykey struct {
	Customer tenancy.ID
	Bank     view.BankView
}

// PaykeyInput adds a bank to a customer by its numbers.
type PaykeyInput struct {
	// ID, when not zero, was reserved by an idempotent attempt.
	ID            tenancy.ID
	CustomerID    string
	RoutingNumber patch.Field[string]
	AccountNumber patch.Field[secret.Text]
	AccountType   patch.Field[string] // checking, savings; required
	ExternalID    patch.Field[string]
	Meta          patch.Field[patch.Raw] // as ReviewInput has it
	Processing    patch.Field[string]    // inline, background, skip; no bank is checked
	Outcome       patch.Field[string]    // standard or active: no bank is judged
}

// AddPaykey adds a bank. It returns NotFound, Forbidden, Invalid with every failing field,
// and Conflict invalidResourceState for a customer that was rejected or is inactive.
func (s *Service) AddPaykey(ctx context.Context, caller tenancy.Caller, in PaykeyInput) (Paykey, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return Paykey{}, err
	}
	if isSubject(caller, c) {
		return Paykey{}, fault.NotFoundError()
	}
	if now := status.Of(c); now == status.Rejected || now == status.Inactive {
		return Paykey{}, fault.New(fault.Conflict, fault.CodeResourceState, "a customer that is "+string(now)+" cannot have a new paykey")
	}
	var faults fault.List
	if !in.AccountType.Given() {
		faults.Add("accountType", fault.Missing, "accountType is required; send checking or savings")
	}
	oneOf(&faults, in.AccountType, "accountType", "checking", "savings")
	oneOf(&faults, in.Processing, "processing", "inline", "background", "skip")
	oneOf(&faults, in.Outcome, "outcome", "standard", "active")
	bank := fields.BankInput{
		ID: in.ID, RoutingNumber: in.RoutingNumber, AccountNumber: in.AccountNumber, AccountType: in.AccountType,
		ExternalID: in.ExternalID, Meta: screenedMeta(&faults, nil, in.Meta),
	}
	bank.Reading = faults.Err()
	if !faults.Empty() {
		bank.AccountType = patch.Field[string]{} // told already
	}
	return registry.Shown(ctx, paykeyFor(c.ID), func(ctx context.Context) (view.BankView, error) {
		return s.instruments.AddBank(ctx, caller, in.CustomerID, bank)
	})
}

// paykeyFor returns what makes a paykey of a bank of a customer.
func paykeyFor(customer tenancy.ID) func(view.BankView) (Paykey, error) {
	return func(bank view.BankView) (Paykey, error) { return Paykey{Customer: customer, Bank: bank}, nil }
}

func oneOf(faults *fault.List, field patch.Field[string], path string, words ...string) {
	if field.Given() && !slices.Contains(words, field.Value) {
		faults.AddValue(path, fault.BadValue, field.Value, "must be one of "+strings.Join(words, ", "))
	}
}

// isSubject reports whether a customer is the account itself, which is none of its customers.
func isSubject(caller tenancy.Caller, c *customers.Customer) bool {
	return caller.Subject.Ref() == c.Ref()
}

// Paykey reads a bank of a customer below the account by its id. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Paykey(ctx context.Context, caller tenancy.Caller, id string) (Paykey, error) {
	return s.paykey(ctx, caller, id, tenancy.Read)
}

func (s *Service) paykey(ctx context.Context, caller tenancy.Caller, id string, need tenancy.Scope) (Paykey, error) {
	c, err := s.instruments.CustomerWithBank(ctx, caller, id, need)
	if err != nil {
		return Paykey{}, err
	}
	for _, paykey := range paykeysOf(c) {
		if paykey.Bank.ID == id && !isSubject(caller, c) {
			return paykey, nil
		}
	}
	return Paykey{}, fault.NotFoundError()
}

// CancelPaykey makes a bank inactive, which it may be already; reason is kept in the audit
// trail. It returns NotFound, Forbidden and Invalid.
func (s *Service) CancelPaykey(ctx context.Context, caller tenancy.Caller, id string, reason patch.Field[string]) (Paykey, error) {
	found, err := s.paykey(ctx, caller, id, tenancy.BanksWrite)
	if err != nil {
		return Paykey{}, err
	}
	input := fields.BankInput{Status: patch.Of(view.Inactive)}
	var faults fault.List
	if reason.Given() && check.Text(&faults, reason.Value, "reason", maxReason) {
		input.Reason = reason.Value
	}
	if err := faults.Err(); err != nil {
		return Paykey{}, err
	}
	canceled, err := registry.Shown(ctx, paykeyFor(found.Customer), func(ctx context.Context) (view.BankView, error) {
		return s.instruments.UpdateBank(ctx, caller, found.Customer.String(), id, input)
	})
	if err != nil {
		return found, err
	}
	return canceled, nil
}

func paykeysOf(c *customers.Customer) []Paykey {
	var list []Paykey
	for i := range c.Banks {
		list = append(list, Paykey{Customer: c.ID, Bank: view.ShowBank(&c.Banks[i])})
	}
	return list
}

// maxReason bounds why a paykey is canceled, in characters.
const maxReason = 256

// maxPaykeyCustomers bounds the customers whose banks one list reads.
const maxPaykeyCustomers = 10_000

// PaykeyFilter narrows a list; every member that is not zero must match.
type PaykeyFilter struct {
	CustomerID             string
	Search                 string // contained in bank name, last digits or external id, regardless of case
	CreatedFrom, CreatedTo time.Time
}

// PaykeyOrder is the order of a list: by bank name, else by creation.
type PaykeyOrder struct{ ByBank, Descending bool }

// Paykeys lists the banks of the customers of the account, or of one of them. It reads each
// of these customers, 10000 at most. It returns NotFound, Forbidden insufficientScope, and
// Invalid for more customers.
func (s *Service) Paykeys(ctx context.Context, caller tenancy.Caller, filter PaykeyFilter, order PaykeyOrder) ([]Paykey, error) {
	all, err := s.holders(ctx, caller, filter.CustomerID)
	if err != nil {
		return nil, err
	}
	list := []Paykey{}
	for _, c := range all {
		for _, paykey := range paykeysOf(c) {
			if filter.passes(paykey.Bank) {
				list = append(list, paykey)
			}
		}
	}
	slices.SortStableFunc(list, func(a, b Paykey) int {
		first := 0
		if order.ByBank {
			first = cmp.Compare(customers.Fold(a.Bank.BankName), customers.Fold(b.Bank.BankName))
		}
		first = cmp.Or(first, time.Time(a.Bank.Created).Compare(time.Time(b.Bank.Created)), cmp.Compare(a.Bank.ID, b.Bank.ID))
		if order.Descending {
			return -first
		}
		return first
	})
	return list, nil
}

// holders returns the customers whose banks are listed.
func (s *Service) holders(ctx context.Context, caller tenancy.Caller, id string) ([]*customers.Customer, error) {
	need := tenancy.Need{Scope: tenancy.Read}
	if id != "" {
		c, err := s.registry.Read(ctx, caller, id, need)
		if err != nil {
			return nil, err
		}
		if isSubject(caller, c) {
			return nil, fault.NotFoundError()
		}
		return []*customers.Customer{c}, nil
	}
	subject := registry.Stored(caller.Subject)
	if err := tenancy.Authorize(caller, need, subject); err != nil {
		return nil, err
	}
	query := rows.Query{
		Tenant: rows.TenantScope(subject), Under: subject.ID, Order: rows.Order{By: rows.ByCreated, Ascending: true}, Limit: rows.MaxLimit,
	}
	var all []*customers.Customer
	for {
		page, err := s.store.List(ctx, query)
		if err != nil {
			return nil, rows.StoreFault(err, "listing the banks below "+subject.Ref().String())
		}
		all = append(all, page.Customers...)
		if !page.More || page.End == nil {
			return all, nil
		}
		if len(all) >= maxPaykeyCustomers {
			return nil, fault.New(fault.Invalid, fault.CodeValidation,
				fmt.Sprintf("is required where an account has more than %d customers", maxPaykeyCustomers)).About("customer", fault.TooMany)
		}
		query.After = page.End
	}
}

func (f PaykeyFilter) passes(bank view.BankView) bool {
	created, text := time.Time(bank.Created), customers.Fold(bank.BankName+"\n"+bank.Last4+"\n"+bank.ExternalID+"\n"+bank.ID)
	return strings.Contains(text, customers.Fold(f.Search)) &&
		!created.Before(f.CreatedFrom) && (f.CreatedTo.IsZero() || !created.After(f.CreatedTo))
}
