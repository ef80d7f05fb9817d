package api_test

import (
	"context"
	"crypto/rand"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/reviews"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
)

// env is a whole installation: the real service and the real server over a store of its
// own.
type env struct {
	t        *testing.T
	store    store.Store
	service  *app.App
	api      *api.Server
	public   *httptest.Server
	admin    *httptest.Server
	clock    *testkit.Clock
	logs     *testkit.Log
	operator actor

	mu sync.Mutex
	// secrets must appear in no log line, and in no answer without the mode shows;
	// private must appear in no log line.
	secrets, private []string
}

// setup holds what a test may change about its installation before it starts.
type setup struct {
	api.Options
	// store is the store; nil is the one under test.
	store store.Store
	// wrap puts something between the service and the store.
	wrap func(store.Store) store.Store
}

// newEnv starts an installation with an operator.
func newEnv(t *testing.T, change ...func(*setup)) *env {
	t.Helper()
	e := &env{t: t, clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC)), logs: &testkit.Log{}}
	e.secrets = []string{accountNumber, businessTax, personalTax, ownerTax, password, cardNumber}
	e.private = []string{birthDate, customerName, customerEmail}
	options := setup{
		Options: api.Options{
			Log: zerolog.New(e.logs).Level(zerolog.DebugLevel), Mode: "sandbox", Version: "test", Now: e.clock.Now,
		},
		wrap: func(store store.Store) store.Store { return store },
	}
	for _, adjust := range change {
		adjust(&options)
	}
	if e.store = options.store; e.store == nil {
		e.store = testkit.Store(t)
	}
	e.service = newService(t, storetest.Guard(t, options.wrap(e.store)), e.clock.Now)
	options.Service = e.service
	e.api = api.New(options.Options)
	e.public, e.admin = httptest.NewServer(e.api.Handler()), httptest.NewServer(e.api.AdminHandler())
	t.Cleanup(e.close)

	made, err := e.service.Lifecycle.InitOperator(context.Background(), "Root Payments", "root@operator.example")
	if err != nil {
		t.Fatalf("making the operator: %v", err)
	}
	e.operator = actor{env: e, id: made.Customer.ID.String(), secret: made.Keys.Secret.Reveal(), publishable: made.Keys.Publishable.Reveal()}
	e.hide(e.operator.secret, e.operator.publishable)
	return e
}

func newService(t *testing.T, store store.Store, now func() time.Time) *app.App {
	t.Helper()
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatalf("making a key ring: %v", err)
	}
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		t.Fatalf("reading the plans: %v", err)
	}
	// Tests share one address, which must not run into the limits of an address.
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Now: now, PasswordCost: 4, FailuresPerAddressPerMinute: 10_000, LoginsPerAddressPerMinute: 10_000,
	})
	if err != nil {
		t.Fatalf("making a verifier: %v", err)
	}
	service, err := app.New(app.Options{
		Store: store, Sealer: ring, Plans: catalog, Minter: keys.Minter{Mode: keys.Test}, Verifier: verifier,
		Tokens: keys.NewTokens(keys.OneSigningKey([]byte("a signing key of 32 bytes or more")), keys.Test, now), Provider: wordProvider{},
		SettingsRules: settings.Rules{}, Mode: keys.Test, Now: now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatalf("making the service: %v", err)
	}
	return service
}

// close stops the servers and then checks that no log line of the test holds a secret
// that came up in it.
func (e *env) close() {
	e.public.Close()
	e.admin.Close()
	logs := e.logs.String()
	for _, word := range append(e.secrets, e.private...) {
		if strings.Contains(logs, word) {
			e.t.Errorf("the log holds the secret or private value %q", word)
		}
	}
}

// hide adds values that must not appear anywhere from now on.
func (e *env) hide(values ...string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, value := range values {
		if value != "" {
			e.secrets = append(e.secrets, value)
		}
	}
}

// leaked returns a secret that the text holds, empty for none.
func (e *env) leaked(text string) string {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, value := range e.secrets {
		if strings.Contains(text, value) {
			return value
		}
	}
	return ""
}

// wordProvider decides by a word in the business name, for enrolled customers as the
// sandbox does, and otherwise approves; one word makes it panic. It asks what the sandbox
// asks.
type wordProvider struct{ kyc.Sandbox }

func (wordProvider) Name() string { return "words" }

func (p wordProvider) Verify(ctx context.Context, subject identity.Subject) (identity.Result, error) {
	if subject.Type != "" {
		return p.Sandbox.Verify(ctx, subject)
	}
	if strings.Contains(subject.BusinessName, "panic") {
		panic("the provider broke")
	}
	for _, status := range []reviews.IdentityStatus{
		reviews.IdentityReview, reviews.IdentityRejected, reviews.IdentityPending, reviews.IdentityDocument,
	} {
		if strings.Contains(strings.ToLower(subject.BusinessName), string(status)) {
			return identity.Result{Status: status, Reason: "as the name says"}, nil
		}
	}
	return identity.Result{Status: reviews.IdentityVerified, Reason: "all in order"}, nil
}

// VerifyOwner decides as the sandbox does.
func (wordProvider) VerifyOwner(firstName, lastName string) customers.OwnerVerification {
	return kyc.Sandbox{}.VerifyOwner(firstName, lastName)
}
