package fields

import (
	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
)

// Plan applies planKey or its deprecated twin planName, which may hold a key or a
// name.
func Plan(d *registry.Draft, in Input, giver *customers.Customer) {
	if !in.PlanKey.Set && !in.PlanName.Set {
		if d.Customer.PlanKey == "" {
			Missing(d, "planKey")
		}
		return
	}
	field, value := "planKey", in.PlanKey.Value
	if !in.PlanKey.Set {
		field, value = "planName", in.PlanName.Value
	}
	if value == "" {
		Missing(d, field)
		return
	}
	if plan, ok := d.SetPlan(field, value, giver); ok && in.PlanKey.Given() && in.PlanName.Given() &&
		in.PlanName.Value != plan.Name && in.PlanName.Value != plan.Key {
		d.Faults.AddValue("planName", fault.BadValue, in.PlanName.Value, "contradicts planKey; send planKey alone")
	}
}
