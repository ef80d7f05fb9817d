package registry

import (
	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Active returns Forbidden when the customer is not active.
func (d *Draft) Active() error { return CheckActive(d.Customer.Status) }

// CheckActive returns Forbidden for every status but active.
func CheckActive(status customers.Status) error {
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
