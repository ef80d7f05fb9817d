package testkit

import (
	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/tenancy"
)

func (h *Env) Happened(caller tenancy.Caller, id, body string) (customers.Activity, bool, error) {
	h.T.Helper()
	return h.Svc.Activities.RecordActivity(h.T.Context(), caller, id, Input[activities.ActivityInput](h.T, body))
}

func (h *Env) Ledger(id string) activities.ActivityListing {
	h.T.Helper()
	list, err := h.Svc.Activities.Activities(h.T.Context(), h.As(h.Cove), activities.ListActivitiesInput{CustomerID: id})
	Must(h.T, err)
	return list
}

const Debit = `{"type":"debit","amount":"12.5","reference":"r1","occurredAt":"2026-03-01T10:00:00Z"}`
