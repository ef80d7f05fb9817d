package instruments_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/instruments"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// defaults returns the ids of the banks that are the default one.
func defaults(list []view.BankView) []string {
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
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	first := h.AddBank(m, "", testkit.UsBank("000000000001"))
	second := h.AddBank(m, "", testkit.UsBank("000000000002"))
	if !first.IsDefault || second.IsDefault {
		t.Errorf("first %v, second %v", first.IsDefault, second.IsDefault)
	}
	third := h.AddBank(m, "", testkit.UsBank("000000000003", `,"isDefault":true`))
	if got := defaults(h.Banks(m, "")); !slices.Equal(got, []string{third.ID}) {
		t.Errorf("the default banks are %v, want %s", got, third.ID)
	}
	if got := testkit.At(h.View(h.Cove, m.ID), "defaultBank.id"); got != third.ID {
		t.Errorf("the customer shows the default bank %v", got)
	}
	back, err := h.Svc.Instruments.SetDefaultBank(t.Context(), h.As(m), "", first.ID)
	testkit.Must(t, err)
	if got := defaults(h.Banks(m, "")); !back.IsDefault || !slices.Equal(got, []string{first.ID}) {
		t.Errorf("the default banks are %v, want %s", got, first.ID)
	}
	version := h.Record(m.ID).Version
	_, err = h.Svc.Instruments.SetDefaultBank(t.Context(), h.As(m), "", first.ID)
	testkit.Must(t, err)
	if h.Record(m.ID).Version != version {
		t.Error("choosing the default bank again is a change")
	}
}

