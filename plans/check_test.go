package plans_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/plans"
)

// Every fault of a configuration is named, at its place, in one error: mending it takes
// one start, not one per fault.
func TestNewCatalogNamesEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, err := plans.NewCatalog([]plans.Plan{
		{Key: "", Name: "One"},
		{Key: "two", Name: " "},
		{Key: "two", Name: "One"},
		{
			Key: "three", Name: "Three",
			Features:    []plans.Feature{"fly", plans.Withdraw, "swim"},
			Requires:    []plans.Verification{plans.Standard, plans.Professional, "blood"},
			AvailableTo: []string{"two", "nobody"},
		},
	})
	if err == nil {
		t.Fatal("a catalog full of faults was accepted")
	}
	want := []string{
		`plans.0 (""): the key is empty`,
		`plans.1 ("two"): the name is empty`,
		`plans.2 ("two"): the key "two" is already that of plans.1`,
		`plans.2 ("two"): the name "One" is already that of plans.0`,
		`plans.3 ("three"): there is no feature "fly"; there are [createCustomers acceptPayments sendPayments withdraw unmask]`,
		`plans.3 ("three"): there is no feature "swim"; there are [createCustomers acceptPayments sendPayments withdraw unmask]`,
		`plans.3 ("three"): there is no verification "blood"; there are [standard professional bank]`,
		`plans.3 ("three"): requires both "standard" and "professional"; "professional" includes the other, so name it alone`,
		`plans.3 ("three"): available_to names "nobody", which is not the key of any plan`,
		`plans: no plan has the key "operator", which the root customer holds`,
	}
	if d := cmp.Diff(want, strings.Split(err.Error(), "\n")); d != "" {
		t.Errorf("faults (-want +got):\n%s", d)
	}
}

// No configuration lets a customer below the root hand out or get the root's plan.
func TestOperatorPlanIsAvailableToNobody(t *testing.T) {
	t.Parallel()
	list := plans.Defaults()
	list[0].AvailableTo = []string{"platform"}
	if _, err := plans.NewCatalog(list); err == nil || !strings.Contains(err.Error(), "root customer alone") {
		t.Errorf("the operator's plan was made available: %v", err)
	}
}

// An empty catalog is refused, and a plan may name one that is configured after it,
// itself included.
func TestReferencesMayPointForward(t *testing.T) {
	t.Parallel()
	if _, err := plans.NewCatalog(nil); err == nil {
		t.Error("a catalog without plans was accepted")
	}
	_, err := plans.NewCatalog([]plans.Plan{
		{Key: "reseller", Name: "Reseller", AvailableTo: []string{"reseller", "operator"}},
		{Key: "operator", Name: "Operator"},
	})
	if err != nil {
		t.Errorf("a forward reference was refused: %v", err)
	}
}

// A percent sign in a key, which the operator may choose, does not garble the fault that
// names the key.
func TestFaultsPrintKeysAsTheyAre(t *testing.T) {
	t.Parallel()
	_, err := plans.NewCatalog([]plans.Plan{
		{Key: "100%d", Name: "All", Features: []plans.Feature{"fly"}},
		{Key: "operator", Name: "Operator"},
	})
	if err == nil || !strings.HasPrefix(err.Error(), `plans.0 ("100%d"): there is no feature "fly"`) {
		t.Errorf("the fault reads: %v", err)
	}
}
