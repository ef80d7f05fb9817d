package instruments_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// What names the account never changes; every such member is named in one answer.
func TestTheAccountOfABankNeverChanges(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000000000001"))
	before := h.Record(m.ID)
	_, err := h.UpdateBank(m, "", bank.ID, `{"token":"t","routingNumber":"110000000","accountNumber":"000000000001","accountHolderType":"company",
		"accountType":"checking","bankName":"B","currency":"USD","country":"USA"}`)
	found := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	for _, field := range []string{"token", "routingNumber", "accountNumber", "accountHolderType", "accountType", "bankName", "currency", "country"} {
		t.Run(field, func(t *testing.T) {
			if found[field] != fault.Immutable {
				t.Errorf("%s is refused as %q", field, found[field])
			}
		})
	}
	if !h.Stands(before) {
		t.Error("the refused change was written")
	}
}

// A currency of null is the default, as one that is not sent.
func TestANullCurrencyIsTheDefault(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank, err := h.TryAddBank(m, "", `{"routingNumber":"110000000","accountNumber":"123456789","currency":null,"country":null}`)
	if testkit.Must(t, err); bank.Currency != "USD" || bank.Country != "USA" {
		t.Errorf("the bank is of %q and %q", bank.Currency, bank.Country)
	}
}

// Routing numbers are accepted by the rules of their country, and refused with
// the name of the field.
func TestRoutingNumbersFollowTheirCountry(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	var numbers testkit.Counter
	for _, row := range []struct {
		currency, country, routing string
		field                      string
	}{
		{"USD", "USA", "110000000", ""}, {"USD", "USA", "021000021", ""}, {"USD", "US", "011401533", ""}, {"USD", "USA", "322271627", ""},
		{"USD", "USA", "121000359", ""}, {"USD", "USA", "321174811", ""}, // of clients' own tests, in a sandbox
		{"USD", "USA", "021000022", "routingNumber"}, // one digit off
		{"USD", "USA", "012000021", "routingNumber"}, // two digits swapped
		{"USD", "USA", "000000000", "routingNumber"}, {"USD", "USA", "02100002", "routingNumber"}, {"USD", "USA", "0210000210", "routingNumber"},
		{"USD", "USA", "02100002a", "routingNumber"}, {"USD", "USA", "021000021\\n", "routingNumber"}, {"USD", "USA", "11000-000", "routingNumber"},
		{"USD", "USA", "٠٢١٠٠٠٠٢١", "routingNumber"}, {"USD", "USA", "", "routingNumber"},
		{"CAD", "CAN", "11000-000", ""}, {"CAD", "", "00010-003", ""}, {"CAD", "CA", "12345-678", ""},
		{"CAD", "CAN", "110000000", "routingNumber"}, {"CAD", "CAN", "1100-0000", "routingNumber"}, {"CAD", "CAN", "11000000", "routingNumber"},
		{"CAD", "CAN", "011000000", "routingNumber"}, {"CAD", "CAN", "11000-0000", "routingNumber"},
		{"USD", "MEX", "021000021", "country"}, {"EUR", "", "021000021", "currency"},
	} {
		t.Run(row.country+" "+row.routing, func(t *testing.T) {
			h := h.In(t)
			body := fmt.Sprintf(`{"routingNumber":%q,"accountNumber":%q,"currency":%q`, row.routing, numbers.Account(), row.currency)
			if row.country != "" {
				body += `,"country":"` + row.country + `"`
			}
			bank, err := h.TryAddBank(m, "", body+"}")
			if row.field == "" {
				testkit.Must(t, err)
				if bank.RoutingNumber != row.routing || len(bank.Country) != 3 {
					t.Errorf("%s %s became %+v", row.country, row.routing, bank)
				}
				return
			}
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] == "" {
				t.Errorf("%s %s: faults are %v", row.country, row.routing, got)
			}
		})
	}
	for _, account := range []string{"123", "123456789012345678", "1234567.8", "12_34", "１２３４", "- 1 2 3", ""} {
		t.Run(account, func(t *testing.T) {
			h := h.In(t)
			_, err := h.TryAddBank(m, "", testkit.UsBank(account))
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["accountNumber"] != fault.BadValue {
				t.Errorf("account %q: faults are %v", account, got)
			}
		})
	}
	for _, account := range []string{"1234", "00000", "12345678901234567", "112233a", "-1234", "1234 56-78", "GB33BUKB202015555"} {
		t.Run(account, func(t *testing.T) {
			h := h.In(t)
			if bank := h.AddBank(m, "", testkit.UsBank(account)); len(bank.Last4) > 4 || (len(account) < 6 && len(bank.Last4) > 2) {
				t.Errorf("account %s shows %s", account, bank.Last4)
			}
		})
	}
}

