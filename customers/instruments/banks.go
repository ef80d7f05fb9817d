package instruments

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Banks lists the banks of a customer in the order they were added. It returns
// NotFound and Forbidden insufficientScope.
func (s *Service) Banks(ctx context.Context, caller tenancy.Caller, id string) ([]view.BankView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]view.BankView, 0, len(c.Banks))
	for i := range c.Banks {
		list = append(list, view.ShowBank(&c.Banks[i]))
	}
	return list, nil
}

// Bank reads one bank. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Bank(ctx context.Context, caller tenancy.Caller, id, bankID string) (view.BankView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return view.BankView{}, err
	}
	at, err := bankIndex(c, bankID)
	if err != nil {
		return view.BankView{}, err
	}
	return view.ShowBank(&c.Banks[at]), nil
}

// CustomerWithBank reads the customer within the caller's reach that has a bank of that
// id, which some dialects show as a resource of its own. It returns NotFound, in the same
// words for what is out of reach, and Forbidden insufficientScope without need.
func (s *Service) CustomerWithBank(ctx context.Context, caller tenancy.Caller, bankID string, need tenancy.Scope) (*customers.Customer, error) {
	c, err := registry.ReadWithPart(ctx, s.store, caller, bankID, tenancy.Need{Scope: need})
	if err != nil {
		return nil, err
	}
	if _, err := bankIndex(c, bankID); err != nil {
		return nil, err
	}
	return c, nil
}

// AddBank adds a bank, given in full or as a single-use token. It returns NotFound,
// Forbidden (scope, customerDisabled, customerLocked), Invalid with every failing field
// and Conflict for a token that was used, or duplicateResource for a bank that is to be
// Unique and is not. A bank that an earlier try of the same attempt
// added is returned as it is.
func (s *Service) AddBank(ctx context.Context, caller tenancy.Caller, id string, in fields.BankInput) (view.BankView, error) {
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return view.BankView{}, err
	}
	if bank, added := bankWith(c, in.ID); added {
		return view.ShowBank(bank), nil
	}
	var token *openedToken
	if in.Token.Given() {
		if err := besideToken(in); err != nil {
			return view.BankView{}, err
		}
		if token, err = s.takeToken(ctx, c, in.Token.Value, tokenBank, in.ID); err != nil {
			return view.BankView{}, err
		}
		in = token.bank(in)
	}
	var added tenancy.ID
	at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}, Replays: true}
	shown, err := registry.ChangeTo(ctx, s.registry, caller, at, "bank.created", func(d *registry.Draft) error {
		if bank, mine := bankWith(d.Customer, in.ID); mine {
			added = bank.ID
			return nil
		}
		if err := d.Active(); err != nil {
			return err
		}
		if at := fields.AddBank(d, in, ""); at >= 0 {
			bank := &d.Customer.Banks[at]
			if same := fields.SameAccount(d, bank); in.Unique && same != nil {
				return sameBank(same)
			}
			added = bank.ID
			if token != nil {
				bank.Token = token.ID
				registry.Rely(d, token.reservation, usedToken())
			}
		}
		return nil
	}, func(c *customers.Customer) (view.BankView, error) { return bankOf(c, added), nil })
	if err != nil {
		return view.BankView{}, s.returnToken(ctx, token, err)
	}
	s.spendToken(ctx, token)
	return shown, nil
}

// UpdateBank changes a bank's details. The account itself never changes: add a
// new bank instead. It returns NotFound, Forbidden and Invalid.
func (s *Service) UpdateBank(ctx context.Context, caller tenancy.Caller, id, bankID string, in fields.BankInput) (view.BankView, error) {
	return s.changeBank(ctx, caller, id, bankID, eventBankUpdated, updateBank(in))
}

// UpdateBankTo is UpdateBank for a use case that returns what show makes of the customer
// whose bank was changed.
func UpdateBankTo[T any](ctx context.Context, s *Service, caller tenancy.Caller, id, bankID string, in fields.BankInput, show func(*customers.Customer) (T, error)) (T, error) {
	return changeBankTo(ctx, s, caller, id, bankID, eventBankUpdated, updateBank(in), show)
}

// updateBank returns the change of a bank's details.
func updateBank(in fields.BankInput) func(*registry.Draft, *customers.Bank) error {
	return func(d *registry.Draft, bank *customers.Bank) error {
		fields.Unwanted(&d.Faults, fault.Immutable, "the account of a bank never changes; add a new bank instead",
			append([]fields.Sent{{Path: "token", There: in.Token.Set}}, in.Account()...)...)
		before := *bank
		d.Reason = in.Reason
		fields.BankDetails(d, in, bank, "")
		status := view.BankStatus(bank)
		fields.Choice(d, in.Status, &status, "status", view.Active, view.Inactive)
		if status == view.Inactive && bank.Active {
			deactivateBank(d, bank)
		} else if status == view.Active {
			reactivateBank(d, bank)
		}
		if in.IsDefault.Set {
			setDefault(d, bank, in.IsDefault.Or(false))
		}
		if !fields.SameBank(before, *bank) {
			bank.LastUpdated = d.Now
		}
		return nil
	}
}

