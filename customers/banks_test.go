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

// A customer has 50 active banks at most.
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

// Inactive banks never stand in the way of a new one: past the bound the oldest of
// them leaves the record, its events stay, and the merchant's bank is kept.
func TestInactiveBanksMakeRoom(t *testing.T) {
	t.Parallel()
	h := open(t)
	var numbers counter
	m := h.merchantOf(h.cove, `,"merchant":{"bank":`+usBank(numbers.account())+`}`)
	tied := h.banks(m, "")[0].ID
	var added []string
	for range 49 {
		added = append(added, h.addBank(m, "", usBank(numbers.account())).ID)
	}
	for _, id := range []string{tied, added[3], added[1]} {
		_, err := h.updateBank(m, "", id, `{"status":"inactive"}`)
		must(t, err)
	}
	events := len(h.events(m.id))
	for range 2 {
		h.addBank(m, "", usBank(numbers.account()))
	}
	kept := map[string]bool{}
	for _, bank := range h.banks(m, "") {
		kept[bank.ID] = true
	}
	if len(kept) != 50 || !kept[tied] || kept[added[1]] || kept[added[3]] || !kept[added[0]] {
		t.Errorf("kept are %v", kept)
	}
	if got := len(h.events(m.id)); got != events+2 {
		t.Errorf("there are %d events, want %d", got, events+2)
	}
	// The one that is tied is all that is inactive: the 50th active bank goes beside
	// it, and it is no way around the bound.
	h.addBank(m, "", usBank(numbers.account()))
	if _, err := h.updateBank(m, "", tied, `{"status":"active"}`); fields(refused(t, err, fault.Invalid, fault.CodeValidation))["status"] != fault.TooMany {
		t.Errorf("the 51st active bank is refused as %v", err)
	}
	if got := len(h.banks(m, "")); got != 51 {
		t.Errorf("there are %d banks", got)
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
