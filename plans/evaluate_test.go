package plans_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"tenantry/plans"
)

// result is a planStatus without its texts, which other tests look at.
type result struct {
	Status        string
	Verifications map[string]string
	Needed        []string
	On            []string
	Paths         []string
}

func resultOf(s plans.Status) result {
	v := result{Status: s.Status, Verifications: s.Verifications, Needed: s.Needed}
	for f, on := range s.Features {
		if on {
			v.On = append(v.On, f)
		}
	}
	for _, r := range s.Requirements {
		v.Paths = append(v.Paths, r.Path)
	}
	return v
}

// For every state a customer can be in, planStatus has the features that are on, the
// verifications that are done and the exact words, in order, of what is still needed.
func TestEvaluateTellsWhatIsOnAndWhatIsNeeded(t *testing.T) {
	t.Parallel()
	payments := []string{"acceptPayments", "sendPayments"}
	everything := []string{"acceptPayments", "sendPayments", "withdraw"}
	verifications := func(underwriting, state, bank string) map[string]string {
		return map[string]string{underwriting: state, "bank": bank}
	}
	undecided := []string{
		"legalEntity.entityType", "legalEntity.businessName",
		"legalEntity.personalTaxId", "legalEntity.businessTaxId", "legalEntity.businessAddress",
		"legalEntity.personalContact.firstName", "legalEntity.personalContact.lastName",
		"legalEntity.personalContact.email", "legalEntity.personalContact.dateOfBirth",
	}
	rows := []struct {
		name, plan string
		change     func(*plans.Facts)
		want       result
	}{
		{
			"everything verified", "merchant", func(*plans.Facts) {},
			result{"verified", verifications("standard", "verified", "verified"), nil, everything, nil},
		},
		{
			"professional, everything verified", "merchant-professional", func(*plans.Facts) {},
			result{"verified", verifications("professional", "verified", "verified"), nil, everything, nil},
		},
		{
			"name, e-mail and plan alone", "merchant",
			func(f *plans.Facts) { *f = plans.Facts{CustomerStatus: "active", Identity: "none", Given: none} },
			result{
				"unverified", verifications("standard", "unverified", "unverified"),
				append(append([]string{"underwritingData"}, undecided...), "bankDrops"), nil,
				append(append([]string{}, undecided...), "identity", "defaultBank"),
			},
		},
		{
			"zero facts of an active customer", "merchant",
			func(f *plans.Facts) { *f = plans.Facts{CustomerStatus: "active"} },
			result{
				"unverified", verifications("standard", "unverified", "unverified"),
				append(append([]string{"underwritingData"}, undecided...), "bankDrops"), nil,
				append(append([]string{}, undecided...), "identity", "defaultBank"),
			},
		},
		{
			"LLC without its tax id", "merchant",
			func(f *plans.Facts) { f.Given, f.Identity = allBut("legalEntity.businessTaxId"), "none" },
			result{
				"unverified", verifications("standard", "unverified", "verified"),
				[]string{"underwritingData", "legalEntity.businessTaxId"}, nil,
				[]string{"legalEntity.businessTaxId", "identity"},
			},
		},
		{
			"a field taken away after the review", "merchant",
			func(f *plans.Facts) { f.Given = allBut("legalEntity.businessAddress") },
			result{
				"unverified", verifications("standard", "unverified", "verified"),
				[]string{"underwritingData", "legalEntity.businessAddress"}, nil,
				[]string{"legalEntity.businessAddress"},
			},
		},
		{
			"professional without category code", "merchant-professional",
			func(f *plans.Facts) { f.Given = allBut("merchant.merchantCategoryCode") },
			result{
				"unverified", verifications("professional", "unverified", "verified"),
				[]string{"underwritingData", "merchant.merchantCategoryCode"}, nil,
				[]string{"merchant.merchantCategoryCode"},
			},
		},
		{
			"bank without drops: payments on, withdrawals off", "merchant",
			func(f *plans.Facts) { f.Bank = plans.BankAdded },
			result{
				"unverified", verifications("standard", "verified", "unverified"),
				[]string{"bankDrops"}, payments, []string{"defaultBank"},
			},
		},
		{
			"no bank", "merchant",
			func(f *plans.Facts) { f.Bank = plans.BankNone },
			result{
				"unverified", verifications("standard", "verified", "unverified"),
				[]string{"bankDrops"}, payments, []string{"defaultBank"},
			},
		},
		{
			"drops not confirmed", "merchant",
			func(f *plans.Facts) { f.Bank = plans.BankDropped },
			result{
				"unverified", verifications("standard", "verified", "unverified"),
				[]string{"verifyBankDropAmounts"}, payments, []string{"defaultBank"},
			},
		},
		{
			"bank verified before the identity", "merchant",
			func(f *plans.Facts) { f.Identity = "review" },
			result{
				"unverified", verifications("standard", "unverified", "verified"),
				[]string{"identityReview"}, nil, []string{"identity"},
			},
		},
		{
			"review, then bank, in this order", "merchant",
			func(f *plans.Facts) { f.Identity, f.Bank = "retry", plans.BankDropped },
			result{
				"unverified", verifications("standard", "unverified", "unverified"),
				[]string{"identityRetry", "verifyBankDropAmounts"}, nil, []string{"identity", "defaultBank"},
			},
		},
		{
			"payer asks for nothing", "payer",
			func(f *plans.Facts) { *f = plans.Facts{CustomerStatus: "active", Identity: "none", Given: none} },
			result{"verified", map[string]string{}, nil, []string{"sendPayments"}, nil},
		},
		{
			"platform asks for nothing", "platform",
			func(f *plans.Facts) { *f = plans.Facts{CustomerStatus: "active", Identity: "none", Given: none} },
			result{
				"verified", map[string]string{}, nil,
				append([]string{"createCustomers", "unmask"}, everything...), nil,
			},
		},
		{
			"disabled", "merchant", func(f *plans.Facts) { f.CustomerStatus = "disabled" },
			result{"disabled", verifications("standard", "verified", "verified"), nil, nil, nil},
		},
		{
			"locked operator", "operator", func(f *plans.Facts) { f.CustomerStatus = "locked" },
			result{"locked", map[string]string{}, nil, nil, nil},
		},
		{
			"created", "payer", func(f *plans.Facts) { f.CustomerStatus = "created" },
			result{"created", map[string]string{}, nil, nil, nil},
		},
		{
			"a customer status that nobody knows", "payer", func(f *plans.Facts) { f.CustomerStatus = "verified" },
			result{"created", map[string]string{}, nil, nil, nil},
		},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			f := complete()
			row.change(&f)
			got := resultOf(plans.Evaluate(plan(t, row.plan), f))
			sorted := cmpopts.SortSlices(strings.Compare)
			ordered := cmpopts.EquateEmpty()
			want := row.want
			if d := cmp.Diff(want.On, got.On, sorted, ordered); d != "" {
				t.Errorf("features on (-want +got):\n%s", d)
			}
			got.On, want.On = nil, nil
			if d := cmp.Diff(want, got, ordered); d != "" {
				t.Errorf("planStatus (-want +got):\n%s", d)
			}
		})
	}
}

