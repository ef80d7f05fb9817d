package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/turnover"
	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Recorded is an activity that was reported, as a context of registry.Keeping keeps it; Fresh
// reports whether the request noted it.
type Recorded struct {
	Activity customers.Activity
	Fresh    bool
}

// activityRecorded is the type of the event of a reported activity.
const activityRecorded = "activity.recorded"

// maxAmountDigits is how many digits an amount has before its point.
const maxAmountDigits = 12

// RecordActivity notes what a platform's own ledger did with a customer, once per
// reference; fresh reports whether this call, or an earlier try of its attempt, noted it. A customer with an activity cannot
// be deleted. It returns NotFound, Forbidden, Invalid with every failing field, and
// Conflict for a reference that stands for another activity.
//
// The activity travels in the customer's document, by the write that counts it, and
// is put into its own place afterwards: by this call, or, when it is interrupted, by
// the next report or the relay of its event. So none is counted
// twice or lost.
func (s *Service) RecordActivity(ctx context.Context, caller tenancy.Caller, customerID string, in ActivityInput) (a customers.Activity, fresh bool, err error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return customers.Activity{}, false, err
	}
	wanted, err := s.readActivity(caller, c, in)
	if err != nil {
		return customers.Activity{}, false, err
	}
	var earlier *customers.Activity
	at := registry.At{
		Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}, Replays: true,
		Keep: registry.Keeps(ctx, func(registry.Created) (Recorded, error) { return Recorded{Activity: wanted, Fresh: true}, nil }),
	}
	mine := false
	_, err = s.registry.Change(ctx, caller, at, activityRecorded, func(d *registry.Draft) error {
		if earlier, err = s.earlierActivity(ctx, d.Customer, wanted.Reference); err != nil || earlier != nil {
			mine = registry.Resumes(caller, d.Before)
			return err
		}
		if err := s.count(ctx, d, wanted); err != nil {
			return err
		}
		d.Customer.LastActivity, d.Customer.ActivityCount = &wanted, d.Customer.ActivityCount+1
		return nil
	})
	if err != nil {
		return customers.Activity{}, false, err
	}
	if earlier != nil {
		return *earlier, mine, contradicts(wanted, *earlier, in.OccurredAt.Given())
	}
	if err := s.store.PutActivity(ctx, wanted); err != nil {
		return customers.Activity{}, false, rows.StoreFault(err, "storing an activity")
	}
	return wanted, true, nil
}

// count adds an activity to the ledger of its customer, if it is a payment.
func (s *Service) count(ctx context.Context, d *registry.Draft, a customers.Activity) error {
	ledger, err := s.ledger(ctx, d.Customer)
	if err != nil {
		return err
	}
	if last := d.Customer.LastActivity; last != nil { // thresholds that the configuration has learned since
		ledger = ledger.Watching(s.thresholds, last.Created)
	}
	if payment, is := paymentOf(a); is {
		ledger = ledger.With(payment, s.thresholds, d.Now)
	}
	d.Customer.Ledger = ledger
	return nil
}

// paymentOf returns an activity as a payment, if it is one: a credit or a debit.
func paymentOf(a customers.Activity) (turnover.Payment, bool) {
	is := a.Type == customers.ActivityCredit || a.Type == customers.ActivityDebit
	return turnover.Payment{Occurred: a.Occurred, Currency: a.Currency, Amount: a.Amount}, is
}

// ledger returns what the activities of a customer add up to. That of a record from before
// there were ledgers is made of the activities of the last twelve months, which have all
// their places.
func (s *Service) ledger(ctx context.Context, c *customers.Customer) (*turnover.Ledger, error) {
	if c.Ledger != nil {
		return c.Ledger, nil
	}
	ledger, now := &turnover.Ledger{}, s.registry.Now()
	if c.ActivityCount == 0 {
		return ledger, nil
	}
	q := rows.ActivityQuery{Customer: c.Ref(), From: now.AddDate(-1, 0, 0), Ascending: true, Limit: ledgerBatch}
	for {
		page, err := s.store.Activities(ctx, q)
		if err != nil {
			return nil, rows.StoreFault(err, "adding up the activities of customer "+c.Ref().String())
		}
		for _, a := range page.Activities {
			if payment, is := paymentOf(a); is {
				ledger = ledger.With(payment, nil, now)
			}
		}
		if len(page.Activities) < ledgerBatch {
			return ledger, nil
		}
		last := page.Activities[len(page.Activities)-1]
		q.After = &rows.Position{Time: last.Occurred, ID: last.ID}
	}
}

// ledgerBatch is how many activities are added up at a time.
const ledgerBatch = 100

// earlierActivity returns the activity that has the reference already, or nil. The
// newest one of the customer is in its own place afterwards.
func (s *Service) earlierActivity(ctx context.Context, c *customers.Customer, reference string) (*customers.Activity, error) {
	if last := c.LastActivity; last != nil {
		if err := s.store.PutActivity(ctx, *last); err != nil {
			return nil, rows.StoreFault(err, "storing the activity before")
		}
		if last.Reference == reference {
			return last, nil
		}
	}
	found, err := s.store.ActivityOf(ctx, c.Ref(), reference)
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, rows.StoreFault(err, "looking for an activity")
	}
	return &found, nil
}

// contradicts refuses a reference that stands for another activity.
func contradicts(a, earlier customers.Activity, timed bool) error {
	if a.Type == earlier.Type && a.Amount == earlier.Amount && a.Currency == earlier.Currency &&
		(!timed || a.Occurred.Equal(earlier.Occurred)) {
		return nil
	}
	return fault.New(fault.Conflict, fault.CodeConflict, "this reference was used for another activity of this customer; use a new one").
		About("reference", fault.Duplicate)
}

// readActivity reads an activity that was reported.
func (s *Service) readActivity(caller tenancy.Caller, c *customers.Customer, in ActivityInput) (customers.Activity, error) {
	d := s.registry.Probe(caller, nil)
	a := customers.Activity{
		ID: d.NewID(), Customer: c.Ref(), Currency: "USD", Occurred: d.Now, Created: d.Now,
		Actor: caller.Actor.Ref().ID, Credential: caller.Credential.ID,
	}
	kind := ""
	if !in.Type.Given() {
		fields.Missing(d, "type")
	}
	fields.Choice(d, in.Type, &kind, "type", string(customers.ActivityHold), string(customers.ActivityCredit), string(customers.ActivityDebit), string(customers.ActivityRefund))
	a.Type = customers.ActivityType(kind)
	fields.Required(d, in.Reference, &a.Reference, "reference", 255)
	if in.Currency.Given() {
		fields.Choice(d, in.Currency, &a.Currency, "currency", "USD", "CAD")
	}
	cents, ok := check.Hundredths(string(in.Amount.Value), maxAmountDigits)
	switch {
	case !in.Amount.Given():
		fields.Missing(d, "amount")
	case !ok || cents == 0:
		d.Faults.AddValue("amount", fault.BadValue, string(in.Amount.Value), "must be an amount above 0, with at most two decimals")
	default:
		a.Amount = cents
	}
	if in.OccurredAt.Given() {
		at, err := time.Parse(time.RFC3339, in.OccurredAt.Value)
		if err != nil || at.After(d.Now) || at.Year() < 1970 {
			d.Faults.AddValue("occurredAt", fault.BadValue, in.OccurredAt.Value, "must be a time such as 2016-02-03T04:05:06Z, and not in the future")
		}
		a.Occurred = at.UTC().Truncate(time.Millisecond)
	}
	return a, d.Err()
}

func amountText(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
