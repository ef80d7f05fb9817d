package dwolla

import (
	"net/http"
	"net/netip"
	"strings"

	"tenantry/customers/access"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
)

const (
	// mediaHAL is the one media type of answers. Clients compare it whole, so it has
	// no parameters.
	mediaHAL  = "application/vnd.dwolla.v1.hal+json"
	mediaJSON = "application/json"
	mediaForm = "application/x-www-form-urlencoded"

	headerIdempotency = "Idempotency-Key"
	maxKey            = 255
)

// Options are what a Handler is made of; Service and Plan are required.
type Options struct {
	Service *app.App
	// Plan is the key of the plan that customers made here get.
	Plan string
	// Lenient takes Accept: application/json and */* for the vendor's media type.
	Lenient bool
	// Sandbox allows ten webhook subscriptions instead of five.
	Sandbox bool
	// PublicURL is where links lead, without a slash at its end; empty for the scheme
	// and host of each request.
	PublicURL string
	// TrustedProxies are the only peers whose X-Forwarded-Proto and X-Forwarded-Host
	// are believed.
	TrustedProxies []netip.Prefix
	// Page is what a browser gets at the root.
	Page []byte
}

// Handler is Dwolla's dialect of a service. It is safe for concurrent use.
type Handler struct {
	service *app.App
	options Options
}

var _ dialect.Speaker = (*Handler)(nil)

// New makes the dialect.
func New(o Options) *Handler {
	o.PublicURL = strings.TrimSuffix(o.PublicURL, "/")
	return &Handler{service: o.Service, options: o}
}

// roots are the first segments of the vendor's paths, whether something is served below
// them or not; it never changes.
var roots = map[string]bool{
	"token": true, "accounts": true, "customers": true, "documents": true, "beneficial-owners": true, "kba": true,
	"business-classifications": true, "funding-sources": true, "transfers": true, "mass-payments": true,
	"events": true, "webhook-subscriptions": true, "webhooks": true,

	"client-tokens": true, "exchange-partners": true, "exchange-sessions": true, "exchanges": true, "label-reallocations": true,
	"labels": true, "ledger-entries": true, "mass-payment-items": true, "oauth": true, "on-demand-authorizations": true,
	"sandbox-simulations": true, "sessions": true,
}

// Owns reports whether a path is the vendor's, by its first segment.
func (*Handler) Owns(path string) bool {
	first, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/")
	return strings.HasPrefix(path, "/") && roots[first]
}

// Presented reads the access token. What the request accepts is looked at here too,
// before anything is done for it.
func (f *Handler) Presented(request *http.Request) (access.Presented, error) {
	presented := access.Presented{Itself: true}
	scheme, token, _ := strings.Cut(request.Header.Get("Authorization"), " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		return presented, refuse(http.StatusUnauthorized, codeCredentials,
			fault.New(fault.Unauthenticated, fault.CodeCredentials, "send an access token as Authorization: Bearer <token>"))
	}
	if !f.accepted(request.Header) {
		return presented, refuse(http.StatusNotAcceptable, codeVersion,
			fault.New(fault.Malformed, fault.CodeMalformed, "send Accept: "+mediaHAL))
	}
	presented.Bearer = secret.New(token)
	return presented, nil
}

// IdempotencyKey returns the key of a POST, which has at most 255 printable ASCII
// characters.
func (*Handler) IdempotencyKey(request *http.Request) (string, error) {
	values := request.Header.Values(headerIdempotency)
	if len(values) == 0 || request.Method != http.MethodPost {
		return "", nil
	}
	key := values[0]
	if len(values) > 1 || key == "" || len(key) > maxKey || strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", fault.New(fault.Malformed, fault.CodeMalformed, "Idempotency-Key must be 1 to 255 printable ASCII characters, sent once")
	}
	return key, nil
}

// KeepsRefusal reports that a refused request releases its key.
func (*Handler) KeepsRefusal(int) bool { return false }

// Echoes sends nothing back.
func (*Handler) Echoes(*http.Request) map[string]string { return nil }
