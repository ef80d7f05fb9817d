package api

import (
	"cmp"
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"net/netip"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/rs/zerolog"

	"tenantry/customers/identity"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
)

// What the listeners around the handlers should use (the command that serves owns them).
const (
	// ReadHeaderTimeout bounds how long a client may take to send its headers.
	ReadHeaderTimeout = 5 * time.Second
	// ReadTimeout bounds how long a client may take to send a whole request.
	ReadTimeout = 30 * time.Second
	// WriteTimeout bounds how long a request may take from its headers to its answer.
	WriteTimeout = 45 * time.Second
	// IdleTimeout is how long a connection without a request is kept.
	IdleTimeout = 2 * time.Minute
	// MaxHeaderBytes bounds the headers of a request. Longer ones are answered in the
	// envelope up to ServerHeaderBytes, and past that by the server of the listener, which
	// knows of no envelope and hangs up.
	MaxHeaderBytes    = 32 << 10
	ServerHeaderBytes = 64 << 10
	// DrainTimeout is how long a stopping server waits for requests under way.
	DrainTimeout = 20 * time.Second
)

// The defaults of Options.
const (
	// DefaultRequestTimeout is how long one request may work.
	DefaultRequestTimeout = 15 * time.Second
	// DefaultBodyLimit is the longest body of a request, in bytes.
	DefaultBodyLimit = 1 << 20
	// DefaultRatePerMinute is how many requests one credential has per minute
	// (PayStand partner notes, rate limits). Options does not apply it by itself.
	DefaultRatePerMinute = 3000
)

// LateResults reads the late results of a remote identity provider; *kyc.Remote implements
// it.
type LateResults interface {
	// Expects returns Unauthenticated for headers that no signed message of now has.
	Expects(header http.Header) error
	// Callback reads a message and verifies its signature. It returns Unauthenticated,
	// Malformed, and NotFound for one that names no customer.
	Callback(header http.Header, content []byte) (identity.LateResult, error)
}

// Options are what a Server is made of. Only Service is required.
type Options struct {
	Service *app.App
	// Log receives one line per request; its zero value writes nothing.
	Log zerolog.Logger
	// Mode is the mode of the installation: sandbox or live.
	Mode string
	// Version is the version of the program.
	Version string
	// Random makes request references; default crypto/rand.
	Random io.Reader
	// Now is the clock of limits and durations; default time.Now.
	Now func() time.Time
	// RequestTimeout is how long one request may work; default 15 s.
	RequestTimeout time.Duration
	// BodyLimit is the longest body of a request, in bytes; default 1 MiB.
	BodyLimit int64
	// RatePerMinute is how many requests one credential has per minute; 0 is no limit.
	RatePerMinute int
	// TenantRatePerMinute is how many requests all credentials of one tenant have per
	// minute; 0 is no limit.
	TenantRatePerMinute int
	// InFlight bounds what is at work at one moment.
	InFlight Bounds
	// Streams bounds the open streams of events, in all and for one tenant; default 1000 and 50.
	Streams, TenantStreams int
	// StreamHeartbeat is how often something is written to an idle stream, and its credential
	// looked at; default 15 s.
	StreamHeartbeat time.Duration
	// TrustedProxies are the only peers whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// PublicURL is how clients reach the service, and where the links of invitations and
	// onboarding lead, without a slash at its end; empty for the scheme and host of each
	// request.
	PublicURL string
	// HTTPSInFront says that clients speak https with a proxy, whatever it speaks here.
	HTTPSInFront bool
	// Ready returns why the service is not ready though its store answers; may be nil.
	Ready func(ctx context.Context) error
	// Dialects are vendors' dialects that are served beside the native API.
	Dialects []dialect.Dialect
	// Console serves the pages for people at the paths of Pages, each with all below it; nil
	// for none. If ConsoleApart is set Handler does not serve them, but ConsoleHandler does.
	Console      http.Handler
	Pages        []string
	ConsoleApart bool
	// ConsoleURL is where the pages are if they are apart, without a slash at its end; empty
	// for where this API is.
	ConsoleURL string
	// Onboarding serves the pages at OnboardingPath, beside the API; nil for none.
	Onboarding http.Handler
	// Docs serves the reference at DocsPath, beside the API; nil for none.
	Docs http.Handler
	// IdentityCallback reads the late results of a remote identity provider; nil if there
	// is no such provider.
	IdentityCallback LateResults
	// Registry takes the metrics; default a new one.
	Registry *prometheus.Registry
}

func (o Options) withDefaults() Options {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.RequestTimeout == 0 {
		o.RequestTimeout = DefaultRequestTimeout
	}
	if o.BodyLimit == 0 {
		o.BodyLimit = DefaultBodyLimit
	}
	o.Streams, o.TenantStreams = cmp.Or(o.Streams, DefaultStreams), cmp.Or(o.TenantStreams, DefaultTenantStreams)
	o.StreamHeartbeat = cmp.Or(o.StreamHeartbeat, DefaultStreamHeartbeat)
	if o.Registry == nil {
		o.Registry = prometheus.NewRegistry()
	}
	return o
}
