package testkit

import "tenantry/plans"

func (h *Env) PlanStatus(id string) plans.Status { return h.Svc.View.PlanStatus(h.Record(id)) }
