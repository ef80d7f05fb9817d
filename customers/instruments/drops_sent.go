package instruments

import (
	"context"
	"fmt"
	"strings"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/cursor"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// DueDrops are the micro-deposits to one bank that the operator has yet to send.
type DueDrops struct {
	Object       string     `json:"object"` // drops
	CustomerID   string     `json:"customerId"`
	CustomerName string     `json:"customerName"`
	Bank         DropsBank  `json:"bank"`
	Amounts      []string   `json:"amounts"` // two whole cents
	Currency     string     `json:"currency"`
	Started      view.Stamp `json:"started"`
	// ConfirmBy is when they can no longer be confirmed, unless they are noted as sent:
	// from then on there are 30 days more.
	ConfirmBy view.Stamp `json:"confirmBy"`
}

// DropsBank is where micro-deposits go.
type DropsBank struct {
	ID            string `json:"id"`
	NameOnAccount string `json:"nameOnAccount,omitempty"`
	AccountType   string `json:"accountType,omitempty"`
	RoutingNumber string `json:"routingNumber"`
	// AccountNumber is there in an export alone; Last4 are its last digits.
	AccountNumber string `json:"accountNumber,omitempty"`
	Last4         string `json:"last4"`
	Country       string `json:"country"`
}

// DueDropsInput asks for a page of the micro-deposits that wait to be sent.
type DueDropsInput struct {
	Limit  int
	Cursor string
	// Numbers asks for account numbers in full. Whoever asks has written the export into
	// the trail first.
	Numbers bool
}

// DueDropsListing is a page of micro-deposits, those that wait longest first.
type DueDropsListing struct {
	Drops      []DueDrops
	Limit      int
	NextCursor string
}

// dueDropsLabel binds cursors to this list.
const dueDropsLabel = "drops due"

// DueDrops reads a page of the micro-deposits that the operator has yet to send, in a whole
// installation. A page is of up to Limit customers, of which each has one bank or more. It
// returns Forbidden for everyone but the operator, and Invalid for a limit or a cursor that
// cannot be.
func (s *Service) DueDrops(ctx context.Context, caller tenancy.Caller, in DueDropsInput) (DueDropsListing, error) {
	if err := tenancy.AuthorizeScope(caller, tenancy.Unmask); err != nil {
		return DueDropsListing{}, err
	}
	if !tenancy.IsOperator(caller.Actor) || !tenancy.IsOperator(caller.Subject) {
		return DueDropsListing{}, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator's payout process reads the deposits that are due")
	}
	var faults fault.List
	bounds := rows.Bounds{Limit: in.Limit, Cursor: in.Cursor}
	if bounds.Check(&faults); !faults.Empty() {
		return DueDropsListing{}, faults.Err()
	}
	after := rows.Position{}
	if in.Cursor != "" {
		mark, err := cursor.Open[rows.Bookmark](s.sealer, dueDropsLabel, in.Cursor)
		if err != nil {
			return DueDropsListing{}, err
		}
		after = mark.After
	}
	found, err := s.store.DueDrops(ctx, after, bounds.Limit+1)
	if err != nil {
		return DueDropsListing{}, rows.StoreFault(err, "looking for deposits to send")
	}
	listing := DueDropsListing{Drops: []DueDrops{}, Limit: bounds.Limit}
	if len(found) > bounds.Limit {
		found = found[:bounds.Limit]
		last := found[len(found)-1]
		mark := rows.Bookmark{After: rows.Position{Time: *rows.DropsDue(last), ID: last.ID}}
		if listing.NextCursor, err = cursor.Seal(s.sealer, dueDropsLabel, mark); err != nil {
			return DueDropsListing{}, err
		}
	}
	for _, c := range found {
		for i := range c.Banks {
			if bank := &c.Banks[i]; bank.AwaitsDrops() {
				drops, err := s.dueDrops(c, bank, in.Numbers)
				if err != nil {
					return DueDropsListing{}, err
				}
				listing.Drops = append(listing.Drops, drops)
			}
		}
	}
	return listing, nil
}

func (s *Service) dueDrops(c *customers.Customer, bank *customers.Bank, numbers bool) (DueDrops, error) {
	amounts, err := s.amounts(c, bank)
	if err != nil {
		return DueDrops{}, err
	}
	drops := DueDrops{
		Object: "drops", CustomerID: c.ID.String(), CustomerName: c.Name, Amounts: amounts, Currency: bank.Currency,
		Started: view.Stamp(bank.Drops.Started), ConfirmBy: view.Stamp(fields.DropsEnd(bank.Drops)),
		Bank: DropsBank{
			ID: bank.ID.String(), NameOnAccount: bank.NameOnAccount, AccountType: bank.AccountType,
			RoutingNumber: bank.RoutingNumber, Last4: bank.AccountNumber.Last4, Country: bank.Country,
		},
	}
	if numbers {
		number, err := s.sealer.Unseal(c.Ref(), bank.ID, customers.FieldAccountNumber, bank.AccountNumber.Box)
		if err != nil {
			return DueDrops{}, fmt.Errorf("opening the number of bank %s: %w", bank.ID, err)
		}
		drops.Bank.AccountNumber = number.Reveal()
	}
	return drops, nil
}

// amounts returns the two amounts of a bank's micro-deposits.
func (s *Service) amounts(c *customers.Customer, bank *customers.Bank) ([]string, error) {
	amounts, err := s.sealer.Unseal(c.Ref(), bank.ID, customers.FieldDropAmounts, bank.Drops.Amounts.Box)
	if err != nil {
		return nil, fmt.Errorf("opening the deposits of bank %s: %w", bank.ID, err)
	}
	return strings.Split(amounts.Reveal(), ","), nil
}

// MarkDropsSent notes that the micro-deposits to a bank are on their way; doing it again
// changes nothing. It returns NotFound, also when none were started, Forbidden for everyone
// but the operator, and Payment bankFailure for an inactive bank and one that is verified.
func (s *Service) MarkDropsSent(ctx context.Context, caller tenancy.Caller, id, bankID string) (view.BankView, error) {
	at := registry.At{ID: id, Need: tenancy.Need{Scope: tenancy.BanksWrite, FromAbove: true}}
	if !tenancy.IsOperator(caller.Actor) {
		if _, err := s.registry.Read(ctx, caller, id, at.Need); err != nil {
			return view.BankView{}, err
		}
		return view.BankView{}, fault.New(fault.Forbidden, fault.CodeAccess, "only the operator, who sends the deposits, knows that they are sent")
	}
	return registry.ChangeTo(ctx, s.registry, caller, at, "bank.drops_sent", func(d *registry.Draft) error {
		index, err := bankIndex(d.Customer, bankID)
		if err != nil {
			return err
		}
		found := &d.Customer.Banks[index]
		d.Part = found.ID
		switch {
		case found.Drops == nil:
			return fault.NotFoundError()
		case !found.Active:
			return inactiveBank()
		case found.Verified:
			return verifiedBank()
		case found.Drops.Sent != nil:
			return nil
		}
		drops := *found.Drops
		drops.Sent = new(d.Now)
		found.Drops, found.LastUpdated = &drops, d.Now
		return nil
	}, func(c *customers.Customer) (view.BankView, error) {
		at, err := bankIndex(c, bankID)
		if err != nil {
			return view.BankView{}, err
		}
		return view.ShowBank(&c.Banks[at]), nil
	})
}
