package customers_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// defaults gives the ids of the banks that are the default one.
func defaults(list []customers.BankView) []string {
	var ids []string
	for _, bank := range list {
		if bank.IsDefault {
			ids = append(ids, bank.ID)
		}
	}
	return ids
}

// The first bank is the default one; a later one takes that over only when asked.
func TestSecondBankTakesTheDefaultWhenAsked(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	first := h.addBank(m, "", usBank("000000000001"))
	second := h.addBank(m, "", usBank("000000000002"))
	if !first.IsDefault || second.IsDefault {
		t.Errorf("first %v, second %v", first.IsDefault, second.IsDefault)
	}
	third := h.addBank(m, "", usBank("000000000003", `,"isDefault":true`))
	if got := defaults(h.banks(m, "")); !slices.Equal(got, []string{third.ID}) {
		t.Errorf("the default banks are %v, want %s", got, third.ID)
	}
	if got := at(h.view(h.cove, m.id), "defaultBank.id"); got != third.ID {
		t.Errorf("the customer shows the default bank %v", got)
	}
	back, err := h.svc.SetDefaultBank(t.Context(), h.as(m), "", first.ID)
	must(t, err)
	if got := defaults(h.banks(m, "")); !back.IsDefault || !slices.Equal(got, []string{first.ID}) {
		t.Errorf("the default banks are %v, want %s", got, first.ID)
	}
	version := h.record(m.id).Version
	_, err = h.svc.SetDefaultBank(t.Context(), h.as(m), "", first.ID)
	must(t, err)
	if h.record(m.id).Version != version {
		t.Error("choosing the default bank again is a change")
	}
}

// Whatever is done to the banks of a customer, exactly one is the default, and it
// is an active one as long as there is any.
func TestThereIsAlwaysOneDefaultBank(t *testing.T) {
	t.Parallel()
	h := open(t)
	var numbers counter
	rapid.Check(t, func(r *rapid.T) {
		m := h.merchantOf(h.operator) // the operator acts on it from above
		pick := func() string {
			list := h.record(m.id).Banks
			return list[rapid.IntRange(0, len(list)-1).Draw(r, "bank")].ID.String()
		}
		add := func(r *rapid.T) {
			if len(h.record(m.id).Banks) >= 5 {
				r.Skip("enough banks to play with")
			}
			body := usBank(numbers.account(), fmt.Sprintf(`,"isDefault":%t`, rapid.Bool().Draw(r, "isDefault")))
			if _, err := h.tryAddBank(h.operator, m.id, body); err != nil {
				r.Fatal(err)
			}
		}
		update := func(bodies ...string) func(*rapid.T) {
			return func(r *rapid.T) {
				_, err := h.updateBank(h.operator, m.id, pick(), rapid.SampledFrom(bodies).Draw(r, "body"))
				if err != nil && fault.KindOf(err) != fault.Invalid {
					r.Fatal(err)
				}
			}
		}
		add(r)
		r.Repeat(map[string]func(*rapid.T){
			"add":        add,
			"inactivate": update(`{"status":"inactive"}`, `{"status":"inactive","isDefault":true}`),
			"reactivate": update(`{"status":"active"}`, `{"status":"active","isDefault":true}`),
			"take away":  update(`{"isDefault":false}`, `{"isDefault":null}`, `{"status":null}`),
			"default": func(r *rapid.T) {
				_, err := h.svc.SetDefaultBank(t.Context(), h.as(h.operator), m.id, pick())
				if err != nil && fault.KindOf(err) != fault.Conflict {
					r.Fatal(err)
				}
			},
			"": func(r *rapid.T) {
				count, active, usable := 0, 0, false
				for _, bank := range h.record(m.id).Banks {
					if bank.Active {
						active++
					}
					if bank.IsDefault {
						count, usable = count+1, bank.Active
					}
				}
				if count != 1 || (active > 0 && !usable) {
					r.Fatalf("%d default banks, usable %v, %d active", count, usable, active)
				}
			},
		})
	})
}

