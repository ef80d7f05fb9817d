package activities_test

import (
	"tenantry/customers/activities"
	"tenantry/internal/testkit"
)

func ledger(h *testkit.Env, id string) activities.ActivityListing {
	h.T.Helper()
	list, err := h.Svc.Activities.Activities(h.T.Context(), h.As(h.Cove), activities.ListActivitiesInput{CustomerID: id})
	testkit.Must(h.T, err)
	return list
}

const debit = `{"type":"debit","amount":"12.5","reference":"r1","occurredAt":"2026-03-01T10:00:00Z"}`
