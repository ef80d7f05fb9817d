package plans_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/plans"
)

// Every requirement, for every plan, identity state and bank state, has a reason and a
// remedy that read as sentences.
func TestEveryRequirementSaysWhyAndWhatToDo(t *testing.T) {
	t.Parallel()
	for _, p := range plans.Defaults() {
		for _, f := range everyUnverified() {
			for _, r := range plans.Evaluate(p, f).Requirements {
				if !sentence(r.Reason) || !sentence(r.Remedy) {
					t.Errorf("%s, identity %s: %+v", p.Key, f.Identity, r)
				}
			}
		}
	}
}

// everyUnverified returns facts for each combination of states that words a requirement.
func everyUnverified() []plans.Facts {
	var list []plans.Facts
	for _, identity := range []string{"none", "pending", "review", "retry", "document", "rejected", "other"} {
		for _, entity := range []string{"", "ISP", "LLC", "CORP"} {
			for bank := plans.BankNone; bank < plans.BankVerified; bank++ {
				f := plans.Facts{CustomerStatus: "active", Identity: identity, EntityType: entity, Bank: bank, Sandbox: true}
				complete := f
				complete.Given = all
				list = append(list, f, complete)
			}
		}
	}
	return list
}

// sentence reports whether a text starts like a sentence and ends like one.
func sentence(text string) bool {
	return len(text) > 10 && strings.ToUpper(text[:1]) == text[:1] && strings.HasSuffix(text, ".")
}

// requirement returns the requirement at a path, or fails the test.
func requirement(t *testing.T, s plans.Status, path string) plans.Requirement {
	t.Helper()
	for _, r := range s.Requirements {
		if r.Path == path {
			return r
		}
	}
	t.Fatalf("no requirement %q in %+v", path, s.Requirements)
	return plans.Requirement{}
}

// A customer with incomplete data learns that the review starts by itself, and a rejected
// one is not told that data is enough.
func TestIdentityRemedyFitsTheState(t *testing.T) {
	t.Parallel()
	f := plans.Facts{CustomerStatus: "active", Identity: "none", Given: none}
	open := requirement(t, plans.Evaluate(plan(t, "merchant"), f), "identity")
	if !strings.Contains(open.Remedy, "starts by itself") {
		t.Errorf("with fields missing the remedy is %q", open.Remedy)
	}
	f.Identity = "rejected"
	rejected := requirement(t, plans.Evaluate(plan(t, "merchant"), f), "identity")
	if strings.Contains(rejected.Remedy, "starts by itself") || !strings.Contains(rejected.Reason, "rejection") {
		t.Errorf("after a rejection it says %+v", rejected)
	}
	seen := map[string]string{}
	for _, state := range []string{"none", "pending", "review", "retry", "document", "rejected"} {
		t.Run(state, func(t *testing.T) {
			f := complete()
			f.Identity = state
			r := requirement(t, plans.Evaluate(plan(t, "merchant"), f), "identity")
			if other, found := seen[r.Reason]; found {
				t.Errorf("%s and %s give the same reason", state, other)
			}
			seen[r.Reason] = state
		})
	}
}

// Test values are shown in sandbox mode and never in live mode.
func TestTestValuesAreShownInSandboxOnly(t *testing.T) {
	t.Parallel()
	values := map[plans.BankState]string{plans.BankNone: "000123456789", plans.BankDropped: `["32", "45"]`}
	for state, value := range values {
		f := complete()
		f.Bank = state
		live := requirement(t, plans.Evaluate(plan(t, "merchant"), f), "defaultBank")
		f.Sandbox = true
		sandbox := requirement(t, plans.Evaluate(plan(t, "merchant"), f), "defaultBank")
		if strings.Contains(live.Remedy, value) || !strings.Contains(sandbox.Remedy, value) {
			t.Errorf("bank state %d: live %q, sandbox %q", state, live.Remedy, sandbox.Remedy)
		}
	}
}

// The native object has its words, and an empty map or list is written as one, never as
// null.
func TestStatusIsWrittenInNativeWords(t *testing.T) {
	t.Parallel()
	written := func(s plans.Status) string {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal("encoding a planStatus:", err)
		}
		return string(text)
	}
	want := `{"plan":"Payer","planKey":"payer","status":"verified","verifications":{},"needed":[],` +
		`"features":{"sendPayments":true},"requirements":[]}`
	active := plans.Facts{CustomerStatus: "active"}
	if d := cmp.Diff(want, written(plans.Evaluate(plan(t, "payer"), active))); d != "" {
		t.Errorf("payer (-want +got):\n%s", d)
	}
	empty := written(plans.Evaluate(plans.Plan{Key: "bare", Name: "Bare"}, active))
	if strings.Contains(empty, "null") {
		t.Errorf("a plan without features is written as %s", empty)
	}
	f := complete()
	f.Bank = plans.BankAdded
	if got := written(plans.Evaluate(plan(t, "merchant"), f)); !strings.Contains(got, `"requirements":[{"code":"bank.drops.unstarted","path":"defaultBank","state":"due","reason":"`) {
		t.Errorf("a requirement is written as %s", got)
	}
}
