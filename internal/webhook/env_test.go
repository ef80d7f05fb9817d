package webhook_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/customers/webhooks"
	"tenantry/internal/app"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// env is a service with a platform in it, and a sender.
type env struct {
	t        testing.TB
	store    store.Store
	service  *app.App
	sender   *webhook.Sender
	clock    *testkit.Clock
	ring     *seal.Ring
	platform tenancy.Caller
}

func newEnv(t testing.TB, change ...func(*webhook.Options)) *env {
	t.Helper()
	return newEnvOn(t, testkit.Store(t), change...)
}

func newEnvOn(t testing.TB, store store.Store, change ...func(*webhook.Options)) *env {
	t.Helper()
	e := &env{t: t, store: store, clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	e.ring = ring
	e.service = e.newService(nil)
	e.sender = e.newSender(e.service, change...)
	_, err = e.service.Lifecycle.InitOperator(t.Context(), "Operator", "operator@example.com")
	must(t, err)
	e.platform = e.behalf(e.create(e.local(), "Cove", "platform", ""))
	return e
}

func (e *env) newService(relayed func()) *app.App {
	e.t.Helper()
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(e.t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: e.clock.Now, PasswordCost: 4})
	must(e.t, err)
	service, err := app.New(app.Options{
		Store: storetest.Guard(e.t, e.store), Sealer: e.ring, Plans: catalog, Verifier: verifier, Minter: keys.Minter{Mode: keys.Test},
		Tokens: keys.NewTokens(keys.OneSigningKey(bytes.Repeat([]byte("k"), 32)), keys.Test, e.clock.Now), Provider: kyc.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true}, Now: e.clock.Now, Random: rand.Reader,
		Topics: webhook.Topics, Relayed: relayed, EventRetention: 30 * 24 * time.Hour,
	})
	must(e.t, err)
	return service
}

func (e *env) newSender(service *app.App, change ...func(*webhook.Options)) *webhook.Sender {
	options := webhook.Options{
		Source: service.Relay, Store: e.store, Now: e.clock.Now, BaseURL: "https://api.example", AllowPrivate: true, AllowInsecure: true,
	}
	for _, c := range change {
		c(&options)
	}
	return webhook.New(options)
}

func (e *env) local() tenancy.Caller {
	e.t.Helper()
	caller, err := e.service.Access.Local(context.Background(), "")
	must(e.t, err)
	return caller
}

// behalf returns a caller that acts for a customer with the operator's authority.
func (e *env) behalf(c *customers.Customer) tenancy.Caller {
	e.t.Helper()
	caller, err := e.service.Access.Local(context.Background(), c.ID.String())
	must(e.t, err)
	return caller
}

func (e *env) create(caller tenancy.Caller, name, plan, more string) *customers.Customer {
	e.t.Helper()
	var in lifecycle.CreateInput
	must(e.t, patch.Decode(fmt.Appendf(nil, `{"name":%q,"email":"a@b.example","planKey":%q%s}`, name, plan, more), &in.Input))
	made, err := e.service.Lifecycle.Create(e.t.Context(), caller, in)
	must(e.t, err)
	return made.Customer
}

// record returns a customer as it is stored.
func (e *env) record(ref tenancy.Ref) *customers.Customer {
	e.t.Helper()
	c, err := e.store.Get(e.t.Context(), ref)
	must(e.t, err)
	return c
}

// child creates a customer of the platform with webhooks of its own.
func (e *env) child(urls ...string) *customers.Customer {
	e.t.Helper()
	return e.create(e.platform, "Harbor Lane", "merchant", `,"settings":`+always(urls...))
}

// always returns settings with these URLs.
func always(urls ...string) string {
	if len(urls) == 0 {
		return `{"events":{"enabled":true}}`
	}
	return `{"events":{"enabled":true,"urls":{"always":["` + strings.Join(urls, `","`) + `"]}}}`
}

// filtered returns settings with one receiver of the second list.
func filtered(receiver string) string {
	return `{"events":{"enabled":true,"urls":{"filtered":[` + receiver + `]}}}`
}

func (e *env) update(c *customers.Customer, body string) *customers.Customer {
	e.t.Helper()
	in := lifecycle.UpdateInput{CustomerID: c.ID.String()}
	must(e.t, patch.Decode([]byte(body), &in.Input))
	changed, err := e.service.Lifecycle.Update(e.t.Context(), e.local(), in)
	must(e.t, err)
	return changed
}

// quiet relays and delivers what happened so far.
func (e *env) quiet() {
	e.t.Helper()
	_, err := e.service.Relay.RelayEvents(e.t.Context())
	must(e.t, err)
	must(e.t, e.sender.Drain(e.t.Context()))
}

func (e *env) webhooks(c *customers.Customer) []webhooks.WebhookView {
	e.t.Helper()
	list, err := e.service.Webhooks.Webhooks(e.t.Context(), e.behalf(c), "")
	must(e.t, err)
	return list
}

// log returns the deliveries to the first webhook of a customer, newest first.
func (e *env) log(c *customers.Customer) []webhooks.DeliveryView {
	e.t.Helper()
	page, err := e.service.Webhooks.WebhookDeliveries(e.t.Context(), e.behalf(c), "", e.webhooks(c)[0].ID, "", 100)
	must(e.t, err)
	return page.Deliveries
}

// got is one request that a receiver got.
type got struct {
	path   string
	header http.Header
	body   []byte
}

// receiver is a real server that records what it is sent.
type receiver struct {
	*httptest.Server
	mu   sync.Mutex
	list []got
}

// receive starts a receiver; answer may be nil for 204.
func receive(t testing.TB, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, err := io.ReadAll(request.Body)
		if err != nil {
			return
		}
		r.mu.Lock()
		r.list = append(r.list, got{path: request.URL.Path, header: request.Header, body: body})
		r.mu.Unlock()
		if answer == nil {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		answer(w, request)
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) all() []got {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]got{}, r.list...)
}

func (r *receiver) forget() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.list = nil
}

// status returns a handler that answers everything with one status.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}