// An inactive default bank hands over to the oldest active one, and cannot get it
// back while it is inactive.
func TestInactiveDefaultBankHandsOver(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	first := h.addBank(m, "", usBank("000000000001"))
	second := h.addBank(m, "", usBank("000000000002"))
	h.addBank(m, "", usBank("000000000003"))
	gone, err := h.updateBank(m, "", first.ID, `{"status":"inactive"}`)
	must(t, err)
	if got := defaults(h.banks(m, "")); gone.Status != "inactive" || !slices.Equal(got, []string{second.ID}) {
		t.Errorf("the first is %s, the default banks are %v", gone.Status, got)
	}
	_, err = h.svc.SetDefaultBank(t.Context(), h.as(m), "", first.ID)
	refused(t, err, fault.Conflict, fault.CodeConflict)
	for _, body := range []string{`{"isDefault":true}`, `{"status":"inactive","isDefault":true}`} {
		_, err = h.updateBank(m, "", first.ID, body)
		if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["isDefault"] != fault.BadValue {
			t.Errorf("%s: faults are %v", body, got)
		}
	}
	_, err = h.updateBank(m, "", second.ID, `{"isDefault":false}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	back, err := h.updateBank(m, "", first.ID, `{"status":"active","isDefault":true}`)
	must(t, err)
	if !back.IsDefault || back.Status != "active" {
		t.Errorf("the first bank is back as %+v", back)
	}
}

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

// The details of a bank change alone, and only they.
func TestTheDetailsOfABankChange(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	first := h.addBank(m, "", usBank("000000000001", `,"isApDefault":true,"meta":{"a":1,"b":[1.0]},"externalId":"old"`))
	second := h.addBank(m, "", usBank("000000000002"))
	changed, err := h.updateBank(m, "", second.ID, `{"nameOnAccount":"木 LLC","externalId":"ext-2","isApDefault":true,"meta":{"html":"<b>"},
		"billingAddress":{"street1":"1 Main St","city":"Portland","state":"OR","country":"US"}}`)
	must(t, err)
	want := second
	want.NameOnAccount, want.ExternalID, want.IsApDefault, want.Meta = "木 LLC", "ext-2", true, json.RawMessage(`{"html":"<b>"}`)
	want.BillingAddress = changed.BillingAddress
	if diff := cmp.Diff(asMap(t, want), asMap(t, changed)); diff != "" || changed.BillingAddress.Country != "USA" {
		t.Errorf("the change differs: %s", diff)
	}
	list := h.banks(m, "")
	if list[0].IsApDefault || !list[1].IsApDefault {
		t.Error("two banks pay bills by default, or none does")
	}
	merged, err := h.updateBank(m, "", first.ID, `{"externalId":null,"meta":{"a":null,"c":"x"}}`)
	must(t, err)
	if merged.ExternalID != "" || string(merged.Meta) != `{"b":[1.0],"c":"x"}` {
		t.Errorf("after the merge: %q %s", merged.ExternalID, merged.Meta)
	}
	version := h.record(m.id).Version
	_, err = h.updateBank(m, "", first.ID, `{"meta":{"c":"x"},"status":"active"}`)
	must(t, err)
	if h.record(m.id).Version != version {
		t.Error("a change to the same is a change")
	}
}

// A customer has 50 banks at most, inactive ones counted: they stay for the record.
func TestBanksAreBounded(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	var numbers counter
	for range 50 {
		h.addBank(m, "", usBank(numbers.account()))
	}
	_, err := h.tryAddBank(m, "", usBank(numbers.account()))
	if got := refused(t, err, fault.Invalid, fault.CodeValidation); got.Detail != fault.TooMany {
		t.Errorf("the 51st bank is refused as %+v", got)
	}
	_, err = h.update(h.cove, m.id, `{"defaultBank":`+usBank(numbers.account())+`}`)
	if got := fields(refused(t, err, fault.Invalid, fault.CodeValidation)); got["defaultBank"] != fault.TooMany {
		t.Errorf("the 51st bank as the default is refused as %v", got)
	}
	if got := len(h.record(m.id).Banks); got != 50 {
		t.Errorf("there are %d banks", got)
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

// A bank belongs to one customer: others find neither it nor its customer, and the
// bank of a sibling cannot be reached through one's own customer.
func TestBanksOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := open(t)
	victim, sibling := h.merchantOf(h.cove), h.merchantOf(h.cove)
	bank := h.addBank(victim, "", usBank("000000000001")).ID
	operations := bankOperations(h, bank)
	h.hidden(victim, operations, h.rival, sibling, h.merchantOf(h.rival))
	missing := bankOperations(h, unknownID)
	for i, op := range operations[:7] {
		if i < 2 { // these name no bank
			continue
		}
		caller := h.as(sibling)
		got, missing := answerOf(t, op.try(caller, sibling.id)), answerOf(t, missing[i].try(caller, sibling.id))
		if got.Kind != fault.NotFound || !cmp.Equal(got, missing) {
			t.Errorf("%s through one's own customer: %+v, of a missing bank %+v", op.name, got, missing)
		}
	}
	h.lacking(victim, "banks:write", slices.DeleteFunc(operations, func(o operation) bool { return o.name == "list" || o.name == "get" || o.name == "read amounts" }))
	h.lacking(victim, "read", slices.DeleteFunc(bankOperations(h, bank), func(o operation) bool { return o.name != "list" && o.name != "get" }))
}

func bankOperations(h *house, bank string) []operation {
	ctx := h.t.Context()
	return []operation{
		{"list", func(c tenancy.Caller, id string) error { _, err := h.svc.Banks(ctx, c, id); return err }},
		{"add", func(c tenancy.Caller, id string) error {
			_, err := h.svc.AddBank(ctx, c, id, input[customers.BankInput](h.t, usBank("000000000009")))
			return err
		}},
		{"get", func(c tenancy.Caller, id string) error { _, err := h.svc.Bank(ctx, c, id, bank); return err }},
		{"update", func(c tenancy.Caller, id string) error {
			_, err := h.svc.UpdateBank(ctx, c, id, bank, input[customers.BankInput](h.t, `{"nameOnAccount":"Mine"}`))
			return err
		}},
		{"set default", func(c tenancy.Caller, id string) error { _, err := h.svc.SetDefaultBank(ctx, c, id, bank); return err }},
		{"start drops", func(c tenancy.Caller, id string) error { _, err := h.svc.StartDrops(ctx, c, id, bank); return err }},
		{"confirm drops", func(c tenancy.Caller, id string) error {
			_, err := h.svc.ConfirmDrops(ctx, c, id, bank, input[customers.ConfirmDropsInput](h.t, `{"amounts":["32","45"]}`))
			return err
		}},
		{"read amounts", func(c tenancy.Caller, id string) error { _, err := h.svc.DropAmounts(ctx, c, id, bank); return err }},
	}
}

// Nobody, not even the platform, adds banks to a customer that is switched off;
// the refusal says so.
func TestDisabledCustomerGetsNoBank(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	bank := h.addBank(m, "", usBank("000000000001"))
	h.setStatus(h.cove, m.id, customers.StatusDisabled)
	_, err := h.tryAddBank(h.cove, m.id, usBank("000000000002"))
	refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	_, err = h.svc.StartDrops(t.Context(), h.as(h.cove), m.id, bank.ID)
	refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	h.setStatus(h.operator, m.id, customers.StatusLocked)
	_, err = h.tryAddBank(h.cove, m.id, usBank("000000000002"))
	refused(t, err, fault.Forbidden, fault.CodeCustomerLocked)
}
