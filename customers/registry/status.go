package registry

import (
	"context"
	"slices"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// MayAct returns Forbidden customerDisabled, customerLocked or customerNotActive unless c
// and all customers above it are active. It is asked once for the signer of each request
// and for whatever is done in the name of a customer without one.
func (s *Registry) MayAct(ctx context.Context, c *customers.Customer) error {
	return s.mayAct(ctx, c, nil)
}

// mayAct is MayAct on behalf of an actor that was found to act already, so that only
// those between it and c are asked about; nil for no such actor.
func (s *Registry) mayAct(ctx context.Context, c *customers.Customer, actor tenancy.Principal) error {
	if err := checkActive(c.Status); err != nil {
		return err
	}
	// Nobody is above the operator to switch it off.
	above := c.Path[min(1, len(c.Path)):]
	if actor != nil {
		if actor.Ref() == c.Ref() {
			return nil
		}
		above = c.Path[max(slices.Index(c.Path, actor.Ref().ID)+1, min(1, len(c.Path))):]
	}
	if len(above) == 0 {
		return nil
	}
	status, err := s.store.FirstInactive(ctx, c.Tenant, above)
	if err != nil {
		return rows.StoreFault(err, "asking whether a customer above is switched off")
	}
	switch status {
	case customers.StatusActive:
		return nil
	case customers.StatusDisabled:
		return fault.New(fault.Forbidden, fault.CodeCustomerDisabled, "the account above this customer is disabled; this one acts again once that one is active")
	case customers.StatusLocked:
		return fault.New(fault.Forbidden, fault.CodeCustomerLocked, "the account above this customer is locked; only the operator can change that")
	default:
		return fault.New(fault.Forbidden, fault.CodeCustomerNotActive, "the account above this customer is not active yet")
	}
}

// Active returns Forbidden unless the customer, and all between it and the actor, are
// active.
func (d *Draft) Active() error {
	if d.active != nil {
		return d.active(d.Customer)
	}
	return checkActive(d.Customer.Status)
}

// checkActive returns Forbidden for every status but active.
func checkActive(status customers.Status) error {
	switch status {
	case customers.StatusActive:
		return nil
	case customers.StatusDisabled:
		return fault.New(fault.Forbidden, fault.CodeCustomerDisabled, "this customer is disabled; the platform above can set its status to active")
	case customers.StatusLocked:
		return fault.New(fault.Forbidden, fault.CodeCustomerLocked, "this customer is locked; only the operator can change that")
	default:
		return fault.New(fault.Forbidden, fault.CodeCustomerNotActive, "this customer is not active yet")
	}
}

// changeable returns Forbidden for a locked customer, unless the operator changes it.
func changeable(caller tenancy.Caller, c *customers.Customer) error {
	if c.Status == customers.StatusLocked && !tenancy.IsOperator(caller.Actor) {
		return fault.New(fault.Forbidden, fault.CodeCustomerLocked, "this customer is locked; only the operator can change it")
	}
	return nil
}

// MayDecide returns Forbidden unless the actor may decide identity: the operator always,
// an account below it if its settings say so, or in a sandbox, if they do not speak.
func (d *Draft) MayDecide() error {
	actor := Stored(d.Caller.Actor)
	if tenancy.IsOperator(actor) || actor.Settings.DecidesIdentity(d.Mode() == keys.Test) {
		return nil
	}
	return fault.New(fault.Forbidden, fault.CodeAccess,
		"the operator decides identity here; it can let your account do so by settings.customers.identityDecidedBy")
}
