package testkit

import (
	"bytes"
	"context"
	cryptorand "crypto/rand"
	"encoding/binary"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/customers/registry"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/storetest"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// Env is a whole installation, with an operator and two platforms whose tenants must
// never meet. What can be done to it is grouped by subject; every act is a method of Env.
type Env struct {
	*installation
	accounts
	credentials
	holdings
	decisions
	logbook
	attempts
}

// installation is all services over the store under test and a clock that stands still.
type installation struct {
	T        testing.TB
	Svc      *app.App
	Store    store.Store
	Clock    *Clock
	Ring     *seal.Ring
	Operator Party
	Cove     Party // a platform
	Rival    Party // another tenant
}

// In returns h for a subtest, which then is what fails.
func (h *Env) In(t testing.TB) *Env {
	i := *h.installation
	i.T = t
	return i.env()
}

func (h *installation) env() *Env {
	return &Env{h, accounts{h}, credentials{h}, holdings{h}, decisions{h}, logbook{h}, attempts{h}}
}

// Party is a customer with the credential that it signs with.
type Party struct {
	ID   string
	Keys keys.Pair
}

// Secret returns the secret key of p in clear.
func (p Party) Secret() string { return p.Keys.Secret.Reveal() }

// Publishable returns the publishable key of p in clear.
func (p Party) Publishable() string { return p.Keys.Publishable.Reveal() }

// Tuning changes the options of an Env before its services are put together.
type Tuning func(*app.Options)

// Live is a Tuning that makes the installation a live one, with reviews by hand.
func Live(o *app.Options) {
	o.Mode, o.Minter.Mode, o.Provider = keys.Live, keys.Live, kyc.Manual{}
}

// tagKey is what the tags of keys are made under, in every process of an installation.
var tagKey = []byte("tags of tests")

// Crowded is a Tuning that lets any number of requests come from one address, as those
// of a test over HTTP do.
func Crowded(o *app.Options) {
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Now: o.Now, PasswordCost: 4, TagKey: tagKey, FailuresPerAddressPerMinute: 10_000, LoginsPerAddressPerMinute: 10_000,
	})
	if err != nil {
		panic(err) // its options are constants
	}
	o.Verifier = verifier
}

// Strict is a Tuning that allows events to be sent to public https addresses alone.
func Strict(o *app.Options) { o.SettingsRules = settings.Rules{} }

// Open returns an Env of its own for a test, on the engine that TENANTRY_TEST_STORE
// names, with the given changes of its options.
func Open(t testing.TB, tunings ...Tuning) *Env {
	t.Helper()
	return openOn(t, Store(t), tunings...)
}

// OpenInMemory returns an Env on the memory engine, whichever the tests run on: it is
// the only one whose calls can be made to fail, by FailNext.
func OpenInMemory(t testing.TB, tunings ...Tuning) *Env {
	t.Helper()
	return openOn(t, memory.New(), tunings...)
}

// FailNext makes the n-th following call of the store return err, on an Env of
// OpenInMemory.
func (h *installation) FailNext(n int, err error) {
	h.T.Helper()
	failing, ok := h.Store.(*memory.Store)
	if !ok {
		h.T.Fatal("only a store in memory fails when it is told to: use OpenInMemory")
	}
	failing.FailNext(n, err)
}

func openOn(t testing.TB, store store.Store, tunings ...Tuning) *Env {
	t.Helper()
	h := Install(t, store, tunings...)
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	h.Rival = h.Create(h.Operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"}`)
	return h
}

// Install returns an Env over a store that the caller opened, with the operator alone.
func Install(t testing.TB, store store.Store, tunings ...Tuning) *Env {
	t.Helper()
	h := Vacant(t, store, tunings...)
	created, err := h.Svc.Lifecycle.InitOperator(context.Background(), "Operator", "operator@example.com")
	Must(t, err)
	h.Operator = Party{created.Customer.ID.String(), created.Keys}
	return h
}

// Vacant returns an Env over a store that the caller opened, with no customer at all.
func Vacant(t testing.TB, store store.Store, tunings ...Tuning) *Env {
	t.Helper()
	i := &installation{T: t, Store: store, Clock: NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(cryptorand.Reader)
	Must(t, err)
	i.Ring, i.Svc = ring, i.Service(ring, tunings...)
	return i.env()
}

// Service puts the services together once more over the same store and clock, as another
// process would, with that sealer.
func (h *installation) Service(sealer registry.Sealer, tunings ...Tuning) *app.App {
	h.T.Helper()
	guarded := func(o *app.Options) { o.Store = storetest.Guard(h.T, o.Store) }
	svc, err := Services(h.Store, sealer, h.Clock.Now, append(tunings, guarded)...)
	Must(h.T, err)
	return svc
}

// Services puts the services together over a store, as every Env has them. A process that
// a test starts has no testing.TB, so it calls this.
func Services(store store.Store, sealer registry.Sealer, now func() time.Time, tunings ...Tuning) (*app.App, error) {
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		return nil, err
	}
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: now, PasswordCost: 4, TagKey: tagKey})
	if err != nil {
		return nil, err
	}
	options := app.Options{
		Store: store, Sealer: sealer, Plans: catalog, Verifier: verifier,
		Minter: keys.Minter{Mode: keys.Test}, Provider: kyc.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true, AllowAnyPort: true},
		Now:           now, Random: inOrder{},
	}
	for _, tune := range tunings {
		tune(&options)
	}
	options.Tokens = keys.NewTokens(keys.OneSigningKey(bytes.Repeat([]byte("k"), 32)), options.Mode, now)
	return app.New(options)
}

// inOrder is randomness by which ids of one moment come in the order in which they are made,
// wherever in this process: a store may tell events of one moment apart by their ids alone,
// and the clocks of tests stand still.
type inOrder struct{}

// firstMade keeps ids apart from private values of tests, which begin with zeros.
const firstMade = 0xaa000000

var idsMade atomic.Uint32

// Read implements io.Reader.
func (inOrder) Read(p []byte) (int, error) {
	n, err := cryptorand.Read(p)
	if len(p) == 6 { // what an id has behind its moment
		binary.BigEndian.PutUint32(p, firstMade+idsMade.Add(1))
	}
	return n, err
}

// As authenticates p acting for a subject, by default for itself.
func (h *installation) As(p Party, subject ...string) tenancy.Caller {
	h.T.Helper()
	id := p.ID
	if len(subject) > 0 {
		id = subject[0]
	}
	caller, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: id})
	Must(h.T, err)
	return caller
}

// Local returns the caller at the machine itself, acting for a customer; an empty id is
// the operator.
func (h *installation) Local(subject string) tenancy.Caller {
	h.T.Helper()
	caller, err := h.Svc.Access.Local(context.Background(), subject)
	Must(h.T, err)
	return caller
}

// Relay moves the events so far into the event log.
func (h *installation) Relay() {
	h.T.Helper()
	_, err := h.Svc.Relay.RelayEvents(h.T.Context())
	Must(h.T, err)
}

// PairOf returns any bearer credential in the form of a key pair, so that a Party can
// sign with it.
func PairOf(bearer secret.Text) keys.Pair { return keys.Pair{Secret: bearer} }

// UnknownID is a well-formed id that no record has.
const UnknownID = "65e0a1b2c3d4e5f601234567"

// Clock stands still until it is moved by hand. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows now.
func NewClock(now time.Time) *Clock { return &Clock{now: now} }

// Now returns the time that the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Advance moves the clock on.
func (c *Clock) Advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(by)
}

// Log collects the log lines of many requests. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns everything that was written.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