// SetDefaultBank makes a bank the default one; the former default loses the mark
// in the same write. It returns NotFound, Forbidden and Conflict for an inactive bank.
func (s *Service) SetDefaultBank(ctx context.Context, caller tenancy.Caller, id, bankID string) (view.BankView, error) {
	return s.changeBank(ctx, caller, id, bankID, eventBankUpdated, func(d *registry.Draft, bank *customers.Bank) error {
		if !bank.Active {
			return inactiveBank()
		}
		setDefault(d, bank, true)
		return nil
	})
}

// eventBankUpdated is the event of a bank whose details changed.
const eventBankUpdated = "bank.updated"

// changeBank changes one bank of a customer and shows it; act gets it inside the draft.
func (s *Service) changeBank(ctx context.Context, caller tenancy.Caller, id, bankID, event string, act func(*registry.Draft, *customers.Bank) error) (view.BankView, error) {
	return changeBankTo(ctx, s, caller, id, bankID, event, act, func(c *customers.Customer) (view.BankView, error) {
		at, err := bankIndex(c, bankID)
		if err != nil {
			return view.BankView{}, err
		}
		return bankOf(c, c.Banks[at].ID), nil
	})
}

func changeBankTo[T any](ctx context.Context, s *Service, caller tenancy.Caller, id, bankID, event string, act func(*registry.Draft, *customers.Bank) error, show func(*customers.Customer) (T, error)) (T, error) {
	var none T
	c, err := s.registry.Read(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return none, err
	}
	if _, err := bankIndex(c, bankID); err != nil {
		return none, err
	}
	// A confirmation knows its own tries, of which a wrong one is refused again.
	where := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}, Replays: event == bankVerified}
	return registry.ChangeTo(ctx, s.registry, caller, where, event, func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		at, err := bankIndex(d.Customer, bankID)
		if err != nil {
			return err
		}
		return act(d, &d.Customer.Banks[at])
	}, show)
}

// sameBank returns the refusal of an account that is there already, with the id of its bank.
func sameBank(bank *customers.Bank) error {
	refused := fault.New(fault.Conflict, fault.CodeDuplicateResource, "the customer has this account already")
	refused.Value = bank.ID.String()
	return refused
}

func inactiveBank() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this bank is inactive; make it active, or add it again")
}

func setDefault(d *registry.Draft, bank *customers.Bank, wanted bool) {
	at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.ID == bank.ID })
	switch {
	case wanted && !bank.Active:
		d.Faults.Add("isDefault", fault.BadValue, "an inactive bank cannot be the default")
	case wanted:
		fields.MakeDefault(d, at)
	case bank.IsDefault:
		d.Faults.Add("isDefault", fault.BadValue, "make another bank the default instead")
	}
}

// deactivateBank switches a bank off. Another active one, the oldest, becomes
// the default if it was.
func deactivateBank(d *registry.Draft, bank *customers.Bank) {
	bank.Active = false
	if !bank.IsDefault {
		return
	}
	if at := slices.IndexFunc(d.Customer.Banks, func(b customers.Bank) bool { return b.Active }); at >= 0 {
		fields.MakeDefault(d, at)
	}
}

// reactivateBank switches a bank on again, unless wrong confirmations ended it.
func reactivateBank(d *registry.Draft, bank *customers.Bank) {
	if bank.DropsFailed() {
		d.Faults.Add("status", fault.BadValue, "this bank was made inactive after too many wrong confirmations; add it again")
		return
	}
	if !bank.Active && !fields.RoomForBank(d, "status") {
		return
	}
	bank.Active = true
	if !fields.HasDefault(d) {
		setDefault(d, bank, true)
	}
}

// bankWith finds the bank of that id; the zero id names none.
func bankWith(c *customers.Customer, id tenancy.ID) (bank *customers.Bank, found bool) {
	for i := range c.Banks {
		if c.Banks[i].ID == id && !id.IsZero() {
			return &c.Banks[i], true
		}
	}
	return nil, false
}

func bankIndex(c *customers.Customer, bankID string) (int, error) {
	id, err := tenancy.ParseID(bankID)
	if err != nil {
		return 0, fault.NotFoundError()
	}
	at := slices.IndexFunc(c.Banks, func(b customers.Bank) bool { return b.ID == id })
	if at < 0 {
		return 0, fault.NotFoundError()
	}
	return at, nil
}

func bankOf(c *customers.Customer, id tenancy.ID) view.BankView {
	at := slices.IndexFunc(c.Banks, func(b customers.Bank) bool { return b.ID == id })
	return view.ShowBank(&c.Banks[at])
}
