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
	"tenantry/internal/api"
	"tenantry/internal/identity"
	"tenantry/internal/seal"
	"tenantry/internal/store/memory"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
)

// openStore is the one place that says which engine the tests of this package run on.
func openStore(*testing.T) *memory.Store { return memory.New() }

// world is a whole installation: the real service and the real server over a store
// of its own.
type world struct {
	t        *testing.T
	store    *memory.Store
	service  *customers.Service
	api      *api.Server
	public   *httptest.Server
	admin    *httptest.Server
	clock    *testkit.Clock
	logs     *testkit.Log
	operator party

	mu sync.Mutex
	// secrets must appear in no log line, and in no answer that does not say so;
	// private must appear in no log line.
	secrets, private []string
}

// setup is what a test may change about its installation before it starts.
type setup struct {
	api.Options
	// wrap puts something between the service and the store.
	wrap func(customers.Store) customers.Store
}

// newWorld starts an installation with an operator.
func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	w := &world{t: t, store: openStore(t), clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC)), logs: &testkit.Log{}}
	w.secrets = []string{accountNumber, businessTax, personalTax, ownerTax, password, cardNumber}
	w.private = []string{birthDate, customerName, customerEmail}
	options := setup{
		Options: api.Options{
			Log: zerolog.New(w.logs).Level(zerolog.DebugLevel), Mode: "sandbox", Version: "test", Now: w.clock.Now,
		},
		wrap: func(store customers.Store) customers.Store { return store },
	}
	for _, adjust := range change {
		adjust(&options)
	}
	w.service = newService(t, options.wrap(w.store), w.clock.Now)
	options.Service = w.service
	w.api = api.New(options.Options)
	w.public, w.admin = httptest.NewServer(w.api.Handler()), httptest.NewServer(w.api.AdminHandler())
	t.Cleanup(w.close)

	made, err := w.service.InitOperator(context.Background(), "Root Payments", "root@operator.example")
	if err != nil {
		t.Fatalf("making the operator: %v", err)
	}
	w.operator = party{w: w, id: made.Customer.ID.String(), secret: made.Keys.Secret.Reveal(), publishable: made.Keys.Publishable.Reveal()}
	w.hide(w.operator.secret, w.operator.publishable)
	return w
}

func newService(t *testing.T, store customers.Store, now func() time.Time) *customers.Service {
	t.Helper()
	ring, err := seal.Generate(rand.Reader)
	if err != nil {
		t.Fatalf("making a key ring: %v", err)
	}
	catalog, err := plans.NewCatalog(plans.Defaults())
	if err != nil {
		t.Fatalf("reading the plans: %v", err)
	}
	// One shared address must not run into the limits of an address by itself.
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Now: now, PasswordCost: 4, FailuresPerAddressPerMinute: 10_000, LoginsPerAddressPerMinute: 10_000,
	})
	if err != nil {
		t.Fatalf("making a verifier: %v", err)
	}
	service, err := customers.New(customers.Options{
		Store: store, Sealer: ring, Plans: catalog, Minter: keys.Minter{Mode: keys.Test}, Verifier: verifier,
		Tokens: keys.NewTokens(ring.Derive("access tokens"), keys.Test, now), Provider: wordProvider{},
		SettingsRules: settings.Rules{}, Mode: keys.Test, Now: now, Random: rand.Reader,
	})
	if err != nil {
		t.Fatalf("making the service: %v", err)
	}
	return service
}

// close stops the servers and then holds every log line of the test against every
// secret that came up in it.
func (w *world) close() {
	w.public.Close()
	w.admin.Close()
	logs := w.logs.String()
	for _, word := range append(w.secrets, w.private...) {
		if strings.Contains(logs, word) {
			w.t.Errorf("the log holds the secret or private value %q", word)
		}
	}
}

// hide adds values that must not appear anywhere from now on.
func (w *world) hide(values ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, value := range values {
		if value != "" {
			w.secrets = append(w.secrets, value)
		}
	}
}

// leaked gives a secret that the text holds, empty for none.
func (w *world) leaked(text string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, value := range w.secrets {
		if strings.Contains(text, value) {
			return value
		}
	}
	return ""
}

// wordProvider judges by a word in the business name, enrolled customers as the sandbox
// does, and otherwise approves; one word breaks it. It asks what the sandbox asks.
type wordProvider struct{ identity.Sandbox }

func (wordProvider) Name() string { return "words" }

func (p wordProvider) Verify(ctx context.Context, subject customers.IdentitySubject) (customers.Verdict, error) {
	if subject.Type != "" {
		return p.Sandbox.Verify(ctx, subject)
	}
	if strings.Contains(subject.BusinessName, "panic") {
		panic("the provider broke")
	}
	for _, status := range []customers.IdentityStatus{
		customers.IdentityReview, customers.IdentityRejected, customers.IdentityPending, customers.IdentityDocument,
	} {
		if strings.Contains(strings.ToLower(subject.BusinessName), string(status)) {
			return customers.Verdict{Status: status, Reason: "as the name says"}, nil
		}
	}
	return customers.Verdict{Status: customers.IdentityVerified, Reason: "all in order"}, nil
}

// VerifyOwner judges owners as the sandbox does.
func (wordProvider) VerifyOwner(subject customers.OwnerSubject) customers.OwnerVerification {
	return identity.Sandbox{}.VerifyOwner(subject)
}
