package api

import (
	"sync"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Bounds are what is at work at one moment, in all and for one tenant; 0 is no bound.
// Requests that need no credential share half of all requests and the bytes of one tenant,
// so that strangers leave room for the others.
type Bounds struct {
	Requests, TenantRequests int
	// Bytes are those of bodies.
	Bytes, TenantBytes int64
}

// inFlight counts what is at work. A tenant has an entry as long as it has a request. It
// is safe for concurrent use.
type inFlight struct {
	bounds  Bounds
	refused func(reason string)

	mu        sync.Mutex
	all       share
	strangers share
	tenants   map[tenancy.ID]*share
}

// share is what one party has at work.
type share struct {
	requests int
	bytes    int64
}

func newInFlight(b Bounds, refused func(reason string)) *inFlight {
	return &inFlight{bounds: b, refused: refused, tenants: make(map[tenancy.ID]*share)}
}

// load is the part of one request in what is at work. A nil load has no bounds: it is that
// of the operator at the machine itself, and of probes.
type load struct {
	of     *inFlight
	tenant tenancy.ID // zero for strangers, and for the operator
	share  *share     // nil for the operator, and as long as it is not known who asks
	bytes  int64
}

// enter takes one request in. It returns Unavailable if there are too many.
func (f *inFlight) enter() (*load, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if above(f.all.requests+1, f.bounds.Requests) {
		return nil, f.overloaded("requests")
	}
	f.all.requests++
	return &load{of: f}, nil
}

// admitStranger makes the load that of a request without a credential. It returns
// Unavailable if there are too many of these.
func (l *load) admitStranger() error {
	if l == nil {
		return nil
	}
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	l.share = &l.of.strangers
	l.share.requests++
	if above(l.share.requests, (l.of.bounds.Requests+1)/2) {
		return l.of.overloaded("strangers")
	}
	return nil
}

// identify makes the load that of a caller's tenant. It returns RateLimited if the tenant
// has too many requests at work. The operator has the bounds of all only.
func (l *load) identify(caller tenancy.Caller) error {
	if l == nil {
		return nil
	}
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if tenancy.IsOperator(caller.Actor) {
		return nil
	}
	l.tenant = caller.Actor.Ref().Tenant
	if l.share = l.of.tenants[l.tenant]; l.share == nil {
		l.share = &share{}
		l.of.tenants[l.tenant] = l.share
	}
	l.share.requests++
	if above(l.share.requests, l.of.bounds.TenantRequests) {
		return l.of.busy("tenant_requests")
	}
	return nil
}

// hold takes n bytes of memory for the body of the request, until it leaves. It returns
// Unavailable if all bodies together take too many, RateLimited if those of the tenant do.
func (l *load) hold(n int64) error {
	if l == nil {
		return nil
	}
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	if above(l.of.all.bytes+n, l.of.bounds.Bytes) {
		return l.of.overloaded("bytes")
	}
	if l.share != nil && above(l.share.bytes+n, l.of.bounds.TenantBytes) {
		if l.tenant.IsZero() {
			return l.of.overloaded("bytes")
		}
		return l.of.busy("tenant_bytes")
	}
	l.of.all.bytes += n
	l.bytes += n
	if l.share != nil {
		l.share.bytes += n
	}
	return nil
}

// leave returns everything that the request took.
func (l *load) leave() {
	if l == nil {
		return
	}
	l.of.mu.Lock()
	defer l.of.mu.Unlock()
	l.of.all.requests--
	l.of.all.bytes -= l.bytes
	if l.share == nil {
		return
	}
	l.share.requests--
	l.share.bytes -= l.bytes
	if !l.tenant.IsZero() && l.share.requests == 0 {
		delete(l.of.tenants, l.tenant)
	}
}

// bytesHeld returns what all bodies take now.
func (f *inFlight) bytesHeld() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return float64(f.all.bytes)
}

func above[N int | int64](n, bound N) bool { return bound > 0 && n > bound }

func (f *inFlight) overloaded(reason string) error {
	f.refused(reason)
	return retryAfter(fault.New(fault.Unavailable, fault.CodeOverloaded,
		"the service has as much to do as it takes on at once; try again as Retry-After says"), 1)
}

func (f *inFlight) busy(reason string) error {
	f.refused(reason)
	return retryAfter(fault.New(fault.RateLimited, fault.CodeTenantBusy,
		"the requests of this platform that are at work take as much as one platform may at once; wait for their answers, or try again as Retry-After says"), 1)
}

func retryAfter(refusal *fault.Error, seconds int) *fault.Error {
	refusal.RetryAfterSeconds = seconds
	return refusal
}
