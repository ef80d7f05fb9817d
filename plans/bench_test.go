package plans_test

import (
	"testing"

	"tenantry/plans"
)

// BenchmarkEvaluate measures what one row of a list of customers pays: the look-up of its
// plan and its planStatus. The bar is 2 µs for every case.
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
