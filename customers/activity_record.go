package customers

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// activityRecorded is the type of the event that tells of a reported activity.
const activityRecorded = "activity.recorded"

// maxAmountDigits is how many digits an amount has before its point.
const maxAmountDigits = 12

// RecordActivity notes what a platform's own ledger did with a customer, once per
// reference; fresh tells that this call noted it. A customer with an activity cannot
// be deleted. It returns NotFound, Forbidden, Invalid with every failing field, and
// Conflict for a reference that stands for another activity.
//
// The activity travels in the customer's document, by the write that counts it, and
// is put into its own place afterwards: by this call, or, when it is interrupted, by
// the next report or the relay of the event that tells of it. So none is counted
// twice or lost.
func (s *Service) RecordActivity(ctx context.Context, caller tenancy.Caller, customerID string, in ActivityInput) (a Activity, fresh bool, err error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return Activity{}, false, err
	}
	wanted, err := s.readActivity(caller, c, in)
	if err != nil {
		return Activity{}, false, err
	}
	var earlier *Activity
	at := At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	_, err = s.Change(ctx, caller, at, activityRecorded, func(d *draft) error {
		if earlier, err = s.earlierActivity(ctx, d.c, wanted.Reference); err != nil || earlier != nil {
			return err
		}
		d.c.LastActivity, d.c.ActivityCount = &wanted, d.c.ActivityCount+1
		return nil
	})
	if err != nil {
		return Activity{}, false, err
	}
	if earlier != nil {
		return *earlier, false, wanted.contradicts(*earlier, in.OccurredAt.Given())
	}
	if err := s.store.PutActivity(ctx, wanted); err != nil {
		return Activity{}, false, storeFault(err, "storing an activity")
	}
	return wanted, true, nil
}

// earlierActivity gives the activity that has the reference already, nil for none.
// The newest one of the customer is in its own place afterwards.
func (s *Service) earlierActivity(ctx context.Context, c *Customer, reference string) (*Activity, error) {
	if last := c.LastActivity; last != nil {
		if err := s.store.PutActivity(ctx, *last); err != nil {
			return nil, storeFault(err, "storing the activity before")
		}
		if last.Reference == reference {
			return last, nil
		}
	}
	found, err := s.store.ActivityOf(ctx, c.Ref(), reference)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, storeFault(err, "looking for an activity")
	}
	return &found, nil
}

// contradicts refuses a reference that stands for another activity.
func (a Activity) contradicts(earlier Activity, timed bool) error {
	if a.Type == earlier.Type && a.Amount == earlier.Amount && a.Currency == earlier.Currency &&
		(!timed || a.Occurred.Equal(earlier.Occurred)) {
		return nil
	}
	return fault.New(fault.Conflict, fault.CodeConflict, "this reference stands for another activity of the customer; use a new one").
		About("reference", fault.Duplicate)
}

// readActivity reads an activity that was reported.
func (s *Service) readActivity(caller tenancy.Caller, c *Customer, in ActivityInput) (Activity, error) {
	d := s.Probe(caller, nil)
	a := Activity{
		ID: d.newID(), Customer: c.Ref(), Currency: "USD", Occurred: d.now, Created: d.now,
		Actor: caller.Actor.Ref().ID, Credential: caller.Credential.ID,
	}
	kind := ""
	if !in.Type.Given() {
		d.missing("type")
	}
	d.choice(in.Type, &kind, "type", string(ActivityHold), string(ActivityCredit), string(ActivityDebit), string(ActivityRefund))
	a.Type = ActivityType(kind)
	d.required(in.Reference, &a.Reference, "reference", 255)
	if in.Currency.Given() {
		d.choice(in.Currency, &a.Currency, "currency", "USD", "CAD")
	}
	cents, ok := check.Hundredths(string(in.Amount.Value), maxAmountDigits)
	switch {
	case !in.Amount.Given():
		d.missing("amount")
	case !ok || cents == 0:
		d.faults.AddValue("amount", fault.BadValue, string(in.Amount.Value), "must be an amount above 0, with at most two decimals")
	default:
		a.Amount = cents
	}
	if in.OccurredAt.Given() {
		at, err := time.Parse(time.RFC3339, in.OccurredAt.Value)
		if err != nil || at.After(d.now) || at.Year() < 1970 {
			d.faults.AddValue("occurredAt", fault.BadValue, in.OccurredAt.Value, "must be a time such as 2016-02-03T04:05:06Z, and not in the future")
		}
		a.Occurred = at.UTC().Truncate(time.Millisecond)
	}
	return a, d.err()
}

func amountText(cents int64) string { return fmt.Sprintf("%d.%02d", cents/100, cents%100) }
