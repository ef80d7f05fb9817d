package plans_test

import (
	"slices"
	"testing"

	"tenantry/plans"
)

// BenchmarkEvaluate measures what one row of a list of customers pays: the look-up of its
// plan and its planStatus. The bar is 5 µs for every case.
func BenchmarkEvaluate(b *testing.B) {
	empty := plans.Facts{CustomerStatus: "active", Identity: "none", Given: none}
	cases := []struct {
		name, plan string
		facts      plans.Facts
	}{
		{"verified merchant", "merchant", complete()},
		{"empty merchant", "merchant", empty},
		{"empty professional", "merchant-professional", empty},
		{"payer", "payer", empty},
	}
	ruled := plans.Defaults()
	at := slices.IndexFunc(ruled, func(p plans.Plan) bool { return p.Key == "merchant" })
	for _, path := range []string{"legalEntity.businessTaxId", "merchant.supportEmail", "merchant.supportPhone", "ownership", "defaultBank", "identity"} {
		ruled[at].Requirements = append(ruled[at].Requirements, plans.Rule{
			Path: path, After: plans.After{Days: 30}, Within: 14 * day, When: plans.Condition{EntityTypes: []string{"LLC"}, Countries: []string{"USA", "CAN"}},
		})
	}
	b.Run("empty merchant with six rules", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			plans.Evaluate(ruled[at], empty)
		}
	})
	c := catalog(b)
	for _, bench := range cases {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				p, _ := c.Get(bench.plan)
				plans.Evaluate(p, bench.facts)
			}
		})
	}
}
