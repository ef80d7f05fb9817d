package dialect_test

import (
	"testing"
	"time"

	"tenantry/internal/dialect"
	"tenantry/internal/fault"
)

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
