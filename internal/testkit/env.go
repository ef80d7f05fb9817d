package testkit

import (
	"bytes"
	cryptorand "crypto/rand"
	"sync"
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

// Env is all services over the store under test and a clock that stands still, with an
// operator and two platforms whose tenants must never meet.
type Env struct {
	T        testing.TB
	Svc      *app.App
	Store    store.Store
	Clock    *Clock
	Operator Party
	Cove     Party // a platform
	Rival    Party // another tenant
}

// Party is a customer with the credential that it signs with.
type Party struct {
	ID   string
	Keys keys.Pair
}

// Tuning changes the options of an Env before its services are put together.
type Tuning func(*app.Options)

// Live is a Tuning that makes the installation a live one, with reviews by hand.
func Live(o *app.Options) {
	o.Mode, o.Minter.Mode, o.Provider = keys.Live, keys.Live, kyc.Manual{}
}

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
func (h *Env) FailNext(n int, err error) {
	h.T.Helper()
	failing, ok := h.Store.(*memory.Store)
	if !ok {
		h.T.Fatal("only a store in memory fails when it is told to: use OpenInMemory")
	}
	failing.FailNext(n, err)
}

func openOn(t testing.TB, store store.Store, tunings ...Tuning) *Env {
	t.Helper()
	h := &Env{T: t, Store: store, Clock: NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(cryptorand.Reader)
	Must(t, err)
	h.Svc = h.Service(ring, tunings...)
	created, err := h.Svc.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com")
	Must(t, err)
	h.Operator = Party{created.Customer.ID.String(), created.Keys}
	h.Cove = h.Create(h.Operator, `{"name":"Cove","email":"ops@cove.example","planKey":"platform"}`)
	h.Rival = h.Create(h.Operator, `{"name":"Rival","email":"ops@rival.example","planKey":"platform"}`)
	return h
}

// Service puts the services together once more over the same store and clock, as another
// process would, with that sealer.
func (h *Env) Service(sealer registry.Sealer, tunings ...Tuning) *app.App {
	h.T.Helper()
	catalog, err := plans.NewCatalog(plans.Defaults())
	Must(h.T, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: h.Clock.Now, PasswordCost: 4, TagKey: []byte("tags of tests")})
	Must(h.T, err)
	options := app.Options{
		Store: h.Store, Sealer: sealer, Plans: catalog, Verifier: verifier,
		Minter: keys.Minter{Mode: keys.Test}, Provider: kyc.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
		Now:           h.Clock.Now, Random: cryptorand.Reader,
	}
	for _, tune := range tunings {
		tune(&options)
	}
	options.Store = storetest.Guard(h.T, options.Store)
	options.Tokens = keys.NewTokens(bytes.Repeat([]byte("k"), 32), options.Mode, h.Clock.Now)
	svc, err := app.New(options)
	Must(h.T, err)
	return svc
}

// As authenticates p acting for a subject, by default for itself.
func (h *Env) As(p Party, subject ...string) tenancy.Caller {
	h.T.Helper()
	id := p.ID
	if len(subject) > 0 {
		id = subject[0]
	}
	caller, err := h.Svc.Access.Authenticate(h.T.Context(), access.Presented{Bearer: p.Keys.Secret, SubjectID: id})
	Must(h.T, err)
	return caller
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
