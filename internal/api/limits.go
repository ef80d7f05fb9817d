package api

import (
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/maypok86/otter/v2"
	"golang.org/x/time/rate"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// rememberedBuckets bounds the memory of the limits; only good credentials have a bucket,
// so strangers cannot push another's out.
const rememberedBuckets = 100_000

// limits is the request rate of credentials: a token bucket each, which holds one
// minute's worth. It is safe for concurrent use.
type limits struct {
	perMinute int
	now       func() time.Time
	buckets   *otter.Cache[bucketName, *rate.Limiter]
}

// bucketName identifies a credential. Its own id is unique within its customer only, and
// the two halves of a pair share it: browsers must not use up the servers' rate.
type bucketName struct {
	actor      tenancy.ID
	kind       tenancy.CredentialKind
	credential string
}

// newLimits returns nil, which is no limit, for a rate of 0.
func newLimits(perMinute int, now func() time.Time) *limits {
	if perMinute <= 0 {
		return nil
	}
	return &limits{
		perMinute: perMinute, now: now,
		buckets: otter.Must(&otter.Options[bucketName, *rate.Limiter]{MaximumSize: rememberedBuckets}),
	}
}

// quota is what a credential has left.
type quota struct{ limit, remaining, resetSeconds int }

// take takes one request. It returns RateLimited with RetryAfterSeconds if none is left;
// refused requests cost nothing.
func (l *limits) take(caller tenancy.Caller) (quota, error) {
	now := l.now()
	bucket := l.bucket(bucketName{caller.Actor.Ref().ID, caller.Credential.Kind, caller.Credential.ID})
	allowed := bucket.AllowN(now, 1)
	tokens := bucket.TokensAt(now)
	perSecond := float64(l.perMinute) / 60
	left := quota{
		limit: l.perMinute, remaining: max(int(tokens), 0),
		resetSeconds: int(math.Ceil((float64(l.perMinute) - tokens) / perSecond)),
	}
	if allowed {
		return left, nil
	}
	limited := fault.New(fault.RateLimited, fault.CodeRateLimited,
		"this credential has used up its requests for this minute; wait as Retry-After says")
	limited.RetryAfterSeconds = max(int(math.Ceil((1-tokens)/perSecond)), 1)
	return left, limited
}

func (l *limits) bucket(name bucketName) *rate.Limiter {
	if known, ok := l.buckets.GetIfPresent(name); ok {
		return known
	}
	fresh := rate.NewLimiter(rate.Limit(float64(l.perMinute)/60), l.perMinute)
	if earlier, added := l.buckets.SetIfAbsent(name, fresh); !added {
		return earlier
	}
	return fresh
}

func (q quota) describe(header http.Header) {
	header.Set("RateLimit-Limit", strconv.Itoa(q.limit))
	header.Set("RateLimit-Remaining", strconv.Itoa(q.remaining))
	header.Set("RateLimit-Reset", strconv.Itoa(q.resetSeconds))
}
