package golden_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/cryptotest"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/rows"
	"tenantry/customers/webhooks"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/dialect/straddle"
	"tenantry/internal/kyc"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/memory"
	"tenantry/internal/store/sqlite"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

// began is when every script begins.
var began = time.Date(2026, 3, 4, 10, 15, 30, 250e6, time.UTC)

// installation is a whole one, as the command puts it together. It is the only thing
// here that knows how that is done.
type installation struct {
	t       *testing.T
	clock   *testkit.Clock
	random  *randomness
	store   store.Store
	memory  *memory.Store // nil for another engine
	service *app.App
	sender  *webhook.Sender
	// public and admin are what the two listeners serve, by these routes.
	public, admin http.Handler
	routes        []string
	// operator is the first customer with its keys.
	operator map[string]string
}

// setup is how an installation differs from the usual one.
type setup struct {
	// dir is where the SQLite store is; empty for a store in memory.
	dir string
	// client sends to the receivers of events and asks a remote provider.
	client *http.Client
	// live is the other mode, in which a remote provider reviews customers.
	live bool
}

// callbackSecret signs what a remote provider says and is told.
const callbackSecret = "whsec_Z29sZGVuLWdvbGRlbi1nb2xkZW4tZ29sZGVu"

func install(t *testing.T, how setup) *installation {
	t.Helper()
	i := &installation{t: t, clock: testkit.NewClock(began), random: newRandomness(t)}
	i.random.begin("installation")
	i.memory = memory.New()
	i.store = i.memory
	if how.dir != "" {
		store, err := sqlite.Open(t.Context(), sqlite.Options{Dir: how.dir})
		testkit.Must(t, err)
		i.store, i.memory = store, nil
	}
	i.store = inOrder{i.store}
	ring, err := seal.Generate(i.random.of("ring"), seal.WithClock(i.clock.Now), seal.WithRandom(i.random.of("seals")))
	testkit.Must(t, err)
	catalog, err := plans.NewCatalog(plans.Defaults())
	testkit.Must(t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Remembered: 1000, FailuresPerKeyPerMinute: 30, FailuresPerAddressPerMinute: 60,
		PasswordCost: 4, LoginsPerMinute: 20, LoginsPerAddressPerMinute: 120,
		Now: i.clock.Now, Random: i.random.of("verifier"),
	})
	testkit.Must(t, err)
	mode, modeName, sandbox := keys.Test, "sandbox", true
	var provider identity.Provider = kyc.Sandbox{}
	var late api.LateResults
	if how.live {
		mode, modeName, sandbox = keys.Live, "live", false
		remote, err := kyc.NewRemote(kyc.RemoteOptions{
			URL: "https://reviews.example/review", Secret: secret.New(callbackSecret),
			Timeout: 5 * time.Second, Failures: 5, Pause: 30 * time.Second, Client: how.client, Now: i.clock.Now,
		})
		testkit.Must(t, err)
		provider, late = remote, remote
	}
	i.service, err = app.New(app.Options{
		Store: i.store, Sealer: ring, Plans: catalog, Verifier: verifier,
		Minter:        keys.Minter{Mode: mode, Random: i.random.of("keys")},
		Tokens:        keys.NewTokens(ring.EachSigningKey, mode, i.clock.Now),
		Provider:      provider,
		SettingsRules: settings.Rules{AllowPrivate: sandbox, AllowInsecure: sandbox, AllowAnyPort: sandbox},
		Mode:          mode, MaxDepth: 5, Now: i.clock.Now, Random: i.random.of("service"),
		Topics: webhook.Topics, EventRetention: 30 * 24 * time.Hour, Exclusive: true,
	})
	testkit.Must(t, err)
	i.sender = webhook.New(webhook.Options{
		Source: i.service.Relay, Store: &oneAtATime{Store: i.store}, Now: i.clock.Now, Client: how.client,
		BaseURL: "http://golden.example", AllowPrivate: sandbox, AllowInsecure: sandbox, AllowAnyPort: sandbox,
	})
	faces := []dialect.Dialect{
		straddle.New(straddle.Options{Service: i.service, Plan: "payer", Now: i.clock.Now}),
		balanced.New(balanced.Options{Service: i.service, Plan: "payer", TenantPlan: "platform", Sandbox: sandbox, SignUp: sandbox, Now: i.clock.Now}),
		dwolla.New(dwolla.Options{Service: i.service, Plan: "payer", Sandbox: sandbox, Page: api.IndexPage(false)}),
	}
	server := api.New(api.Options{
		Service: i.service, Log: zerolog.Nop(), Mode: modeName, Version: "golden",
		Random: i.random.of("references"), Now: i.clock.Now, RatePerMinute: 3000, IdentityCallback: late, Dialects: faces,
	})
	i.public, i.admin = server.Handler(), server.AdminHandler()
	for _, route := range server.Routes() {
		i.routes = append(i.routes, route.Method+" "+route.Pattern)
	}
	for _, face := range faces {
		for _, route := range face.Routes() {
			i.routes = append(i.routes, route.Method+" "+route.Pattern)
		}
	}

	made, err := i.service.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com")
	testkit.Must(t, err)
	i.operator = map[string]string{
		"id": made.Customer.ID.String(), "secret": made.Keys.Secret.Reveal(), "publishable": made.Keys.Publishable.Reveal(),
	}
	return i
}

