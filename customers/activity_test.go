package customers_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

func (h *house) happened(caller tenancy.Caller, id, body string) (customers.Activity, bool, error) {
	h.t.Helper()
	return h.svc.RecordActivity(h.t.Context(), caller, id, input[customers.ActivityInput](h.t, body))
}

func (h *house) ledger(id string) customers.ActivityListing {
	h.t.Helper()
	list, err := h.svc.Activities(h.t.Context(), h.as(h.cove), customers.ListActivitiesInput{CustomerID: id})
	must(h.t, err)
	return list
}

const debit = `{"type":"debit","amount":"12.5","reference":"r1","occurredAt":"2026-03-01T10:00:00Z"}`

// An activity is noted once per reference, whoever repeats it; the same reference for
// something else is refused.
func TestAnActivityIsNotedOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	first, fresh, err := h.happened(h.as(h.cove), shop.id, debit)
	if must(t, err); !fresh || first.Amount != 1250 || first.Currency != "USD" {
		t.Fatalf("noted %+v, fresh: %t", first, fresh)
	}
	version := h.record(shop.id).Version
	again, fresh, err := h.happened(h.as(shop), "", debit)
	if must(t, err); fresh || again.ID != first.ID || h.record(shop.id).Version != version {
		t.Errorf("it was noted again")
	}
	for _, other := range []string{
		`{"type":"hold","amount":"12.5","reference":"r1"}`, `{"type":"debit","amount":"12.51","reference":"r1"}`,
		`{"type":"debit","amount":"12.5","reference":"r1","currency":"CAD"}`,
		`{"type":"debit","amount":"12.5","reference":"r1","occurredAt":"2026-03-01T10:00:01Z"}`,
	} {
		_, _, err := h.happened(h.as(h.cove), shop.id, other)
		refused(t, err, fault.Conflict, fault.CodeConflict)
	}
	if list := h.ledger(shop.id); list.Total != 1 || h.record(shop.id).ActivityCount != 1 {
		t.Errorf("there are %d, counted %d", list.Total, h.record(shop.id).ActivityCount)
	}
}

// Bad activities are refused with every failing field, and nothing is noted.
func TestBadActivities(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	for body, field := range map[string]string{
		`{}`: "type", `{"type":"theft","amount":"1","reference":"r"}`: "type", `{"type":"debit","reference":"r"}`: "amount",
		`{"type":"debit","amount":"0","reference":"r"}`: "amount", `{"type":"debit","amount":"-1","reference":"r"}`: "amount",
		`{"type":"debit","amount":"1.005","reference":"r"}`: "amount", `{"type":"debit","amount":"1"}`: "reference",
		`{"type":"debit","amount":"1","reference":""}`:                                      "reference",
		`{"type":"debit","amount":"1","reference":"r","currency":"EUR"}`:                    "currency",
		`{"type":"debit","amount":"1","reference":"r","occurredAt":"tomorrow"}`:             "occurredAt",
		`{"type":"debit","amount":"1","reference":"r","occurredAt":"2999-01-01T00:00:00Z"}`: "occurredAt",
	} {
		_, _, err := h.happened(h.as(h.cove), shop.id, body)
		if found := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); found[field] == "" {
			t.Errorf("%s: faults are %v", body, found)
		}
	}
	if h.record(shop.id).ActivityCount != 0 {
		t.Error("something was counted")
	}
}

// A customer with an activity cannot be deleted; one without can.
func TestActivityKeepsACustomer(t *testing.T) {
	t.Parallel()
	h := open(t)
	busy, idle := h.create(h.cove, quay), h.create(h.cove, quay)
	_, _, err := h.happened(h.as(h.cove), busy.id, debit)
	must(t, err)
	refused(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: busy.id}), fault.Conflict, fault.CodeHasActivity)
	must(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: idle.id}))
	if h.record(busy.id).Name == "" {
		t.Error("it was erased")
	}
}

// Many who report at once, some of them the same, are all noted, each once.
func TestActivitiesAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop := h.create(h.cove, quay)
	caller := h.as(h.cove)
	var group sync.WaitGroup
	for i := range 12 {
		group.Go(func() {
			_, _, err := h.happened(caller, shop.id, fmt.Sprintf(`{"type":"debit","amount":"1","reference":"r%d"}`, i%6))
			if err != nil {
				t.Errorf("noting: %v", err)
			}
		})
	}
	group.Wait()
	if list := h.ledger(shop.id); list.Total != 6 || h.record(shop.id).ActivityCount != 6 {
		t.Errorf("there are %d, counted %d", list.Total, h.record(shop.id).ActivityCount)
	}
}

// A cursor goes on where its page ended, in its own list only; no other tenant sees
// any of it.
func TestActivityCursors(t *testing.T) {
	t.Parallel()
	h := open(t)
	shop, other := h.create(h.cove, quay), h.create(h.cove, quay)
	for i := range 5 {
		h.clock.Advance(time.Minute)
		_, _, err := h.happened(h.as(h.cove), shop.id, fmt.Sprintf(`{"type":"debit","amount":"1","reference":"r%d"}`, i))
		must(t, err)
	}
	in, got := customers.ListActivitiesInput{CustomerID: shop.id, Limit: 2}, ""
	for {
		page, err := h.svc.Activities(t.Context(), h.as(h.cove), in)
		must(t, err)
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
	for _, foreign := range []customers.ListActivitiesInput{
		{CustomerID: other.id, Limit: 2, Cursor: in.Cursor}, {CustomerID: shop.id, Ascending: true, Cursor: in.Cursor},
		{CustomerID: shop.id, Type: customers.ActivityHold, Cursor: in.Cursor}, {CustomerID: shop.id, Cursor: "x"},
	} {
		_, err := h.svc.Activities(t.Context(), h.as(h.cove), foreign)
		refused(t, err, fault.Invalid, fault.CodeValidation)
	}
	_, err := h.svc.Activities(t.Context(), h.as(h.rival), customers.ListActivitiesInput{CustomerID: shop.id})
	refused(t, err, fault.NotFound, fault.CodeNotFound)
	_, _, err = h.happened(h.as(h.rival), shop.id, debit)
	refused(t, err, fault.NotFound, fault.CodeNotFound)
}
