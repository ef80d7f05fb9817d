package dialect

import (
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"tenantry/internal/fault"
)

// rememberedAddresses bounds the memory of a Throttle.
const rememberedAddresses = 10_000

// Throttle limits what strangers may ask for: so much per network address, and so
// much altogether. It is safe for concurrent use.
type Throttle struct {
	now        func() time.Time
	perAddress int
	all        *rate.Limiter
	addresses  *otter.Cache[string, *rate.Limiter]
}

// NewThrottle makes a Throttle with limits per minute.
func NewThrottle(perAddress, altogether int, now func() time.Time) *Throttle {
	return &Throttle{
		now: now, perAddress: perAddress, all: rate.NewLimiter(perMinute(altogether), altogether),
		addresses: otter.Must(&otter.Options[string, *rate.Limiter]{MaximumSize: rememberedAddresses}),
	}
}

// Take takes one request of an address. It returns RateLimited with
// RetryAfterSeconds when none is left; what one address is refused costs the others
// nothing.
func (t *Throttle) Take(address string) error {
	now := t.now()
	if !t.limiter(address).AllowN(now, 1) || !t.all.AllowN(now, 1) {
		limited := fault.New(fault.RateLimited, fault.CodeRateLimited, "too many requests without a key; wait a minute and try again")
		limited.RetryAfterSeconds = 60
		return limited
	}
	return nil
}

func (t *Throttle) limiter(address string) *rate.Limiter {
	if known, ok := t.addresses.GetIfPresent(address); ok {
		return known
	}
	fresh := rate.NewLimiter(perMinute(t.perAddress), t.perAddress)
	if earlier, added := t.addresses.SetIfAbsent(address, fresh); !added {
		return earlier
	}
	return fresh
}

func perMinute(n int) rate.Limit { return rate.Limit(float64(n) / 60) }
