package activities_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/activities"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// An activity is noted once per reference, whoever repeats it; the same reference for
// something else is refused.
func TestAnActivityIsNotedOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	first, fresh, err := h.Happened(h.As(h.Cove), shop.ID, debit)
	if testkit.Must(t, err); !fresh || first.Amount != 1250 || first.Currency != "USD" {
		t.Fatalf("noted %+v, fresh: %t", first, fresh)
	}
	version := h.Record(shop.ID).Version
	again, fresh, err := h.Happened(h.As(shop), "", debit)
	if testkit.Must(t, err); fresh || again.ID != first.ID || h.Record(shop.ID).Version != version {
		t.Errorf("it was noted again")
	}
	for _, other := range []string{
		`{"type":"hold","amount":"12.5","reference":"r1"}`, `{"type":"debit","amount":"12.51","reference":"r1"}`,
		`{"type":"debit","amount":"12.5","reference":"r1","currency":"CAD"}`,
		`{"type":"debit","amount":"12.5","reference":"r1","occurredAt":"2026-03-01T10:00:01Z"}`,
	} {
		t.Run(other, func(t *testing.T) {
			h := h.In(t)
			_, _, err := h.Happened(h.As(h.Cove), shop.ID, other)
			testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
		})
	}
	if list := ledger(h, shop.ID); list.Total != 1 || h.Record(shop.ID).ActivityCount != 1 {
		t.Errorf("there are %d, counted %d", list.Total, h.Record(shop.ID).ActivityCount)
	}
}

// Bad activities are refused with every failing field, and nothing is noted.
func TestBadActivities(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	for body, field := range map[string]string{
		`{}`: "type", `{"type":"theft","amount":"1","reference":"r"}`: "type", `{"type":"debit","reference":"r"}`: "amount",
		`{"type":"debit","amount":"0","reference":"r"}`: "amount", `{"type":"debit","amount":"-1","reference":"r"}`: "amount",
		`{"type":"debit","amount":"1.005","reference":"r"}`: "amount", `{"type":"debit","amount":"1"}`: "reference",
		`{"type":"debit","amount":"1","reference":""}`:                                      "reference",
		`{"type":"debit","amount":"1","reference":"r","currency":"EUR"}`:                    "currency",
		`{"type":"debit","amount":"1","reference":"r","occurredAt":"tomorrow"}`:             "occurredAt",
		`{"type":"debit","amount":"1","reference":"r","occurredAt":"2999-01-01T00:00:00Z"}`: "occurredAt",
	} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, _, err := h.Happened(h.As(h.Cove), shop.ID, body)
			if found := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); found[field] == "" {
				t.Errorf("%s: faults are %v", body, found)
			}
		})
	}
	if h.Record(shop.ID).ActivityCount != 0 {
		t.Error("something was counted")
	}
}

// A customer with an activity cannot be deleted; one without can.
func TestActivityKeepsACustomer(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	busy, idle := h.Create(h.Cove, testkit.Quay), h.Create(h.Cove, testkit.Quay)
	_, _, err := h.Happened(h.As(h.Cove), busy.ID, debit)
	testkit.Must(t, err)
	testkit.Refused(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: busy.ID}), fault.Conflict, fault.CodeHasActivity)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: idle.ID}))
	if h.Record(busy.ID).Name == "" {
		t.Error("it was erased")
	}
}

// Many who report at once, some of them the same, are all noted, each once.
func TestActivitiesAtOnce(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop := h.Create(h.Cove, testkit.Quay)
	caller := h.As(h.Cove)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			_, _, err := h.Happened(caller, shop.ID, fmt.Sprintf(`{"type":"debit","amount":"1","reference":"r%d"}`, i%6))
			if err != nil {
				t.Errorf("noting: %v", err)
			}
		})
	}
	group.Wait()
	if list := ledger(h, shop.ID); list.Total != 6 || h.Record(shop.ID).ActivityCount != 6 {
		t.Errorf("there are %d, counted %d", list.Total, h.Record(shop.ID).ActivityCount)
	}
}

// A cursor goes on where its page ended, in its own list only; no other tenant sees
// any of it.
func TestActivityCursors(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, other := h.Create(h.Cove, testkit.Quay), h.Create(h.Cove, testkit.Quay)
	for i := range 5 {
		h.Clock.Advance(time.Minute)
		_, _, err := h.Happened(h.As(h.Cove), shop.ID, fmt.Sprintf(`{"type":"debit","amount":"1","reference":"r%d"}`, i))
		testkit.Must(t, err)
	}
	in, got := activities.ListActivitiesInput{CustomerID: shop.ID, Limit: 2}, ""
	for {
		page, err := h.Svc.Activities.Activities(t.Context(), h.As(h.Cove), in)
		testkit.Must(t, err)
		for _, a := range page.Activities {
			got += a.Reference
		}
		if page.Total != 5 || page.NextCursor == "" {
			break
		}
		in.Cursor = page.NextCursor
	}
	if got != "r4r3r2r1r0" {
		t.Errorf("the walk gave %s", got)
	}
	for _, foreign := range []activities.ListActivitiesInput{
		{CustomerID: other.ID, Limit: 2, Cursor: in.Cursor}, {CustomerID: shop.ID, Ascending: true, Cursor: in.Cursor},
		{CustomerID: shop.ID, Type: customers.ActivityHold, Cursor: in.Cursor}, {CustomerID: shop.ID, Cursor: "x"},
	} {
		_, err := h.Svc.Activities.Activities(t.Context(), h.As(h.Cove), foreign)
		testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	}
	_, err := h.Svc.Activities.Activities(t.Context(), h.As(h.Rival), activities.ListActivitiesInput{CustomerID: shop.ID})
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, _, err = h.Happened(h.As(h.Rival), shop.ID, debit)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}
