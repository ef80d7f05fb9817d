package view_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/app"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/plans"
)

// Each field that a plan requires is asked for until it is given, and asking ends
// with it: the paths that a plan names are all known here.
func TestEveryRequiredFieldCanBeGiven(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant-professional","legalEntity":{"entityType":"LLC"}}`)
	given := map[string]string{
		"legalEntity.businessName":                `{"legalEntity":{"businessName":"M LLC"}}`,
		"legalEntity.businessTaxId":               `{"legalEntity":{"businessTaxId":"000765432"}}`,
		"legalEntity.personalTaxId":               `{"legalEntity":{"personalTaxId":"000001234"}}`,
		"legalEntity.businessAddress":             `{"legalEntity":{"businessAddress":{"street1":"s","city":"c","country":"USA"}}}`,
		"legalEntity.personalContact.firstName":   `{"legalEntity":{"personalContact":{"firstName":"Mira"}}}`,
		"legalEntity.personalContact.lastName":    `{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor"}}}`,
		"legalEntity.personalContact.email":       `{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"m@example.com"}}}`,
		"legalEntity.personalContact.dateOfBirth": `{"legalEntity":{"personalContact":{"firstName":"Mira","lastName":"Okafor","email":"m@example.com","dateOfBirth":"1984-02-17"}}}`,
		"legalEntity.businessSalesVolume":         `{"legalEntity":{"businessSalesVolume":"1000"}}`,
		"legalEntity.yearsInBusiness":             `{"legalEntity":{"yearsInBusiness":"3"}}`,
		"merchant.businessName":                   `{"merchant":{"businessName":"M"}}`,
		"merchant.businessUrl":                    `{"merchant":{"businessUrl":"https://m.example"}}`,
		"merchant.statementDescriptor":            `{"merchant":{"statementDescriptor":"M"}}`,
		"merchant.merchantCategoryCode":           `{"merchant":{"merchantCategoryCode":"5940"}}`,
	}
	asked := h.PlanStatus(m.ID).Needed
	if asked[0] != "underwritingData" {
		t.Fatalf("needed begins with %s", asked[0])
	}
	for _, path := range asked[1:] {
		if path == "bankDrops" {
			continue
		}
		body, known := given[path]
		if !known {
			t.Fatalf("the plan asks for %s, which this test cannot give", path)
		}
		if !slices.Contains(h.PlanStatus(m.ID).Needed, path) {
			t.Errorf("%s is not asked for any more before it is given", path)
		}
		_, err := h.Update(m, "", body)
		testkit.Must(t, err)
		if slices.Contains(h.PlanStatus(m.ID).Needed, path) {
			t.Errorf("%s is asked for after it was given", path)
		}
	}
	status := h.PlanStatus(m.ID)
	if diff := cmp.Diff([]string{"bankDrops"}, status.Needed); diff != "" || status.Verifications["professional"] != "verified" {
		t.Errorf("with everything given: %s, %v", diff, status.Verifications)
	}
}

// The entity type decides which tax id is wanted.
func TestTheEntityTypeDecidesTheTaxID(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	wants := func(personal, business bool) {
		t.Helper()
		needed := h.PlanStatus(m.ID).Needed
		if slices.Contains(needed, "legalEntity.personalTaxId") != personal || slices.Contains(needed, "legalEntity.businessTaxId") != business {
			t.Errorf("needed is %v", needed)
		}
	}
	wants(true, true)
	_, err := h.Update(m, "", `{"legalEntity":{"entityType":"ISP"}}`)
	testkit.Must(t, err)
	wants(true, false)
	_, err = h.Update(m, "", `{"legalEntity":{"entityType":"CORP"}}`)
	testkit.Must(t, err)
	wants(false, true)
}

// A customer that is not active has no feature, whatever was verified; what was
// verified is back with it.
func TestNoFeatureUnlessActive(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, testkit.Harbor)
	_, err := h.Confirm(m, "", h.Banks(m, "")[0].ID, "32", "45")
	testkit.Must(t, err)
	on := func() (list []string) {
		for feature, on := range h.PlanStatus(m.ID).Features {
			if on {
				list = append(list, feature)
			}
		}
		slices.Sort(list)
		return list
	}
	all := []string{"acceptPayments", "sendPayments", "withdraw"}
	if got := on(); !slices.Equal(got, all) || h.PlanStatus(m.ID).Status != "verified" {
		t.Errorf("verified: %v", got)
	}
	for _, status := range []customers.Status{customers.StatusDisabled, customers.StatusLocked} {
		h.SetStatus(h.Operator, m.ID, status)
		if got := on(); len(got) != 0 || h.PlanStatus(m.ID).Status != string(status) {
			t.Errorf("%s: %v, %s", status, got, h.PlanStatus(m.ID).Status)
		}
	}
	h.SetStatus(h.Operator, m.ID, customers.StatusActive)
	if got := on(); !slices.Equal(got, all) {
		t.Errorf("active again: %v", got)
	}
}

