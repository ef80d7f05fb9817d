package dialect_test

import (
	"testing"
	"time"

	"tenantry/internal/dialect"
	"tenantry/internal/fault"
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
		if got := dialect.Unprefixed("CU", text); got != "" {
			t.Errorf("%q reads as %q", text, got)
		}
	}
}

// An address has its own limit and costs others nothing past it; all together have one
// too; both come back with time.
func TestThrottle(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC)
	throttle := dialect.NewThrottle(2, 5, func() time.Time { return now })
	taken := func(address string, times int) (allowed int) {
		for range times {
			if err := throttle.Take(address); err == nil {
				allowed++
			} else if fault.KindOf(err) != fault.RateLimited {
				t.Errorf("it is refused with %v", err)
			}
		}
		return allowed
	}
	if got := taken("a", 10); got != 2 {
		t.Errorf("one address got %d", got)
	}
	if got := taken("b", 2) + taken("c", 2); got != 3 {
		t.Errorf("the others got %d", got)
	}
	now = now.Add(time.Minute)
	if got := taken("a", 3); got != 2 {
		t.Errorf("a minute later it got %d", got)
	}
}