// Every identity state but verified, an unknown one included, has a needed word and a
// requirement.
func TestEveryUnverifiedIdentityStateHasItsWord(t *testing.T) {
	t.Parallel()
	words := map[string]string{
		"none": "identityReview", "pending": "identityReview", "review": "identityReview",
		"retry": "identityRetry", "document": "identityDocument", "kba": "identityQuestions", "rejected": "identityRejected",
		"": "identityReview", "new": "identityReview",
	}
	for state, word := range words {
		t.Run(state, func(t *testing.T) {
			f := complete()
			f.Identity = state
			got := resultOf(plans.Evaluate(plan(t, "merchant"), f))
			if d := cmp.Diff([]string{word}, got.Needed); d != "" {
				t.Errorf("identity %q: needed (-want +got):\n%s", state, d)
			}
			if d := cmp.Diff([]string{"identity"}, got.Paths); d != "" {
				t.Errorf("identity %q: requirements (-want +got):\n%s", state, d)
			}
		})
	}
}

// A change of plan changes name, key, verifications and features and leaves nothing of
// the earlier plan behind.
func TestStatusFollowsThePlan(t *testing.T) {
	t.Parallel()
	f := complete()
	f.Given = allBut("merchant.businessUrl")
	before, after := plans.Evaluate(plan(t, "merchant"), f), plans.Evaluate(plan(t, "merchant-professional"), f)
	if before.Status != plans.Verified || after.Status != plans.Unverified {
		t.Errorf("status %q then %q, want verified then unverified", before.Status, after.Status)
	}
	if after.Plan != "Merchant Professional" || after.PlanKey != "merchant-professional" {
		t.Errorf("plan %q (%q) does not follow the change", after.Plan, after.PlanKey)
	}
	want := map[string]string{"professional": "unverified", "bank": "verified"}
	if d := cmp.Diff(want, after.Verifications); d != "" {
		t.Errorf("verifications (-want +got):\n%s", d)
	}
}

// A feature without a gate of its own (here withdraw) needs everything, and a plan that
// requires the bank alone gates no payment.
func TestGatesHangOnWhatThePlanRequires(t *testing.T) {
	t.Parallel()
	p := plans.Plan{
		Key: "k", Name: "K", Requires: []plans.Verification{plans.Bank},
		Features: []plans.Feature{plans.CreateCustomers, plans.Unmask, plans.AcceptPayments, plans.Withdraw},
	}
	s := plans.Evaluate(p, plans.Facts{CustomerStatus: "active"})
	want := map[string]bool{"createCustomers": true, "unmask": true, "acceptPayments": true, "withdraw": false}
	if d := cmp.Diff(want, s.Features); d != "" {
		t.Errorf("features (-want +got):\n%s", d)
	}
}
