package lifecycle

import (
	"tenantry/customers/registry"
	"tenantry/plans"
	"tenantry/tenancy"
)

// PlanView shows a plan of the catalog.
type PlanView struct {
	Key      string               `json:"key"`
	Object   string               `json:"object"` // plan
	Name     string               `json:"name"`
	Features []plans.Feature      `json:"features"`
	Requires []plans.Verification `json:"requires"`
	// Quotas are the limits of what a customer of the plan may have.
	Quotas plans.Quotas `json:"quotas,omitzero"`
}

// Plans returns the plans that the caller's subject may hand out. It returns Forbidden
// insufficientScope.
func (s *Service) Plans(caller tenancy.Caller) ([]PlanView, error) {
	if err := tenancy.AuthorizeScope(caller, tenancy.Read); err != nil {
		return nil, err
	}
	list := []PlanView{}
	for _, plan := range s.catalog.AvailableTo(registry.Stored(caller.Subject).PlanKey) {
		view := PlanView{Key: plan.Key, Object: "plan", Name: plan.Name, Features: plan.Features, Requires: plan.Requires, Quotas: plan.Quotas}
		if view.Features == nil {
			view.Features = []plans.Feature{}
		}
		if view.Requires == nil {
			view.Requires = []plans.Verification{}
		}
		list = append(list, view)
	}
	return list, nil
}
