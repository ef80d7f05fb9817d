package customers_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"tenantry/internal/fault"
)

// What names the account never changes; every such member is named in one answer.
func TestTheAccountOfABankNeverChanges(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000000000001"))
	before := h.record(m.id)
	_, err := h.updateBank(m, "", bank.ID, `{"token":"t","routingNumber":"110000000","accountNumber":"000000000001","accountHolderType":"company",
		"accountType":"checking","bankName":"B","currency":"USD","country":"USA"}`)
	found := fields(refused(t, err, fault.Invalid, fault.CodeValidation))
	for _, field := range []string{"token", "routingNumber", "accountNumber", "accountHolderType", "accountType", "bankName", "currency", "country"} {
		if found[field] != fault.Immutable {
			t.Errorf("%s is refused as %q", field, found[field])
		}
	}
	if h.record(m.id) != before {
		t.Error("the refused change was written")
	}
}

// Routing numbers are accepted by the rules of their country, and refused with
// the name of the field.
func TestRoutingNumbersFollowTheirCountry(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	var numbers counter
	for _, row := range []struct {
		currency, country, routing string
		field                      string
	}{
		{"USD", "USA", "110000000", ""}, {"USD", "USA", "021000021", ""}, {"USD", "US", "011401533", ""}, {"USD", "USA", "322271627", ""},
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
		body := fmt.Sprintf(`{"routingNumber":"%s","accountNumber":"%s","currency":"%s"`, row.routing, numbers.account(), row.currency)
		if row.country != "" {
			body += `,"country":"` + row.country + `"`
		}
		bank, err := h.tryAddBank(m, "", body+"}")
		if row.field == "" {
			must(t, err)
			if bank.RoutingNumber != row.routing || len(bank.Country) != 3 {
				t.Errorf("%s %s became %+v", row.country, row.routing, bank)
			}
			continue
		}
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] == "" {
			t.Errorf("%s %s: faults are %v", row.country, row.routing, got)
		}
	}
	for _, account := range []string{"123", "123456789012345678", "12345678a", "-1234", "1234 5678", ""} {
		_, err := h.tryAddBank(m, "", usBank(account))
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["accountNumber"] != fault.BadValue {
			t.Errorf("account %q: faults are %v", account, got)
		}
	}
	for _, account := range []string{"1234", "00000", "12345678901234567"} {
		if bank := h.addBank(m, "", usBank(account)); len(bank.Last4) > 4 || (len(account) < 6 && len(bank.Last4) > 2) {
			t.Errorf("account %s shows %s", account, bank.Last4)
		}
	}
}

// One account has one fingerprint within a tenant, and another one elsewhere, so
// that tenants cannot compare notes; another account never has it.
func TestFingerprintsTellAccountsApartWithinATenant(t *testing.T) {
	t.Parallel()
	h := open(t)
	m, sibling, stranger := h.merchantOf(h.cove), h.merchantOf(h.cove), h.merchantOf(h.rival)
	const number = "000123456789"
	first := h.addBank(m, "", usBank(number)).Fingerprint
	if first == "" || first != h.addBank(sibling, "", usBank(number)).Fingerprint {
		t.Error("one account has two fingerprints within a tenant")
	}
	for name, other := range map[string]string{
		"the account in another tenant":      h.addBank(stranger, "", usBank(number)).Fingerprint,
		"another account":                    h.addBank(m, "", usBank("000123456780")).Fingerprint,
		"the number at another bank":         h.addBank(m, "", `{"routingNumber":"021000021","accountNumber":"`+number+`"}`).Fingerprint,
		"the number without a leading zero":  h.addBank(m, "", usBank(number[1:])).Fingerprint,
		"the operator's bank of that number": h.addBank(h.operator, "", usBank(number)).Fingerprint,
	} {
		if other == first {
			t.Errorf("%s has the same fingerprint", name)
		}
	}
}

// The full account number is in no answer, refusal, record or event.
func TestTheAccountNumberIsNowhere(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	const number = "90817263544536"
	bank := h.addBank(m, "", usBank(number, `,"isDefault":true`))
	_, err := h.updateBank(m, "", bank.ID, `{"nameOnAccount":"N","accountNumber":"`+number+`"}`)
	refusal, _ := json.Marshal(refused(t, err, fault.Invalid, fault.CodeValidation))
	_, err = h.tryAddBank(m, "", `{"routingNumber":"1","accountNumber":"`+number+`x"}`)
	another, _ := json.Marshal(refused(t, err, fault.Invalid, fault.CodeValidation))
	shown, err := json.Marshal([]any{bank, h.banks(m, ""), h.view(h.cove, m.id), h.view(h.operator, m.id)})
	must(t, err)
	conceals(t, "an answer", shown, number)
	conceals(t, "a refusal", append(refusal, another...), number)
	conceals(t, "the store", h.atRest(m.id), number, number[:10])
	if bank.Last4 != "4536" {
		t.Errorf("the last four digits are %q", bank.Last4)
	}
}
