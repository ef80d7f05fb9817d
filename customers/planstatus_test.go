package customers_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/plans"
)

func (h *house) planStatus(id string) plans.Status { return h.svc.PlanStatus(h.record(id)) }

// Each field that a plan requires is asked for until it is given, and asking ends
// with it: the paths that a plan names are all known here.
func TestEveryRequiredFieldCanBeGiven(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant-professional","legalEntity":{"entityType":"LLC"}}`)
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
	asked := h.planStatus(m.id).Needed
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
		if !slices.Contains(h.planStatus(m.id).Needed, path) {
			t.Errorf("%s is not asked for any more before it is given", path)
		}
		_, err := h.update(m, "", body)
		must(t, err)
		if slices.Contains(h.planStatus(m.id).Needed, path) {
			t.Errorf("%s is asked for after it was given", path)
		}
	}
	status := h.planStatus(m.id)
	if diff := cmp.Diff([]string{"bankDrops"}, status.Needed); diff != "" || status.Verifications["professional"] != "verified" {
		t.Errorf("with everything given: %s, %v", diff, status.Verifications)
	}
}

// The entity type decides which tax id is wanted.
func TestTheEntityTypeDecidesTheTaxID(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant"}`)
	wants := func(personal, business bool) {
		t.Helper()
		needed := h.planStatus(m.id).Needed
		if slices.Contains(needed, "legalEntity.personalTaxId") != personal || slices.Contains(needed, "legalEntity.businessTaxId") != business {
			t.Errorf("needed is %v", needed)
		}
	}
	wants(true, true)
	_, err := h.update(m, "", `{"legalEntity":{"entityType":"ISP"}}`)
	must(t, err)
	wants(true, false)
	_, err = h.update(m, "", `{"legalEntity":{"entityType":"CORP"}}`)
	must(t, err)
	wants(false, true)
}

// A customer that is not active has no feature, whatever was verified; what was
// verified is back with it.
func TestNoFeatureUnlessActive(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, harbor)
	_, err := h.confirm(m, "", h.banks(m, "")[0].ID, "32", "45")
	must(t, err)
	on := func() (list []string) {
		for feature, on := range h.planStatus(m.id).Features {
			if on {
				list = append(list, feature)
			}
		}
		slices.Sort(list)
		return list
	}
	all := []string{"acceptPayments", "sendPayments", "withdraw"}
	if got := on(); !slices.Equal(got, all) || h.planStatus(m.id).Status != "verified" {
		t.Errorf("verified: %v", got)
	}
	for _, status := range []customers.Status{customers.StatusDisabled, customers.StatusLocked} {
		h.setStatus(h.operator, m.id, status)
		if got := on(); len(got) != 0 || h.planStatus(m.id).Status != string(status) {
			t.Errorf("%s: %v, %s", status, got, h.planStatus(m.id).Status)
		}
	}
	h.setStatus(h.operator, m.id, customers.StatusActive)
	if got := on(); !slices.Equal(got, all) {
		t.Errorf("active again: %v", got)
	}
}

// A customer sees the plans that it may hand out, and can hand out no other,
// neither by key nor by name, in the same words as for one that does not exist.
func TestPlansAreHandedOutFromTheList(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.merchantOf(h.cove)
	keysOf := func(p party) []string {
		list, err := h.svc.Plans(h.as(p))
		must(t, err)
		var found []string
		for _, plan := range list {
			found = append(found, plan.Key)
		}
		return found
	}
	want := []string{"platform", "merchant", "merchant-professional", "payer"}
	if got := keysOf(h.cove); !slices.Equal(got, want) {
		t.Errorf("a platform hands out %v", got)
	}
	if got := keysOf(m); len(got) != 0 {
		t.Errorf("a merchant hands out %v", got)
	}
	says := func(member, value string) string {
		_, err := h.tryCreate(h.cove, `{"name":"N","email":"n@example.com","`+member+`":"`+value+`"}`)
		got := refused(t, err, fault.Invalid, fault.CodeValidation)
		if got.Field != member {
			t.Errorf("%s %s: the field is %s", member, value, got.Field)
		}
		return strings.ReplaceAll(got.Text, value, "")
	}
	if says("planKey", "operator") != says("planKey", "nonesuch") || says("planName", "Operator") != says("planName", "Nonesuch") {
		t.Error("a plan that cannot be handed out is told from one that does not exist")
	}
	_, err := h.update(h.cove, m.id, `{"planKey":"operator"}`)
	refused(t, err, fault.Invalid, fault.CodeValidation)
	_, err = h.update(h.cove, m.id, `{"planName":"merchant-professional"}`)
	must(t, err)
	if got := h.planStatus(m.id); got.PlanKey != "merchant-professional" || got.Verifications["professional"] != "unverified" || len(got.Verifications) != 2 {
		t.Errorf("the status does not follow the plan: %+v", got)
	}
}

// A plan that was taken out of the configuration leaves its customers without
// features, readable and changeable as before.
func TestACustomerOutlivesItsPlan(t *testing.T) {
	t.Parallel()
	ring, swapping := swapped()
	h := open(t, swapping)
	m := h.merchantOf(h.cove)
	fewer, err := plans.NewCatalog(slices.DeleteFunc(plans.Defaults(), func(p plans.Plan) bool { return p.Key == "merchant" }))
	must(t, err)
	h.svc = h.service(ring, func(o *customers.Options) { o.Plans = fewer })
	view := h.view(m, "")
	if features, _ := at(view, "planStatus.features").(map[string]any); view["planKey"] != "merchant" || len(features) != 0 || at(view, "planStatus.status") != "verified" {
		t.Errorf("the customer of a gone plan is %v", view["planStatus"])
	}
	_, err = h.update(m, "", `{"description":"still here"}`)
	must(t, err)
	_, err = h.update(h.cove, m.id, `{"planKey":"payer"}`)
	must(t, err)
}

// In Mexico there are no merchant category codes: professional underwriting asks for
// none there, and asks again when the business moves.
func TestNoCategoryCodeInMexico(t *testing.T) {
	t.Parallel()
	h := open(t)
	const path = "merchant.merchantCategoryCode"
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant-professional","legalEntity":{"entityType":"LLC"}}`)
	for _, row := range []struct {
		change string
		asked  bool
	}{
		{`{}`, true},
		{`{"address":{"street1":"s","city":"c","country":"MEX"}}`, false},
		{`{"legalEntity":{"businessAddress":{"street1":"s","city":"c","country":"USA"}}}`, true},
		{`{"legalEntity":{"businessAddress":{"street1":"s","city":"c","country":"MX"}}}`, false},
	} {
		_, err := h.update(m, "", row.change)
		must(t, err)
		if asked := slices.Contains(h.planStatus(m.id).Needed, path); asked != row.asked {
			t.Errorf("after %s it is asked for: %t", row.change, asked)
		}
	}
}
