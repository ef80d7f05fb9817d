package config

import (
	"net"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	rules "tenantry/internal/check"
	"tenantry/internal/secret"
	"tenantry/plans"
)

// Mode is sandbox or live: whether real customers are served.
type Mode string

// The modes.
const (
	// Sandbox is for trying out: test keys, magic values, a key ring made on the fly.
	Sandbox Mode = "sandbox"
	// Live moves money: nothing is made up and nothing is left open.
	Live Mode = "live"
)

// Switch is on, off, or left to what the mode suggests.
type Switch string

// The positions of a Switch.
const (
	Auto Switch = "auto"
	On   Switch = "true"
	Off  Switch = "false"
)

// Config is every setting of an installation. Load returns a valid one.
type Config struct {
	Mode Mode
	// Listen is the address of the API, host:port; port 0 picks a free one.
	Listen string
	// PublicURL is how clients reach the API, without a trailing slash, perhaps below a path
	// that a proxy takes off; if it is empty
	// the URL follows from Listen.
	PublicURL string
	// Data is the directory of everything that is kept on this machine.
	Data string

	Log     Log
	Metrics Metrics
	// Telemetry configures where traces are sent.
	Telemetry Telemetry
	Console   Console
	Limits    Limits
	Shutdown  Shutdown
	TLS       TLS
	CORS      CORS
	Store     Store
	Keys      Keys
	Users     Users
	Tenancy   Tenancy
	Payers    Payers
	Seal      Seal
	Identity  Identity
	// Documents configures what uploaded files go through.
	Documents Documents
	Webhooks  Webhooks
	Dialects  Dialects
	// Plans is the catalog; empty means the built-in plans.
	Plans []plans.Plan
}

// Log configures what is logged, to standard error.
type Log struct {
	Level  string // debug, info, warn, error
	Format string // auto, json, console
	// Client is what is logged of the network address of clients: off, address, prefix.
	Client string
}

// Metrics configures where Prometheus finds its figures.
type Metrics struct {
	// Listen is host:port; if it is empty no metrics are served.
	Listen string
}

// Telemetry configures where traces are sent.
type Telemetry struct {
	// OTLPEndpoint is the URL of a collector; if it is empty the OTEL_ variables say.
	OTLPEndpoint string
}

// Console configures the pages for people.
type Console struct {
	// Listen is host:port of an address of their own; if it is empty they are served beside
	// the API.
	Listen string
}

// Limits keep one caller from taking everything.
type Limits struct {
	// BodyBytes bounds the body of a request.
	BodyBytes int
	// RequestTimeout bounds the time that one request may take.
	RequestTimeout time.Duration
	// RatePerMinute bounds the requests of one credential; 0 means no limit.
	RatePerMinute int
	// TenantRatePerMinute bounds the requests of all credentials of one tenant; 0 means no
	// limit.
	TenantRatePerMinute int
	// RequestsInFlight and TenantRequestsInFlight bound the requests at work at one moment,
	// in all and of one tenant; BytesInFlight and TenantBytesInFlight their bodies.
	RequestsInFlight, TenantRequestsInFlight int
	BytesInFlight, TenantBytesInFlight       int
	// Connections and AddressConnections bound the open connections, in all and from one
	// network address.
	Connections, AddressConnections int
	// MemoryBytes is past which memory the process spends its time on freeing rather than
	// taking more; 0 leaves it to Memory.
	MemoryBytes int
	// TrustedProxies are the proxies whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
}

// Memory returns the memory, in bytes, past which the process frees rather than takes: what
// is configured, or room for the bodies at work, for the cache, and for some garbage.
func (c *Config) Memory() int64 {
	if c.Limits.MemoryBytes > 0 {
		return int64(c.Limits.MemoryBytes)
	}
	return 128<<20 + 2*int64(c.Limits.BytesInFlight) + int64(c.Store.SQLite.CacheBytes)
}

// Shutdown configures how the service ends.
type Shutdown struct {
	// Delay is a time span, or auto: how long requests are served after readiness has been
	// withdrawn.
	Delay string
}

// TLS makes the API speak https by itself, with both files or none, or says that a proxy
// in front does.
type TLS struct {
	Cert, Key string // paths of PEM files
	// InFront says that clients speak https with a proxy, which alone reaches the API.
	InFront bool
}