// Whatever is done to the banks of a customer, exactly one is the default, and it
// is an active one while the customer has any.
func TestThereIsAlwaysOneDefaultBank(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	var numbers testkit.Counter
	rapid.Check(t, func(r *rapid.T) {
		m := h.MerchantOf(h.Operator) // the operator acts on it from above
		pick := func() string {
			list := h.Record(m.ID).Banks
			return list[rapid.IntRange(0, len(list)-1).Draw(r, "bank")].ID.String()
		}
		add := func(r *rapid.T) {
			if len(h.Record(m.ID).Banks) >= 5 {
				r.Skip("enough banks to play with")
			}
			body := testkit.UsBank(numbers.Account(), fmt.Sprintf(`,"isDefault":%t`, rapid.Bool().Draw(r, "isDefault")))
			if _, err := h.TryAddBank(h.Operator, m.ID, body); err != nil {
				r.Fatal(err)
			}
		}
		update := func(bodies ...string) func(*rapid.T) {
			return func(r *rapid.T) {
				_, err := h.UpdateBank(h.Operator, m.ID, pick(), rapid.SampledFrom(bodies).Draw(r, "body"))
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
				_, err := h.Svc.Instruments.SetDefaultBank(t.Context(), h.As(h.Operator), m.ID, pick())
				if err != nil && fault.KindOf(err) != fault.Conflict {
					r.Fatal(err)
				}
			},
			"": func(r *rapid.T) {
				count, active, usable := 0, 0, false
				for _, bank := range h.Record(m.ID).Banks {
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
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	first := h.AddBank(m, "", testkit.UsBank("000000000001"))
	second := h.AddBank(m, "", testkit.UsBank("000000000002"))
	h.AddBank(m, "", testkit.UsBank("000000000003"))
	gone, err := h.UpdateBank(m, "", first.ID, `{"status":"inactive"}`)
	testkit.Must(t, err)
	if got := defaults(h.Banks(m, "")); gone.Status != "inactive" || !slices.Equal(got, []string{second.ID}) {
		t.Errorf("the first is %s, the default banks are %v", gone.Status, got)
	}
	_, err = h.Svc.Instruments.SetDefaultBank(t.Context(), h.As(m), "", first.ID)
	testkit.Refused(t, err, fault.Conflict, fault.CodeConflict)
	for _, body := range []string{`{"isDefault":true}`, `{"status":"inactive","isDefault":true}`} {
		t.Run(body, func(t *testing.T) {
			h := h.In(t)
			_, err = h.UpdateBank(m, "", first.ID, body)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["isDefault"] != fault.BadValue {
				t.Errorf("%s: faults are %v", body, got)
			}
		})
	}
	_, err = h.UpdateBank(m, "", second.ID, `{"isDefault":false}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	back, err := h.UpdateBank(m, "", first.ID, `{"status":"active","isDefault":true}`)
	testkit.Must(t, err)
	if !back.IsDefault || back.Status != "active" {
		t.Errorf("the first bank is back as %+v", back)
	}
}

// The details of a bank change alone, and only they.
func TestTheDetailsOfABankChange(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	first := h.AddBank(m, "", testkit.UsBank("000000000001", `,"isApDefault":true,"meta":{"a":1,"b":[1.0]},"externalId":"old"`))
	second := h.AddBank(m, "", testkit.UsBank("000000000002"))
	changed, err := h.UpdateBank(m, "", second.ID, `{"nameOnAccount":"木 LLC","externalId":"ext-2","isApDefault":true,"meta":{"html":"<b>"},
		"billingAddress":{"street1":"1 Main St","city":"Portland","state":"OR","country":"US"}}`)
	testkit.Must(t, err)
	want := second
	want.NameOnAccount, want.ExternalID, want.IsApDefault, want.Meta = "木 LLC", "ext-2", true, json.RawMessage(`{"html":"<b>"}`)
	want.BillingAddress = changed.BillingAddress
	if diff := cmp.Diff(testkit.AsMap(t, want), testkit.AsMap(t, changed)); diff != "" || changed.BillingAddress.Country != "USA" {
		t.Errorf("the change differs: %s", diff)
	}
	list := h.Banks(m, "")
	if list[0].IsApDefault || !list[1].IsApDefault {
		t.Error("two banks pay bills by default, or none does")
	}
	merged, err := h.UpdateBank(m, "", first.ID, `{"externalId":null,"meta":{"a":null,"c":"x"}}`)
	testkit.Must(t, err)
	if merged.ExternalID != "" || string(merged.Meta) != `{"b":[1.0],"c":"x"}` {
		t.Errorf("after the merge: %q %s", merged.ExternalID, merged.Meta)
	}
	version := h.Record(m.ID).Version
	_, err = h.UpdateBank(m, "", first.ID, `{"meta":{"c":"x"},"status":"active"}`)
	testkit.Must(t, err)
	if h.Record(m.ID).Version != version {
		t.Error("a change to the same is a change")
	}
}

// A customer has 50 active banks at most.
func TestBanksAreBounded(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	var numbers testkit.Counter
	for range 50 {
		h.AddBank(m, "", testkit.UsBank(numbers.Account()))
	}
	_, err := h.TryAddBank(m, "", testkit.UsBank(numbers.Account()))
	if got := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation); got.Detail != fault.TooMany {
		t.Errorf("the 51st bank is refused as %+v", got)
	}
	_, err = h.Update(h.Cove, m.ID, `{"defaultBank":`+testkit.UsBank(numbers.Account())+`}`)
	if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got["defaultBank"] != fault.TooMany {
		t.Errorf("the 51st bank as the default is refused as %v", got)
	}
	if got := len(h.Record(m.ID).Banks); got != 50 {
		t.Errorf("there are %d banks", got)
	}
}

// Inactive banks never stand in the way of a new one: past the bound the oldest of
// them leaves the record, its events stay, and the merchant's bank is kept.
func TestInactiveBanksMakeRoom(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	var numbers testkit.Counter
	m := h.MerchantOf(h.Cove, `,"merchant":{"bank":`+testkit.UsBank(numbers.Account())+`}`)
	tied := h.Banks(m, "")[0].ID
	var added []string
	for range 49 {
		added = append(added, h.AddBank(m, "", testkit.UsBank(numbers.Account())).ID)
	}
	for _, id := range []string{tied, added[3], added[1]} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			_, err := h.UpdateBank(m, "", id, `{"status":"inactive"}`)
			testkit.Must(t, err)
		})
	}
	events := len(h.Events(m.ID))
	for range 2 {
		h.AddBank(m, "", testkit.UsBank(numbers.Account()))
	}
	kept := map[string]bool{}
	for _, bank := range h.Banks(m, "") {
		kept[bank.ID] = true
	}
	if len(kept) != 50 || !kept[tied] || kept[added[1]] || kept[added[3]] || !kept[added[0]] {
		t.Errorf("kept are %v", kept)
	}
	if got := len(h.Events(m.ID)); got != events+2 {
		t.Errorf("there are %d events, want %d", got, events+2)
	}
	// The one that is tied is all that is inactive: the 50th active bank goes beside
	// it, and it is no way around the bound.
	h.AddBank(m, "", testkit.UsBank(numbers.Account()))
	if _, err := h.UpdateBank(m, "", tied, `{"status":"active"}`); testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))["status"] != fault.TooMany {
		t.Errorf("the 51st active bank is refused as %v", err)
	}
	if got := len(h.Banks(m, "")); got != 51 {
		t.Errorf("there are %d banks", got)
	}
}

// A bank belongs to one customer: others find neither it nor its customer, and the
// bank of a sibling cannot be reached through one's own customer.
func TestBanksOfOthersAreHidden(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	victim, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	bank := h.AddBank(victim, "", testkit.UsBank("000000000001")).ID
	operations := bankOperations(h, bank)
	h.Hidden(victim, operations, h.Rival, sibling, h.MerchantOf(h.Rival))
	missing := bankOperations(h, testkit.UnknownID)
	for i, op := range operations[:7] {
		if i < 2 { // these name no bank
			continue
		}
		caller := h.As(sibling)
		got, missing := testkit.AnswerOf(t, op.Try(caller, sibling.ID)), testkit.AnswerOf(t, missing[i].Try(caller, sibling.ID))
		if got.Kind != fault.NotFound || !cmp.Equal(got, missing) {
			t.Errorf("%s through one's own customer: %+v, of a missing bank %+v", op.Name, got, missing)
		}
	}
	h.Lacking(victim, "banks:write", slices.DeleteFunc(operations, func(o testkit.Operation) bool { return o.Name == "list" || o.Name == "get" || o.Name == "read amounts" }))
	h.Lacking(victim, "read", slices.DeleteFunc(bankOperations(h, bank), func(o testkit.Operation) bool { return o.Name != "list" && o.Name != "get" }))
}

func bankOperations(h *testkit.Env, bank string) []testkit.Operation {
	ctx := h.T.Context()
	return []testkit.Operation{
		{Name: "list", Try: func(c tenancy.Caller, id string) error { _, err := h.Svc.Instruments.Banks(ctx, c, id); return err }},
		{Name: "add", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.AddBank(ctx, c, id, testkit.Input[fields.BankInput](h.T, testkit.UsBank("000000000009")))
			return err
		}},
		{Name: "get", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.Bank(ctx, c, id, bank)
			return err
		}},
		{Name: "update", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.UpdateBank(ctx, c, id, bank, testkit.Input[fields.BankInput](h.T, `{"nameOnAccount":"Mine"}`))
			return err
		}},
		{Name: "set default", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.SetDefaultBank(ctx, c, id, bank)
			return err
		}},
		{Name: "start drops", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.StartDrops(ctx, c, id, bank)
			return err
		}},
		{Name: "confirm drops", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.ConfirmDrops(ctx, c, id, bank, testkit.Input[instruments.ConfirmDropsInput](h.T, `{"amounts":["32","45"]}`))
			return err
		}},
		{Name: "read amounts", Try: func(c tenancy.Caller, id string) error {
			_, err := h.Svc.Instruments.DropAmounts(ctx, c, id, bank)
			return err
		}},
	}
}

// Nobody, not even the platform, adds banks to a customer that is switched off;
// the refusal says so.
func TestDisabledCustomerGetsNoBank(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	bank := h.AddBank(m, "", testkit.UsBank("000000000001"))
	h.SetStatus(h.Cove, m.ID, customers.StatusDisabled)
	_, err := h.TryAddBank(h.Cove, m.ID, testkit.UsBank("000000000002"))
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	_, err = h.Svc.Instruments.StartDrops(t.Context(), h.As(h.Cove), m.ID, bank.ID)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerDisabled)
	h.SetStatus(h.Operator, m.ID, customers.StatusLocked)
	_, err = h.TryAddBank(h.Cove, m.ID, testkit.UsBank("000000000002"))
	testkit.Refused(t, err, fault.Forbidden, fault.CodeCustomerLocked)
}
