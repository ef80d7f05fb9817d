package registry

import (
	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/plans"
)

// SetPlan sets the plan of the draft by its key, or by its name where the field is
// planName. A plan that the giver may not hand out is refused in the same words as one
// that does not exist.
func (d *Draft) SetPlan(field, value string, giver *customers.Customer) (plan plans.Plan, ok bool) {
	plan, ok = d.registry.catalog.Get(value)
	if !ok && field == "planName" {
		plan, ok = d.registry.catalog.ByName(value)
	}
	if !ok || (plan.Key != d.Customer.PlanKey && (giver == nil || !d.registry.catalog.MayHandOut(giver.PlanKey, plan.Key))) {
		d.Faults.AddValue(field, fault.BadValue, value, "is not a plan that you can hand out; GET /v3/plans lists those")
		return plan, false
	}
	d.Customer.PlanKey = plan.Key
	return plan, true
}
