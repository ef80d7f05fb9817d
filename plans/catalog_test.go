package plans_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/plans"
)

func keysOf(list []plans.Plan) []string {
	var found []string
	for _, p := range list {
		found = append(found, p.Key)
	}
	return found
}

// The built-in plans are the ones that the documentation promises: a change here changes
// what every installation without plans of its own enables.
func TestDefaultsAreThePromisedPlans(t *testing.T) {
	t.Parallel()
	onboarders := []string{"operator", "platform"}
	payments := []plans.Feature{plans.AcceptPayments, plans.SendPayments, plans.Withdraw}
	want := []plans.Plan{
		{Key: "operator", Name: "Operator", Features: []plans.Feature{"createCustomers", "unmask"}},
		{
			Key: "platform", Name: "Platform", AvailableTo: onboarders,
			Features: []plans.Feature{"createCustomers", "unmask", "acceptPayments", "sendPayments", "withdraw"},
		},
		{
			Key: "merchant", Name: "Merchant", AvailableTo: onboarders,
			Features: payments, Requires: []plans.Verification{"standard", "bank"},
		},
		{
			Key: "merchant-professional", Name: "Merchant Professional", AvailableTo: onboarders,
			Features: payments, Requires: []plans.Verification{"professional", "bank"},
		},
		{Key: "payer", Name: "Payer", AvailableTo: onboarders, Features: []plans.Feature{"sendPayments"}},
	}
	if d := cmp.Diff(want, plans.Defaults()); d != "" {
		t.Errorf("built-in plans (-want +got):\n%s", d)
	}
	if d := cmp.Diff(want, catalog(t).All()); d != "" {
		t.Errorf("catalog (-want +got):\n%s", d)
	}
}

// A plan is found by its exact key and its exact name, each in its own field only.
func TestPlansAreFoundByExactKeyOrName(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	for _, p := range plans.Defaults() {
		byKey, foundKey := c.Get(p.Key)
		byName, foundName := c.ByName(p.Name)
		if !foundKey || !foundName || byKey.Key != p.Key || byName.Key != p.Key {
			t.Errorf("%q: by key %q, by name %q", p.Key, byKey.Key, byName.Key)
		}
	}
	for _, key := range []string{"", "Merchant", "MERCHANT", "merchant ", "nobody"} {
		t.Run(key, func(t *testing.T) {
			if p, found := c.Get(key); found {
				t.Errorf("key %q found %q", key, p.Key)
			}
		})
	}
	for _, name := range []string{"", "merchant", "Merchant "} {
		t.Run(name, func(t *testing.T) {
			if p, found := c.ByName(name); found {
				t.Errorf("name %q found %q", name, p.Key)
			}
		})
	}
}

// The operator and platforms hand out every plan but the operator's; merchants and payers
// hand out none.
func TestOnlyOnboardersHandOutPlans(t *testing.T) {
	t.Parallel()
	c := catalog(t)
	rows := map[string][]string{
		"operator":              {"platform", "merchant", "merchant-professional", "payer"},
		"platform":              {"platform", "merchant", "merchant-professional", "payer"},
		"merchant":              nil,
		"merchant-professional": nil,
		"payer":                 nil,
		"nobody":                nil,
		"":                      nil,
	}
	for holder, want := range rows {
		t.Run(holder, func(t *testing.T) {
			if d := cmp.Diff(want, keysOf(c.AvailableTo(holder))); d != "" {
				t.Errorf("%q may hand out (-want +got):\n%s", holder, d)
			}
			for _, key := range append(keysOf(c.All()), "nobody", "") {
				if got := c.MayHandOut(holder, key); got != slices.Contains(want, key) {
					t.Errorf("%q may hand out %q: %t", holder, key, got)
				}
			}
		})
	}
}

// A key that names no plan cannot be handed out, even if the first plan of the catalog
// is available.
func TestNobodyHandsOutWhatIsNotThere(t *testing.T) {
	t.Parallel()
	c, err := plans.NewCatalog([]plans.Plan{
		{Key: "payer", Name: "Payer", AvailableTo: []string{"operator"}},
		{Key: "operator", Name: "Operator"},
	})
	if err != nil {
		t.Fatal("making a catalog:", err)
	}
	if c.MayHandOut("operator", "nobody") || !c.MayHandOut("operator", "payer") {
		t.Error("the operator hands out a plan that is not there, or not the one that is")
	}
}

// A catalog cannot be changed through the list it was made of or through a plan it
// returned.
func TestCatalogNeverChanges(t *testing.T) {
	t.Parallel()
	list := plans.Defaults()
	c, err := plans.NewCatalog(list)
	if err != nil {
		t.Fatal("making a catalog:", err)
	}
	spoil := func(p plans.Plan) {
		p.Features[0] = "spoiled"
		if len(p.Requires) > 0 {
			p.Requires[0] = "spoiled"
		}
		if len(p.AvailableTo) > 0 {
			p.AvailableTo[0] = "spoiled"
		}
	}
	given, _ := c.Get("merchant")
	named, _ := c.ByName("Merchant")
	for _, p := range slices.Concat(list, c.All(), c.AvailableTo("operator"), []plans.Plan{given, named}) {
		spoil(p)
	}
	list[0].Key = "spoiled"
	if d := cmp.Diff(plans.Defaults(), c.All()); d != "" {
		t.Errorf("the catalog changed (-want +got):\n%s", d)
	}
}

// A plan reports the underwriting that it requires, wherever in its list that stands, and
// the features that it enables.
func TestPlanTellsItsUnderwritingAndFeatures(t *testing.T) {
	t.Parallel()
	rows := []struct {
		requires []plans.Verification
		want     plans.Verification
	}{
		{nil, ""},
		{[]plans.Verification{plans.Bank}, ""},
		{[]plans.Verification{plans.Bank, plans.Standard}, plans.Standard},
		{[]plans.Verification{plans.Professional, plans.Bank}, plans.Professional},
	}
	for _, row := range rows {
		t.Run(fmt.Sprint(row.requires), func(t *testing.T) {
			got, found := plans.Plan{Requires: row.requires}.Underwriting()
			if got != row.want || found != (row.want != "") {
				t.Errorf("%q, %t", got, found)
			}
		})
	}
	p := plans.Plan{Features: []plans.Feature{plans.Withdraw}}
	if !p.Has(plans.Withdraw) || p.Has(plans.Unmask) {
		t.Error("Has does not follow the features of the plan")
	}
}