// One account has one fingerprint within a tenant, and another one elsewhere, so
// that tenants cannot compare notes; another account never has it.
func TestFingerprintsTellAccountsApartWithinATenant(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m, sibling, stranger := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove), h.MerchantOf(h.Rival)
	const number = "000123456789"
	first := h.AddBank(m, "", testkit.UsBank(number)).Fingerprint
	if first == "" || first != h.AddBank(sibling, "", testkit.UsBank(number)).Fingerprint {
		t.Error("one account has two fingerprints within a tenant")
	}
	for name, other := range map[string]string{
		"the account in another tenant":      h.AddBank(stranger, "", testkit.UsBank(number)).Fingerprint,
		"another account":                    h.AddBank(m, "", testkit.UsBank("000123456780")).Fingerprint,
		"the number at another bank":         h.AddBank(m, "", `{"routingNumber":"021000021","accountNumber":"`+number+`"}`).Fingerprint,
		"the number without a leading zero":  h.AddBank(m, "", testkit.UsBank(number[1:])).Fingerprint,
		"the operator's bank of that number": h.AddBank(h.Operator, "", testkit.UsBank(number)).Fingerprint,
	} {
		t.Run(name, func(t *testing.T) {
			if other == first {
				t.Errorf("%s has the same fingerprint", name)
			}
		})
	}
}

// The full account number is in no answer, refusal, record or event.
func TestTheAccountNumberIsNowhere(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	const number = "90817263544536"
	bank := h.AddBank(m, "", testkit.UsBank(number, `,"isDefault":true`))
	_, err := h.UpdateBank(m, "", bank.ID, `{"nameOnAccount":"N","accountNumber":"`+number+`"}`)
	refusal, _ := json.Marshal(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	_, err = h.TryAddBank(m, "", `{"routingNumber":"1","accountNumber":"`+number+`x"}`)
	another, _ := json.Marshal(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))
	shown, err := json.Marshal([]any{bank, h.Banks(m, ""), h.View(h.Cove, m.ID), h.View(h.Operator, m.ID)})
	testkit.Must(t, err)
	testkit.Conceals(t, "an answer", shown, number)
	testkit.Conceals(t, "a refusal", append(refusal, another...), number)
	testkit.Conceals(t, "the store", h.AtRest(m.ID), number, number[:10])
	if bank.Last4 != "4536" {
		t.Errorf("the last four digits are %q", bank.Last4)
	}
}

// An account is the same however its number was spaced, so sending it with its customer
// again adds no bank; live mode takes no routing number whose check digit is wrong.
func TestAnAccountIsTheSameHoweverItIsWritten(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	for _, number := range []string{"112233a", "11 22-33a"} {
		testkit.Must(t, testkit.Second(h.Update(h.Cove, m.ID, `{"defaultBank":`+testkit.UsBank(number)+`}`)))
	}
	if banks := h.Record(m.ID).Banks; len(banks) != 1 || banks[0].AccountNumber.Last4 != "233a" {
		t.Errorf("the banks are %+v", banks)
	}
	full, err := h.Svc.View.For(h.As(h.Cove), h.Record(m.ID), true)
	if testkit.Must(t, err); full.DefaultBank.AccountNumber != "112233a" {
		t.Errorf("the number is %s", full.DefaultBank.AccountNumber)
	}
	live := testkit.Open(t, testkit.Live)
	shop := live.MerchantOf(live.Cove)
	for _, routing := range []string{"121000359", "321174811", "121000000"} {
		_, err := live.TryAddBank(shop, "", `{"routingNumber":"`+routing+`","accountNumber":"1234567"}`)
		testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	}
}
