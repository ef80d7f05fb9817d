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

// rememberedBuckets bounds the memory of each rate. Only good credentials have buckets of
// limits, so strangers cannot push another's out.
const rememberedBuckets = 100_000

// limits are the request rates of credentials and of tenants: a token bucket each, which
// holds one minute's worth. It is safe for concurrent use.
type limits struct {
	now                  func() time.Time
	credentials, tenants *buckets
}

// bucketName identifies a credential. Its own id is unique within its customer only, and
// the two halves of a pair share it: browsers must not use up the servers' rate. Each
// session of a user has a rate of its own, apart from the user's access tokens. The bucket
// of a tenant is named by the id of the tenant alone.
type bucketName struct {
	actor               tenancy.ID
	kind                tenancy.CredentialKind
	credential, session string
}

// buckets are the buckets of one rate; nil is no limit.
type buckets struct {
	perMinute int
	reason    string // in metrics
	text      string // of a refusal
	known     *otter.Cache[bucketName, *rate.Limiter]
}

// newLimits returns nil, which is no limit, for rates of 0.
func newLimits(perMinute, perTenant int, now func() time.Time) *limits {
	if perMinute <= 0 && perTenant <= 0 {
		return nil
	}
	return &limits{
		now: now,
		credentials: newBuckets(perMinute, "credential_rate",
			"this credential has used its requests of this minute; wait as Retry-After says"),
		tenants: newBuckets(perTenant, "tenant_rate",
			"the credentials of this platform have used its requests of this minute; wait as Retry-After says"),
	}
}

func newBuckets(perMinute int, reason, text string) *buckets {
	if perMinute <= 0 {
		return nil
	}
	return &buckets{
		perMinute: perMinute, reason: reason, text: text,
		known: otter.Must(&otter.Options[bucketName, *rate.Limiter]{MaximumSize: rememberedBuckets}),
	}
}

// quota is what a credential, or its tenant if that has less, has left.
type quota struct {
	limit, remaining, resetSeconds int
	reason                         string
}

// take takes one request of a credential and of its tenant. It returns RateLimited with
// RetryAfterSeconds if one of them has none left; refused requests cost neither anything.
// The operator belongs to no tenant.
func (l *limits) take(caller tenancy.Caller) (quota, error) {
	now := l.now()
	ref := caller.Actor.Ref()
	own := l.credentials.draw(now, bucketName{ref.ID, caller.Credential.Kind, caller.Credential.ID, caller.Credential.Session})
	var shared draw
	if !tenancy.IsOperator(caller.Actor) {
		shared = l.tenants.draw(now, bucketName{actor: ref.Tenant})
	}
	for _, one := range []draw{own, shared} {
		if one.refusal != nil {
			own.giveBack(now)
			shared.giveBack(now)
			return one.left, one.refusal
		}
	}
	if own.of == nil || shared.of != nil && shared.left.remaining < own.left.remaining {
		return shared.left, nil
	}
	return own.left, nil
}

// Admit takes a request for a page from the rates of whoever is signed in, as admit does for
// requests of the API. It returns RateLimited with RetryAfterSeconds if none is left.
func (s *Server) Admit(caller tenancy.Caller) error {
	if s.limits == nil {
		return nil
	}
	left, err := s.limits.take(caller)
	if err != nil {
		s.metrics.refuse(left.reason)
	}
	return err
}

// draw is one request taken from a bucket, or why none could be.
type draw struct {
	of      *rate.Limiter
	taken   *rate.Reservation
	left    quota
	refusal error
}

func (b *buckets) draw(now time.Time, name bucketName) draw {
	if b == nil {
		return draw{}
	}
	bucket := b.bucket(name)
	d := draw{of: bucket, taken: bucket.ReserveN(now, 1)}
	allowed := d.taken.OK() && d.taken.DelayFrom(now) == 0
	if !allowed {
		d.giveBack(now)
	}
	tokens := bucket.TokensAt(now)
	perSecond := float64(b.perMinute) / 60
	d.left = quota{
		limit: b.perMinute, remaining: max(int(tokens), 0),
		resetSeconds: int(math.Ceil((float64(b.perMinute) - tokens) / perSecond)), reason: b.reason,
	}
	if !allowed {
		d.refusal = b.refusal(tokens)
	}
	return d
}

// refusal returns RateLimited with RetryAfterSeconds for a bucket with less than one token.
func (b *buckets) refusal(tokens float64) error {
	wait := int(math.Ceil((1 - tokens) * 60 / float64(b.perMinute)))
	return retryAfter(fault.New(fault.RateLimited, fault.CodeRateLimited, b.text), max(wait, 1))
}

// exhausted returns RateLimited with RetryAfterSeconds if a bucket has nothing left, and
// takes nothing from it.
func (b *buckets) exhausted(now time.Time, name bucketName) error {
	if tokens := b.bucket(name).TokensAt(now); tokens < 1 {
		return b.refusal(tokens)
	}
	return nil
}

// giveBack undoes the draw; doing it twice does no harm.
func (d *draw) giveBack(now time.Time) {
	if d.taken != nil {
		d.taken.CancelAt(now)
		d.taken = nil
	}
}

func (b *buckets) bucket(name bucketName) *rate.Limiter {
	if known, ok := b.known.GetIfPresent(name); ok {
		return known
	}
	fresh := rate.NewLimiter(rate.Limit(float64(b.perMinute)/60), b.perMinute)
	if earlier, added := b.known.SetIfAbsent(name, fresh); !added {
		return earlier
	}
	return fresh
}

func (q quota) describe(header http.Header) {
	if q.limit == 0 {
		return
	}
	// Spelled as net/http keeps them: setting another form copies it first.
	header.Set("Ratelimit-Limit", strconv.Itoa(q.limit))
	header.Set("Ratelimit-Remaining", strconv.Itoa(q.remaining))
	header.Set("Ratelimit-Reset", strconv.Itoa(q.resetSeconds))
}
