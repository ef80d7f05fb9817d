package keys

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/netip"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"
)

// countedFailures bounds how many keys, and how many addresses, have their attempts
// counted at once. Those that try often are forgotten last.
const countedFailures = 50_000

// failures counts attempts per subject in token buckets. A bucket is made and drained
// only by what is counted, so that where failures are counted, a subject that never fails
// takes no room and is never limited.
type failures struct {
	perMinute int
	buckets   *otter.Cache[digest, *rate.Limiter]
}

func newFailures(perMinute int) (*failures, error) {
	buckets, err := otter.New(&otter.Options[digest, *rate.Limiter]{MaximumSize: countedFailures})
	if err != nil {
		return nil, fmt.Errorf("making a map of attempts: %w", err)
	}
	return &failures{perMinute: perMinute, buckets: buckets}, nil
}

// subject is one bucket that an attempt is held against.
type subject struct {
	in *failures
	id digest
}

// named returns the bucket of a name within its kind. Names are digested because they may
// be long, and personal.
func (f *failures) named(kind, name string) subject {
	return subject{in: f, id: sha256.Sum256([]byte(kind + "\x00" + name))}
}

// blockedFor returns how long the subject has to wait, 0 for not at all.
func (s subject) blockedFor(now time.Time) time.Duration {
	bucket, counted := s.in.buckets.GetIfPresent(s.id)
	if !counted {
		return 0
	}
	missing := 1 - bucket.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return time.Duration(missing / float64(bucket.Limit()) * float64(time.Second))
}

// count counts one attempt; it reports whether the bucket had room for it.
func (s subject) count(now time.Time) bool {
	perSecond := rate.Limit(float64(s.in.perMinute) / time.Minute.Seconds())
	bucket, _ := s.in.buckets.SetIfAbsent(s.id, rate.NewLimiter(perSecond, s.in.perMinute))
	return bucket.AllowN(now, 1)
}

// limited returns RateLimited with the longest wait among the subjects, or nil.
func limited(now time.Time, subjects []subject) error {
	var longest time.Duration
	for _, s := range subjects {
		longest = max(longest, s.blockedFor(now))
	}
	if longest == 0 {
		return nil
	}
	return tooManyFailures(seconds(longest))
}

// seconds rounds a wait up, so that a client that heeds it does not come too early.
func seconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

// Source returns the part of a network address that one stranger controls: an IPv6
// customer commonly has a whole /64 to choose addresses from.
func Source(address string) string {
	parsed, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	parsed = parsed.Unmap()
	if parsed.Is4() {
		return parsed.String()
	}
	return netip.PrefixFrom(parsed, 64).Masked().String()
}
