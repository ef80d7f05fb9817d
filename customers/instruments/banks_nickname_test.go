package instruments_test

import (
	"testing"

	"tenantry/customers/fields"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// A bank has a nickname that changes and is cleared, and any of four types.
func TestBanksHaveNicknames(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", `{"nickname":"Rent","accountType":"generalLedger","routingNumber":"110000000","accountNumber":"123456789"}`)
	if bank.Nickname != "Rent" || bank.AccountType != "generalLedger" {
		t.Errorf("the bank is %+v", bank)
	}
	for body, want := range map[string]string{`{"nickname":"Old rent"}`: "Old rent", `{"nickname":null}`: ""} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			changed, err := h.Svc.Instruments.UpdateBank(t.Context(), h.As(m), "", bank.ID, testkit.Input[fields.BankInput](t, body))
			if testkit.Must(t, err); changed.Nickname != want {
				t.Errorf("the nickname is %q", changed.Nickname)
			}
		})
	}
	_, err := h.TryAddBank(m, "", `{"nickname":"a\nb","accountType":"general-ledger","routingNumber":"110000000","accountNumber":"123456789"}`)
	got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	if len(got) != 2 || got["accountType"] != fault.BadValue || got["nickname"] == "" {
		t.Errorf("the faults are %v", got)
	}
}

// A bank finds its customer within the caller's reach, and nothing else does.
func TestABankFindsItsCustomer(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("123456789"))
	for _, by := range []testkit.Party{h.Cove, m, h.Operator} {
		c, err := h.Svc.Instruments.CustomerWithBank(t.Context(), h.As(by), bank.ID, tenancy.Read)
		if err != nil || c.ID.String() != m.ID {
			t.Errorf("it leads to %v, %v", c, err)
		}
	}
	for _, id := range []string{"", "x", m.ID, h.Cove.ID} {
		_, err := h.Svc.Instruments.CustomerWithBank(t.Context(), h.As(h.Cove), id, tenancy.Read)
		testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	}
	_, err := h.Svc.Instruments.CustomerWithBank(t.Context(), h.As(h.Rival), bank.ID, tenancy.Read)
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
}
