package customers

import (
	"context"
	"fmt"
	"slices"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// Update changes a customer: members that are sent merge, null clears. Plan,
// status and policies are set from above only. It returns NotFound, Forbidden
// (scope, insufficientResourceAccess, customerLocked), PreconditionFailed,
// Invalid with every failing field and Conflict duplicateValue.
func (s *Service) Update(ctx context.Context, caller tenancy.Caller, in UpdateInput) (*Customer, error) {
	c, err := s.reach(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.CustomersWrite})
	if err != nil {
		return nil, err
	}
	version, err := c.demanded(in.IfVersions)
	if err != nil {
		return nil, err
	}
	return s.changeClaimed(ctx, caller, c, version, func(d *draft) error {
		if s.setsFromAbove(in.Input, d.before) {
			if err := tenancy.Authorize(caller, tenancy.Need{Scope: tenancy.CustomersWrite, FromAbove: true}, d.before); err != nil {
				return err
			}
		}
		d.update(in.Input)
		return nil
	})
}

// setsFromAbove tells whether the input changes what only a customer above c may
// set; clearing all settings clears the policies among them. To send back what c
// has already is no change.
func (s *Service) setsFromAbove(in Input, c *Customer) bool {
	differs := func(field patch.Field[string], current ...string) bool {
		return field.Set && !slices.Contains(current, field.Value)
	}
	return differs(in.PlanKey, c.PlanKey) || differs(in.PlanName, c.PlanKey, s.planOf(c).Name) ||
		differs(in.Status, string(c.Status)) ||
		(in.Settings.Given() && in.Settings.Value.Customers.Set) ||
		(in.Settings.Null && c.Settings != nil && c.Settings.Customers != nil)
}

func (d *draft) update(in Input) {
	unwanted(&d.faults, fault.Immutable, "only for creating a customer; add users with POST …/users",
		sent{"username", in.Username.Set}, sent{"password", in.Password.Set})
	if in.DefaultBank.Null && d.hasDefault() {
		d.faults.Add("defaultBank", fault.BadValue, "make another bank the default one instead, or make this one inactive")
	}
	giver := stored(d.caller.Actor)
	d.apply(in, giver)
	d.defaults(in)
	d.status(in)
	d.review(TriggerUpdate)
}

// status applies a change of status from above: a platform switches active and
// disabled; locking and unlocking are the operator's.
func (d *draft) status(in Input) {
	if !in.Status.Set {
		return
	}
	next := string(d.c.Status)
	d.choice(in.Status, &next, "status", string(StatusCreated), string(StatusActive), string(StatusDisabled), string(StatusLocked))
	if in.Status.Null {
		d.missing("status")
		return
	}
	was := d.c.Status
	d.c.Status = Status(next)
	switch {
	case d.c.Status == was:
		return
	case d.c.Status == StatusCreated:
		d.faults.AddValue("status", fault.BadValue, next, fmt.Sprintf("a customer that is %s cannot become created again", was))
	case d.c.Status == StatusLocked && !tenancy.IsOperator(d.caller.Actor):
		d.faults.AddValue("status", fault.BadValue, next, "only the operator locks a customer; use disabled")
	}
	d.event = "customer.status_changed"
}
