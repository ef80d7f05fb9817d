package dialect_test

import (
	"testing"

	"tenantry/internal/dialect"
	"tenantry/tenancy"
)

// A written id reads back as its digits, and nothing else reads as an id.
func TestIDs(t *testing.T) {
	t.Parallel()
	id := tenancy.ID{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
	if got := dialect.Unprefixed("CU", dialect.Prefixed("CU", id)); got != id.String() {
		t.Errorf("it reads back as %q", got)
	}
	for _, text := range []string{"", "CU", "CU0", id.String(), "CC" + id.String(), "CU" + id.String() + "0", "cu" + id.String(), "CU0102030405060708090A0B0C"} {
		t.Run(text, func(t *testing.T) {
			if got := dialect.Unprefixed("CU", text); got != "" {
				t.Errorf("%q reads as %q", text, got)
			}
		})
	}
}