// CORS configures which pages in browsers may call the API.
type CORS struct {
	// Origins are exact: scheme, host and port where it is not the usual one.
	Origins []string
}

// Store configures where customers are kept: in MongoDB if its URI is set, otherwise in
// SQLite in the data directory.
type Store struct {
	SQLite SQLite
	Mongo  Mongo
}

// SQLite configures the embedded store.
type SQLite struct {
	// CacheBytes bounds the customers that are kept decoded in memory.
	CacheBytes int
	// Searches is how many searches run at once; 0 goes by the processors.
	Searches int
	// SearchTimeout is how long a search may take.
	SearchTimeout time.Duration
}

// Mongo configures the MongoDB store.
type Mongo struct {
	URI      secret.Text
	Database string
	// Timeout bounds one operation.
	Timeout time.Duration
	// ListReads is who answers lists and pages of events: Primary or SecondaryPreferred.
	ListReads string
}

// The values of Mongo.ListReads.
const (
	Primary            = "primary"
	SecondaryPreferred = "secondaryPreferred"
)

// Keys configures the verification of API keys.
type Keys struct {
	BcryptCost int
	// FailuresPerMinute bounds the failed attempts with one key or account from one
	// network address, and AddressFailuresPerMinute all failed attempts from that
	// address.
	FailuresPerMinute        int
	AddressFailuresPerMinute int
	// Remembered bounds the verified keys kept in memory.
	Remembered int
}

// Users configures dashboard log-ins.
type Users struct {
	BcryptCost int
	// LoginsPerMinute bounds the log-ins, good ones too, of one user from one network
	// address, and AddressLoginsPerMinute those of all users from that address.
	LoginsPerMinute        int
	AddressLoginsPerMinute int
}

// Tenancy bounds the tree.
type Tenancy struct {
	// MaxDepth is the largest number of customers on a path from the root.
	MaxDepth int
}

// Seal configures where the key ring of sealed fields is: the text itself, what a program
// prints, or a file.
type Seal struct {
	// KeyringFile is a path; empty means keyring.json in the data directory.
	KeyringFile string
	// KeyringInData allows the file to be inside the data directory.
	KeyringInData Switch
	// KeyringCommand is a program with its arguments that prints the text of a ring.
	KeyringCommand []string
	// Keyring is the text of a ring; it comes from the environment only.
	Keyring secret.Text
}

// Identity configures the service that reviews customers.
type Identity struct {
	// Provider is auto, sandbox, manual or http.
	Provider string
	HTTP     IdentityHTTP
}

// IdentityHTTP configures a service of the operator's own that reviews customers.
type IdentityHTTP struct {
	URL string
	// Secret signs requests and late answers.
	Secret secret.Text
	// Timeout bounds one request.
	Timeout time.Duration
	// BreakerFailures in a row stop requests to the service for BreakerPause.
	BreakerFailures int
	BreakerPause    time.Duration
}

// Documents configures the scanner of uploaded files, if there is one.
type Documents struct {
	// ScannerCommand is a program and its arguments that reads a file from its standard
	// input and ends with 0 for a clean one and 1 for one to refuse; empty for none.
	ScannerCommand []string
	// ScannerTimeout bounds the scan of one file, ScannersAtOnce the scans at a time.
	ScannerTimeout time.Duration
	ScannersAtOnce int
}

// Webhooks configures which receivers of events are acceptable.
type Webhooks struct {
	AllowPrivate  Switch // loopback, private and link-local addresses
	AllowInsecure Switch // http without TLS
	AllowAnyPort  Switch // ports below 1024 beside 80 and 443
	// RetentionDays is how long ended deliveries, and the copies of customers in events,
	// are kept; 0 keeps them forever.
	RetentionDays int
}

// Payers configures the payers that are made natively, under /v3/payers.
type Payers struct {
	// Plan is the key of their plan.
	Plan string
}

// Dialects configures the dialects of other vendors.
type Dialects struct {
	Straddle Straddle
	Balanced Balanced
	Dwolla   Dwolla
}

// Straddle configures the Straddle dialect, under /straddle.
type Straddle struct {
	// Plan is the key of the plan of customers created through it.
	Plan string
}

