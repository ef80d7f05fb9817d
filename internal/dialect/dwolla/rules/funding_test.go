package rules_test

import (
	"strings"
	"testing"

	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// amount is an amount of so many cents.
func amount(cents string) patch.Field[rules.AmountInput] {
	return patch.Of(rules.AmountInput{Value: patch.Of("0." + strings.Repeat("0", 2-len(cents)) + cents)})
}

// In live mode only the amounts that were sent prove a bank, and not those of a sandbox.
func TestLiveDepositsAreProvenByTheirAmounts(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t, testkit.Live)
	caller, c := h.As(h.Cove), enroll(h, unverified())
	id, err := h.Svc.Dwolla.AddFundingSource(t.Context(), caller, rules.FundingSourceInput{
		CustomerID: c.ID, Name: patch.Of("Mine"), AccountType: patch.Of("checking"), RoutingNumber: patch.Of("222222226"), AccountNumber: hidden("1234567"),
	})
	testkit.Must(t, err)
	testkit.Must(t, h.Svc.Dwolla.StartDeposits(t.Context(), caller, id))
	sent, err := h.Svc.Instruments.DropAmounts(t.Context(), h.As(h.Operator), c.ID, id)
	testkit.Must(t, err)
	for _, guess := range [][]string{{"3", "8"}, {"4", "7"}} {
		if guess[0] == sent[0] {
			continue
		}
		err = h.Svc.Dwolla.ConfirmDeposits(t.Context(), caller, rules.DepositsInput{ID: id, First: amount(guess[0]), Second: amount(guess[1])})
		testkit.Refused(t, err, fault.Conflict, rules.CodeWrongAmounts)
	}
	testkit.Must(t, h.Svc.Dwolla.ConfirmDeposits(t.Context(), caller, rules.DepositsInput{ID: id, First: amount(sent[1]), Second: amount(sent[0])}))
	if found, err := h.Svc.Dwolla.FundingSource(t.Context(), caller, id); err != nil || !found.Bank.Verified {
		t.Errorf("the bank is %+v, %v", found.Bank, err)
	}
}

// A customer has a bounded number of banks at once; removed ones make room.
func TestFundingSourcesAreBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	caller, c := h.As(h.Cove), enroll(h, unverified())
	add := func(number string) (string, error) {
		return h.Svc.Dwolla.AddFundingSource(t.Context(), caller, rules.FundingSourceInput{
			CustomerID: c.ID, Name: patch.Of("Mine"), AccountType: patch.Of("checking"), RoutingNumber: patch.Of("222222226"), AccountNumber: hidden(number),
		})
	}
	last := ""
	for i := range 50 {
		id, err := add("4200" + string(rune('0'+i/10)) + string(rune('0'+i%10)))
		testkit.Must(t, err)
		last = id
	}
	_, err := add("999999")
	testkit.Refused(t, err, fault.Conflict, fault.CodeTooManyResources)
	_, err = h.Svc.Dwolla.ChangeFundingSource(t.Context(), caller, rules.FundingSourceInput{ID: last, Removed: patch.Of(true)})
	testkit.Must(t, err)
	testkit.Must(t, testkit.Second(add("999999")))
}
