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
	"tenantry/internal/identity"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store/memory"
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

// house is a service with a platform in it, and a sender.
type house struct {
	t        testing.TB
	store    customers.Store
	service  *customers.Service
	sender   *webhook.Sender
	clock    *testkit.Clock
	ring     *seal.Ring
	platform tenancy.Caller
}

func newHouse(t testing.TB, change ...func(*webhook.Options)) *house {
	t.Helper()
	return newHouseOn(t, memory.New(), change...)
}

func newHouseOn(t testing.TB, store customers.Store, change ...func(*webhook.Options)) *house {
	t.Helper()
	h := &house{t: t, store: store, clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	h.ring = ring
	h.service = h.newService(nil)
	h.sender = h.newSender(h.service, change...)
	_, err = h.service.InitOperator(t.Context(), "Operator", "operator@example.com")
	must(t, err)
	h.platform = h.behalf(h.create(h.local(), "Cove", "platform", ""))
	return h
}

func (h *house) newService(relayed func()) *customers.Service {
	h.t.Helper()
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(h.t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: h.clock.Now, PasswordCost: 4})
	must(h.t, err)
	service, err := customers.New(customers.Options{
		Store: h.store, Sealer: h.ring, Plans: catalog, Verifier: verifier, Minter: keys.Minter{Mode: keys.Test},
		Tokens: keys.NewTokens(bytes.Repeat([]byte("k"), 32), keys.Test, h.clock.Now), Provider: identity.Sandbox{}, Mode: keys.Test,
		SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true}, Now: h.clock.Now, Random: rand.Reader,
		Topics: webhook.Topics, Relayed: relayed, EventRetention: 30 * 24 * time.Hour,
	})
	must(h.t, err)
	return service
}

func (h *house) newSender(service *customers.Service, change ...func(*webhook.Options)) *webhook.Sender {
	options := webhook.Options{
		Source: service, Store: h.store, Now: h.clock.Now, BaseURL: "https://api.example", AllowPrivate: true, AllowInsecure: true,
	}
	for _, c := range change {
		c(&options)
	}
	return webhook.New(options)
}

func (h *house) local() tenancy.Caller {
	h.t.Helper()
	caller, err := h.service.Local(context.Background(), "")
	must(h.t, err)
	return caller
}

// behalf acts for a customer with the operator's authority.
func (h *house) behalf(c *customers.Customer) tenancy.Caller {
	h.t.Helper()
	caller, err := h.service.Local(context.Background(), c.ID.String())
	must(h.t, err)
	return caller
}

func (h *house) create(caller tenancy.Caller, name, plan, more string) *customers.Customer {
	h.t.Helper()
	var in customers.CreateInput
	must(h.t, patch.Decode(fmt.Appendf(nil, `{"name":%q,"email":"a@b.example","planKey":%q%s}`, name, plan, more), &in.Input))
	made, err := h.service.Create(h.t.Context(), caller, in)
	must(h.t, err)
	return made.Customer
}

// record is a customer as it is stored.
func (h *house) record(ref tenancy.Ref) *customers.Customer {
	h.t.Helper()
	c, err := h.store.Get(h.t.Context(), ref)
	must(h.t, err)
	return c
}

// child makes a customer of the platform with receivers of its own.
func (h *house) child(urls ...string) *customers.Customer {
	h.t.Helper()
	return h.create(h.platform, "Harbor Lane", "merchant", `,"settings":`+always(urls...))
}

// always are settings with these receivers.
func always(urls ...string) string {
	if len(urls) == 0 {
		return `{"events":{"enabled":true}}`
	}
	return `{"events":{"enabled":true,"urls":{"always":["` + strings.Join(urls, `","`) + `"]}}}`
}

// filtered are settings with one receiver of the second list.
func filtered(receiver string) string {
	return `{"events":{"enabled":true,"urls":{"filtered":[` + receiver + `]}}}`
}

func (h *house) update(c *customers.Customer, body string) *customers.Customer {
	h.t.Helper()
	in := customers.UpdateInput{CustomerID: c.ID.String()}
	must(h.t, patch.Decode([]byte(body), &in.Input))
	changed, err := h.service.Update(h.t.Context(), h.local(), in)
	must(h.t, err)
	return changed
}

// quiet relays and delivers what happened so far.
func (h *house) quiet() {
	h.t.Helper()
	_, err := h.service.RelayEvents(h.t.Context())
	must(h.t, err)
	must(h.t, h.sender.Drain(h.t.Context()))
}

func (h *house) webhooks(c *customers.Customer) []customers.WebhookView {
	h.t.Helper()
	list, err := h.service.Webhooks(h.t.Context(), h.behalf(c), "")
	must(h.t, err)
	return list
}

// log gives the deliveries to the first receiver of a customer, newest first.
func (h *house) log(c *customers.Customer) []customers.DeliveryView {
	h.t.Helper()
	page, err := h.service.WebhookDeliveries(h.t.Context(), h.behalf(c), "", h.webhooks(c)[0].ID, "", 100)
	must(h.t, err)
	return page.Deliveries
}

// got is one request that a receiver had.
type got struct {
	path   string
	header http.Header
	body   []byte
}

// receiver is a real server that notes what it is sent.
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

// status answers everything with one status.
func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}
