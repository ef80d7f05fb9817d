package requirements_test

import (
	"slices"
	"testing"
	"time"

	"tenantry/customers/instruments"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// In live mode the deposits of a bank wait for the operator, who finds them by page and
// alone, whichever way the bank came; planStatus asks for their amounts once they are sent.
func TestDepositsWaitForTheOperator(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	shop := h.Create(h.Cove, testkit.Quay)
	if got := h.Trail(shop.ID); !slices.Contains(got, "bank.drops_started") {
		t.Errorf("the events are %q", got)
	}
	waits := func() string {
		for _, r := range h.PlanStatus(shop.ID).Requirements {
			if r.Path == "defaultBank" {
				return r.Code
			}
		}
		return ""
	}
	if got := waits(); got != "bank.drops.unsent" {
		t.Errorf("before they are sent it waits for %q", got)
	}
	h.Clock.Advance(time.Minute)
	second := h.Create(h.Rival, testkit.Quay)
	bank := h.Record(shop.ID).Banks[0].ID.String()
	page := func(cursor string) instruments.DueDropsListing {
		t.Helper()
		list, err := h.Svc.Instruments.DueDrops(t.Context(), h.As(h.Operator), instruments.DueDropsInput{Limit: 1, Cursor: cursor})
		testkit.Must(t, err)
		return list
	}
	first := page("")
	if len(first.Drops) != 1 || first.Drops[0].CustomerID != shop.ID || len(first.Drops[0].Amounts) != 2 || first.Drops[0].Bank.AccountNumber != "" || first.Drops[0].Bank.Last4 != "4321" {
		t.Errorf("the first page is %+v", first.Drops)
	}
	if rest := page(first.NextCursor); len(rest.Drops) != 1 || rest.Drops[0].CustomerID != second.ID || rest.NextCursor != "" {
		t.Errorf("the second page is %+v", rest)
	}
	full, err := h.Svc.Instruments.DueDrops(t.Context(), h.As(h.Operator), instruments.DueDropsInput{Numbers: true})
	if testkit.Must(t, err); full.Drops[0].Bank.AccountNumber != "000987654321" {
		t.Errorf("in full it is %+v", full.Drops[0].Bank)
	}
	_, err = h.Svc.Instruments.DueDrops(t.Context(), h.As(h.Cove), instruments.DueDropsInput{})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Svc.Instruments.DueDrops(t.Context(), h.As(h.Operator, h.Cove.ID), instruments.DueDropsInput{})
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Svc.Instruments.MarkDropsSent(t.Context(), h.As(h.Cove), shop.ID, bank)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeAccess)
	_, err = h.Svc.Instruments.MarkDropsSent(t.Context(), h.As(h.Rival), shop.ID, bank)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	for range 2 {
		_, err = h.Svc.Instruments.MarkDropsSent(t.Context(), h.As(h.Operator), shop.ID, bank)
		testkit.Must(t, err)
	}
	sent := 0
	for _, kind := range h.Trail(shop.ID) {
		if kind == "bank.drops_sent" {
			sent++
		}
	}
	if got := waits(); got != "bank.drops.unconfirmed" || sent != 1 {
		t.Errorf("once they are sent it waits for %q, and %d events tell of it", got, sent)
	}
	if left := page(""); len(left.Drops) != 1 || left.Drops[0].CustomerID != second.ID {
		t.Errorf("what is left is %+v", left.Drops)
	}
}

// Whoever sends late takes no time from the customer: deposits can be confirmed for 30 days
// from when they were noted as sent, and otherwise from when they were started.
func TestDepositsSentLateCanBeConfirmed(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	late, never := h.Create(h.Cove, testkit.Quay), h.Create(h.Cove, testkit.Harbor)
	h.Clock.Advance(29 * day)
	bank := h.Record(late.ID).Banks[0].ID.String()
	_, err := h.Svc.Instruments.MarkDropsSent(t.Context(), h.As(h.Operator), late.ID, bank)
	testkit.Must(t, err)
	h.Clock.Advance(15 * day)
	for _, shop := range []testkit.Party{late, never} {
		bank := h.Record(shop.ID).Banks[0].ID.String()
		amounts, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator), shop.ID, bank)
		testkit.Must(t, err)
		_, err = h.Confirm(h.Cove, shop.ID, bank, amounts...)
		if (err == nil) != (shop.ID == late.ID) {
			t.Errorf("confirming those of %s: %v", shop.ID, err)
		}
	}
}