// Balanced configures the Balanced dialect, under /v1.
type Balanced struct {
	// Plan is the key of the plan of customers created through it, and TenantPlan that of
	// customers that sign up for a test key.
	Plan, TenantPlan string
	// SignUp offers a test key to whoever asks, in a sandbox only.
	SignUp Switch
	// AddressSignUpsPerMinute bounds the sign-ups of one network address, SignUpsPerMinute
	// those of all together.
	AddressSignUpsPerMinute, SignUpsPerMinute int
}

// Dwolla configures the Dwolla dialect, at the root of the host.
type Dwolla struct {
	// Plan is the key of the plan of customers created through it.
	Plan string
	// Accept is strict if clients must name the vendor's media type, otherwise lenient.
	Accept string
}

// The values of Dwolla.Accept.
const (
	AcceptStrict  = "strict"
	AcceptLenient = "lenient"
)

// KeyringFile returns the path of the key ring's file.
func (c *Config) KeyringFile() string {
	if c.Seal.KeyringFile != "" {
		return c.Seal.KeyringFile
	}
	return filepath.Join(c.Data, "keyring.json")
}

// HasKeyringFile reports whether the key ring is a file of this service's, which a rotation
// can replace.
func (c *Config) HasKeyringFile() bool {
	return c.Seal.Keyring.Empty() && len(c.Seal.KeyringCommand) == 0
}

// KeyringInData reports whether the file of the key ring is inside the data directory,
// also by way of a link.
func (c *Config) KeyringInData() bool {
	from, err := filepath.Rel(settled(c.Data), settled(c.KeyringFile()))
	return err == nil && from != ".." && !strings.HasPrefix(from, ".."+string(filepath.Separator))
}

// settled returns a path from the root without links, as far as it exists.
func settled(path string) string {
	whole, err := filepath.Abs(path)
	if err != nil {
		return path
	}
	rest := ""
	for there := whole; ; there = filepath.Dir(there) {
		if target, err := filepath.EvalSymlinks(there); err == nil {
			return filepath.Join(target, rest)
		}
		if there == filepath.Dir(there) {
			return whole
		}
		rest = filepath.Join(filepath.Base(there), rest)
	}
}

// UsesMongo reports whether customers are kept in MongoDB.
func (c *Config) UsesMongo() bool { return !c.Store.Mongo.URI.Empty() }

// IdentityProvider returns the provider in force: sandbox, manual or http.
func (c *Config) IdentityProvider() string {
	switch {
	case c.Identity.Provider != string(Auto):
		return c.Identity.Provider
	case c.Mode == Live:
		return "manual"
	default:
		return "sandbox"
	}
}

// Allows reports whether s is on; Auto is on in the sandbox only.
func (c *Config) Allows(s Switch) bool { return s == On || s == Auto && c.Mode == Sandbox }

// AllowsHere reports whether s is on; Auto is on in a sandbox that only this machine
// reaches.
func (c *Config) AllowsHere(s Switch) bool {
	return s == On || s == Auto && c.Mode == Sandbox && c.onlyHere()
}

// onlyHere reports whether nobody but this machine is meant to reach the API: neither by
// its address nor by way of a proxy.
func (c *Config) onlyHere() bool {
	if !c.listensOnLoopback() || len(c.Limits.TrustedProxies) > 0 {
		return false
	}
	public, err := url.Parse(c.PublicURL)
	return err == nil && (c.PublicURL == "" || IsLoopback(public.Hostname()))
}

// listensOnLoopback reports whether the API listens on an address of this machine alone.
func (c *Config) listensOnLoopback() bool {
	host, _, err := net.SplitHostPort(c.Listen)
	return err == nil && IsLoopback(host)
}

// IsLoopback reports whether a host, a name or an address, is always this machine.
func IsLoopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && address.Unmap().IsLoopback()
}

// ShutdownDelay returns how long requests are served after readiness has been withdrawn:
// by default 5 s, so that load balancers notice, and none where only this machine calls.
func (c *Config) ShutdownDelay() time.Duration {
	if delay, err := rules.Span(c.Shutdown.Delay); err == nil {
		return delay
	}
	if c.listensOnLoopback() {
		return 0
	}
	return 5 * time.Second
}

// Catalog returns the plans in force.
func (c *Config) Catalog() (*plans.Catalog, error) {
	if len(c.Plans) == 0 {
		return plans.NewCatalog(plans.Defaults())
	}
	return plans.NewCatalog(c.Plans)
}
