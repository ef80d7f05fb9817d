package customers

import (
	"context"
	"reflect"
	"slices"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Banks lists the banks of a customer in the order they were added. It returns
// NotFound and Forbidden insufficientScope.
func (s *Service) Banks(ctx context.Context, caller tenancy.Caller, id string) ([]BankView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return nil, err
	}
	list := make([]BankView, 0, len(c.Banks))
	for i := range c.Banks {
		list = append(list, bankView(&c.Banks[i]))
	}
	return list, nil
}

// Bank reads one bank. It returns NotFound and Forbidden insufficientScope.
func (s *Service) Bank(ctx context.Context, caller tenancy.Caller, id, bankID string) (BankView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return BankView{}, err
	}
	at, err := bankIndex(c, bankID)
	if err != nil {
		return BankView{}, err
	}
	return bankView(&c.Banks[at]), nil
}

// AddBank adds a bank, given in full or as a single-use token. It returns
// NotFound, Forbidden (scope, customerDisabled, customerLocked), Invalid with
// every failing field and Conflict for a token that was used. A bank that an
// earlier try of the same attempt added is given as it is.
func (s *Service) AddBank(ctx context.Context, caller tenancy.Caller, id string, in BankInput) (BankView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return BankView{}, err
	}
	if bank, added := c.bankWith(in.ID); added {
		return bankView(bank), nil
	}
	var token *openedToken
	if in.Token.Given() {
		if err := in.besideToken(); err != nil {
			return BankView{}, err
		}
		if token, err = s.takeToken(ctx, c, in.Token.Value, tokenBank, in.ID); err != nil {
			return BankView{}, err
		}
		in = token.bank(in)
	}
	var added tenancy.ID
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}
	c, err = s.Change(ctx, caller, at, "bank.created", func(d *draft) error {
		if bank, mine := d.c.bankWith(in.ID); mine {
			added = bank.ID
			return nil
		}
		if err := d.active(); err != nil {
			return err
		}
		if at := d.addBank(in, ""); at >= 0 {
			added = d.c.Banks[at].ID
			if token != nil {
				d.c.Banks[at].Token = token.ID
			}
		}
		return nil
	})
	if err != nil {
		return BankView{}, s.returnToken(ctx, token, err)
	}
	s.spendToken(ctx, token)
	return bankOf(c, added), nil
}

// UpdateBank changes a bank's details. The account itself never changes: add a
// new bank instead. It returns NotFound, Forbidden and Invalid.
func (s *Service) UpdateBank(ctx context.Context, caller tenancy.Caller, id, bankID string, in BankInput) (BankView, error) {
	return s.changeBank(ctx, caller, id, bankID, "bank.updated", func(d *draft, bank *Bank) error {
		unwanted(&d.faults, fault.Immutable, "the account of a bank never changes; add a new bank instead",
			append([]sent{{"token", in.Token.Set}}, in.account()...)...)
		before := *bank
		d.bankDetails(in, bank, "")
		status := bankStatus(bank)
		d.choice(in.Status, &status, "status", statusActive, statusInactive)
		if status == statusInactive && bank.Active {
			d.deactivateBank(bank)
		} else if status == statusActive {
			d.reactivateBank(bank)
		}
		if in.IsDefault.Set {
			d.setDefault(bank, in.IsDefault.Or(false))
		}
		if !sameBank(before, *bank) {
			bank.LastUpdated = d.now
		}
		return nil
	})
}

// SetDefaultBank makes a bank the default one; the former default loses the mark
// in the same write. It returns NotFound, Forbidden and Conflict for an inactive bank.
func (s *Service) SetDefaultBank(ctx context.Context, caller tenancy.Caller, id, bankID string) (BankView, error) {
	return s.changeBank(ctx, caller, id, bankID, "bank.updated", func(d *draft, bank *Bank) error {
		if !bank.Active {
			return inactiveBank()
		}
		d.setDefault(bank, true)
		return nil
	})
}

// changeBank changes one bank of a customer; act gets it inside the draft.
func (s *Service) changeBank(ctx context.Context, caller tenancy.Caller, id, bankID, event string, act func(*draft, *Bank) error) (BankView, error) {
	c, err := s.reach(ctx, caller, id, tenancy.Need{Scope: tenancy.BanksWrite})
	if err != nil {
		return BankView{}, err
	}
	at, err := bankIndex(c, bankID)
	if err != nil {
		return BankView{}, err
	}
	changed := c.Banks[at].ID
	c, err = s.Change(ctx, caller, At{Customer: c, Need: tenancy.Need{Scope: tenancy.BanksWrite}}, event, func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		at, err := bankIndex(d.c, bankID)
		if err != nil {
			return err
		}
		return act(d, &d.c.Banks[at])
	})
	if err != nil {
		return BankView{}, err
	}
	return bankOf(c, changed), nil
}

func inactiveBank() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this bank is inactive; add it anew, or make it active again")
}

func (d *draft) setDefault(bank *Bank, wanted bool) {
	at := slices.IndexFunc(d.c.Banks, func(b Bank) bool { return b.ID == bank.ID })
	switch {
	case wanted && !bank.Active:
		d.faults.Add("isDefault", fault.BadValue, "an inactive bank cannot be the default one")
	case wanted:
		d.makeDefault(at)
	case bank.IsDefault:
		d.faults.Add("isDefault", fault.BadValue, "make another bank the default one instead")
	}
}

// deactivateBank switches a bank off. Another active one, the oldest, becomes
// the default if it was.
func (d *draft) deactivateBank(bank *Bank) {
	bank.Active = false
	if !bank.IsDefault {
		return
	}
	if at := slices.IndexFunc(d.c.Banks, func(b Bank) bool { return b.Active }); at >= 0 {
		d.makeDefault(at)
	}
}

// reactivateBank switches a bank on again, unless wrong confirmations ended it.
func (d *draft) reactivateBank(bank *Bank) {
	if bank.Drops != nil && bank.Drops.Failures >= maxDropFailures {
		d.faults.Add("status", fault.BadValue, "too many wrong confirmations ended this bank; add it anew")
		return
	}
	if !bank.Active && !d.roomForBank("status") {
		return
	}
	bank.Active = true
	if !d.hasDefault() {
		d.setDefault(bank, true)
	}
}

// bankWith finds the bank of that id; the zero id names none.
func (c *Customer) bankWith(id tenancy.ID) (bank *Bank, found bool) {
	for i := range c.Banks {
		if c.Banks[i].ID == id && !id.IsZero() {
			return &c.Banks[i], true
		}
	}
	return nil, false
}

func bankIndex(c *Customer, bankID string) (int, error) {
	id, err := tenancy.ParseID(bankID)
	if err != nil {
		return 0, fault.NotFoundError()
	}
	at := slices.IndexFunc(c.Banks, func(b Bank) bool { return b.ID == id })
	if at < 0 {
		return 0, fault.NotFoundError()
	}
	return at, nil
}

func bankOf(c *Customer, id tenancy.ID) BankView {
	at := slices.IndexFunc(c.Banks, func(b Bank) bool { return b.ID == id })
	return bankView(&c.Banks[at])
}

// sameBank tells whether nothing but the stamps differs.
func sameBank(a, b Bank) bool {
	a.LastUpdated = b.LastUpdated
	return reflect.DeepEqual(a, b)
}
