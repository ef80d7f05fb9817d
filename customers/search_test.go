package customers_test

import (
	"testing"

	"pgregory.net/rapid"

	"tenantry/customers"
)

// Folding twice is folding once, so that what is compared folded is found again.
func TestFoldIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := rapid.String().Draw(r, "text")
		if once := customers.Fold(text); customers.Fold(once) != once {
			r.Fatalf("%q folds to %q, then to %q", text, once, customers.Fold(once))
		}
	})
}