// A customer sees the plans that it may hand out, and can hand out no other,
// neither by key nor by name, in the same words as for one that does not exist.
func TestPlansAreHandedOutFromTheList(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.MerchantOf(h.Cove)
	keysOf := func(p testkit.Party) []string {
		list, err := h.Svc.Lifecycle.Plans(h.As(p))
		testkit.Must(t, err)
		var found []string
		for _, plan := range list {
			found = append(found, plan.Key)
		}
		return found
	}
	want := []string{"platform", "merchant", "merchant-professional", "payer"}
	if got := keysOf(h.Cove); !slices.Equal(got, want) {
		t.Errorf("a platform hands out %v", got)
	}
	if got := keysOf(m); len(got) != 0 {
		t.Errorf("a merchant hands out %v", got)
	}
	says := func(member, value string) string {
		_, err := h.TryCreate(h.Cove, `{"name":"N","email":"n@example.com","`+member+`":"`+value+`"}`)
		got := testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
		if got.Field != member {
			t.Errorf("%s %s: the field is %s", member, value, got.Field)
		}
		return strings.ReplaceAll(got.Text, value, "")
	}
	if says("planKey", "operator") != says("planKey", "nonesuch") || says("planName", "Operator") != says("planName", "Nonesuch") {
		t.Error("a plan that cannot be handed out is told from one that does not exist")
	}
	_, err := h.Update(h.Cove, m.ID, `{"planKey":"operator"}`)
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.Update(h.Cove, m.ID, `{"planName":"merchant-professional"}`)
	testkit.Must(t, err)
	if got := h.PlanStatus(m.ID); got.PlanKey != "merchant-professional" || got.Verifications["professional"] != "unverified" || len(got.Verifications) != 2 {
		t.Errorf("the status does not follow the plan: %+v", got)
	}
}

// A plan that was taken out of the configuration leaves its customers without
// features, readable and changeable as before.
func TestACustomerOutlivesItsPlan(t *testing.T) {
	t.Parallel()
	ring, swapping := testkit.Swapped()
	h := testkit.Open(t, swapping)
	m := h.MerchantOf(h.Cove)
	fewer, err := plans.NewCatalog(slices.DeleteFunc(plans.Defaults(), func(p plans.Plan) bool { return p.Key == "merchant" }))
	testkit.Must(t, err)
	h.Svc = h.Service(ring, func(o *app.Options) { o.Plans = fewer })
	view := h.View(m, "")
	if features, _ := testkit.At(view, "planStatus.features").(map[string]any); view["planKey"] != "merchant" || len(features) != 0 || testkit.At(view, "planStatus.status") != "verified" {
		t.Errorf("the customer of a gone plan is %v", view["planStatus"])
	}
	_, err = h.Update(m, "", `{"description":"still here"}`)
	testkit.Must(t, err)
	_, err = h.Update(h.Cove, m.ID, `{"planKey":"payer"}`)
	testkit.Must(t, err)
}

// In Mexico there are no merchant category codes: professional underwriting asks for
// none there, and asks again when the business moves.
func TestNoCategoryCodeInMexico(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	const path = "merchant.merchantCategoryCode"
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant-professional","legalEntity":{"entityType":"LLC"}}`)
	for _, row := range []struct {
		change string
		asked  bool
	}{
		{`{}`, true},
		{`{"address":{"street1":"s","city":"c","country":"MEX"}}`, false},
		{`{"legalEntity":{"businessAddress":{"street1":"s","city":"c","country":"USA"}}}`, true},
		{`{"legalEntity":{"businessAddress":{"street1":"s","city":"c","country":"MX"}}}`, false},
	} {
		t.Run(row.change, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Update(m, "", row.change)
			testkit.Must(t, err)
			if asked := slices.Contains(h.PlanStatus(m.ID).Needed, path); asked != row.asked {
				t.Errorf("after %s it is asked for: %t", row.change, asked)
			}
		})
	}
}
