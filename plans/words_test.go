package plans_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tenantry/plans"
)

// Whatever the customer, the words of its planStatus are among those that lists can be
// filtered by.
func TestEveryWordCanBeListedBy(t *testing.T) {
	t.Parallel()
	known, statuses, c := plans.NeededWords(), plans.StatusWords(), catalog(t)
	if slices.Sort(known); len(slices.Compact(slices.Clone(known))) != len(known) {
		t.Errorf("some word is there twice: %q", known)
	}
	rapid.Check(t, func(r *rapid.T) {
		plan := rapid.SampledFrom(c.All()).Draw(r, "plan")
		status := plans.Evaluate(plan, plans.Facts{
			CustomerStatus: rapid.SampledFrom([]string{"created", "active", "disabled", "locked"}).Draw(r, "status"),
			Identity:       rapid.SampledFrom([]string{"none", "pending", "review", "retry", "document", "kba", "verified", "rejected"}).Draw(r, "identity"),
			EntityType:     rapid.SampledFrom([]string{"", "ISP", "LLC", "CORP"}).Draw(r, "entity"),
			Bank:           rapid.SampledFrom([]plans.BankState{plans.BankNone, plans.BankAdded, plans.BankDropped, plans.BankVerified}).Draw(r, "bank"),
			Given:          func(string) bool { return rapid.Bool().Draw(r, "given") },
		})
		if !slices.Contains(statuses, status.Status) {
			r.Errorf("nothing lists by the status %q", status.Status)
		}
		for _, word := range status.Needed {
			if !slices.Contains(known, word) {
				r.Errorf("nothing lists by %q", word)
			}
		}
	})
}