// routes are those of an installation, each once, with its method.
func routes(t *testing.T) []string {
	t.Helper()
	i := install(t, setup{})
	defer i.close()
	slices.Sort(i.routes)
	return slices.Compact(i.routes)
}

// works are the turns of the background work, by the word for them in scripts.
func (i *installation) works() map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"relay":   func(ctx context.Context) error { _, err := i.service.Relay.RelayEvents(ctx); return err },
		"reviews": i.review,
		"deliver": i.deliver,
		"flush":   i.service.Access.FlushKeyUse,
		"sweep": func(ctx context.Context) error {
			if _, err := i.service.Registry.SweepReservations(ctx); err != nil {
				return err
			}
			return i.service.Relay.SweepEvents(ctx)
		},
		"reseal": func(ctx context.Context) error { return i.service.Lifecycle.Reseal(ctx, func(int) {}) },
		"fail": func(context.Context) error {
			if i.memory == nil {
				return fmt.Errorf("%T cannot be made to fail", i.store)
			}
			i.memory.FailNext(1, rows.ErrUnavailable)
			return nil
		},
	}
}

// review asks about all reviews that are due.
func (i *installation) review(ctx context.Context) error {
	var failures []error
	for {
		asked, err := i.service.Identity.RunReviews(ctx)
		failures = append(failures, err)
		if asked == 0 {
			return errors.Join(failures...)
		}
	}
}

// deliver sends what is due, one endpoint after the other.
func (i *installation) deliver(ctx context.Context) error {
	queue := i.sender.Store.(*oneAtATime)
	queue.served = nil
	for {
		before := len(queue.served)
		if err := i.sender.Drain(ctx); err != nil || len(queue.served) == before {
			return err
		}
	}
}

func (i *installation) close() {
	i.t.Helper()
	testkit.Must(i.t, i.store.Close(context.Background()))
}

// inOrder does the background work one task after the other, so that what is
// drawn of the randomness for it is drawn in one order: customers are relayed by their
// ids, as the engines with a file do it, and reviewed one at a time.
type inOrder struct{ store.Store }

func (o inOrder) Outboxes(ctx context.Context, of tenancy.Slots, limit int) ([]rows.Batch, error) {
	list, err := o.Store.Outboxes(ctx, of, limit)
	slices.SortFunc(list, func(a, b rows.Batch) int { return strings.Compare(a.Customer.ID.String(), b.Customer.ID.String()) })
	return list, err
}

func (o inOrder) DueReviews(ctx context.Context, now time.Time, _ int) ([]*customers.Customer, error) {
	return o.Store.DueReviews(ctx, now, 1)
}

// oneAtATime names one endpoint at a time, so that what they draw of the randomness is
// drawn in one order.
type oneAtATime struct {
	store.Store
	served []string
}

func (o *oneAtATime) DueEndpoints(ctx context.Context, q rows.DueQuery) ([]rows.WebhookRef, error) {
	list, err := o.Store.DueEndpoints(ctx, q)
	list = slices.DeleteFunc(list, func(ref rows.WebhookRef) bool { return slices.Contains(o.served, webhooks.String(ref)) })
	if err != nil || len(list) == 0 {
		return nil, err
	}
	first := slices.MinFunc(list, func(a, b rows.WebhookRef) int { return strings.Compare(webhooks.String(a), webhooks.String(b)) })
	o.served = append(o.served, webhooks.String(first))
	return []rows.WebhookRef{first}, nil
}

// randomness is all that an installation draws, by who draws it. Each step begins every
// source anew.
type randomness struct {
	t       *testing.T
	mu      sync.Mutex
	step    string
	sources map[string]*rand.ChaCha8
}

func newRandomness(t *testing.T) *randomness { return &randomness{t: t} }

// begin begins every source anew. What has no source of its own, such as the salts of
// bcrypt, is drawn from crypto/rand, which is replaced for the time of the test.
func (r *randomness) begin(step string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.step, r.sources = step, map[string]*rand.ChaCha8{}
	cryptotest.SetGlobalRandom(r.t, seedOf(step))
}

// of is the source of one consumer.
func (r *randomness) of(consumer string) io.Reader {
	return readerFunc(func(into []byte) (int, error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		source := r.sources[consumer]
		if source == nil {
			source = rand.NewChaCha8(digestOf(r.step + "/" + consumer))
			r.sources[consumer] = source
		}
		return source.Read(into)
	})
}

type readerFunc func(into []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(into []byte) (int, error) { return f(into) }
