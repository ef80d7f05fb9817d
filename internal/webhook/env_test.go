package webhook_test

import (
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
	"tenantry/internal/patch"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
	"tenantry/tenancy"
)

// env is an installation with a platform in it, and a sender.
type env struct {
	*testkit.Env
	sender   *webhook.Sender
	platform tenancy.Caller
}

// in returns e for a subtest, which then is what fails.
func (e *env) in(t *testing.T) *env {
	next := *e
	next.Env = e.In(t)
	return &next
}

func newEnv(t testing.TB, change ...func(*webhook.Options)) *env {
	t.Helper()
	return newEnvOn(t, testkit.Store(t), change...)
}

func newEnvOn(t testing.TB, store store.Store, change ...func(*webhook.Options)) *env {
	t.Helper()
	e := &env{Env: testkit.Install(t, store, sending(nil))}
	e.sender = e.newSender(e.Svc, change...)
	e.platform = e.behalf(e.create(e.local(), "Cove", "platform", ""))
	return e
}

// sending returns a Tuning of services whose events are sent in every shape; relayed may
// be nil.
func sending(relayed func()) testkit.Tuning {
	return func(o *app.Options) {
		o.Topics, o.Relayed, o.EventRetention = webhook.Topics, relayed, 30*24*time.Hour
	}
}

func (e *env) newService(relayed func()) *app.App {
	e.T.Helper()
	return e.Service(e.Ring, sending(relayed))
}

func (e *env) newSender(service *app.App, change ...func(*webhook.Options)) *webhook.Sender {
	options := webhook.Options{
		Source: service.Relay, Store: e.Store, Now: e.Clock.Now, BaseURL: "https://api.example", AllowPrivate: true, AllowInsecure: true,
	}
	for _, c := range change {
		c(&options)
	}
	return webhook.New(options)
}

func (e *env) local() tenancy.Caller { return e.Local("") }

// behalf returns a caller that acts for a customer with the operator's authority.
func (e *env) behalf(c *customers.Customer) tenancy.Caller { return e.Local(c.ID.String()) }

func (e *env) create(caller tenancy.Caller, name, plan, more string) *customers.Customer {
	e.T.Helper()
	var in lifecycle.CreateInput
	testkit.Must(e.T, patch.Decode(fmt.Appendf(nil, `{"name":%q,"email":"a@b.example","planKey":%q%s}`, name, plan, more), &in.Input))
	made, err := e.Svc.Lifecycle.Create(e.T.Context(), caller, in)
	testkit.Must(e.T, err)
	return made.Customer
}

// record returns a customer as it is stored.
func (e *env) record(ref tenancy.Ref) *customers.Customer { return e.Record(ref.ID.String()) }

// child creates a customer of the platform with webhooks of its own.
func (e *env) child(urls ...string) *customers.Customer {
	e.T.Helper()
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
	e.T.Helper()
	in := lifecycle.UpdateInput{CustomerID: c.ID.String()}
	testkit.Must(e.T, patch.Decode([]byte(body), &in.Input))
	changed, err := e.Svc.Lifecycle.Update(e.T.Context(), e.local(), in)
	testkit.Must(e.T, err)
	return changed
}

// quiet relays and delivers what happened so far.
func (e *env) quiet() {
	e.T.Helper()
	_, err := e.Svc.Relay.RelayEvents(e.T.Context())
	testkit.Must(e.T, err)
	testkit.Must(e.T, e.sender.Drain(e.T.Context()))
}

func (e *env) webhooks(c *customers.Customer) []webhooks.WebhookView {
	e.T.Helper()
	list, err := e.Svc.Webhooks.Webhooks(e.T.Context(), e.behalf(c), "")
	testkit.Must(e.T, err)
	return list
}

// log returns the deliveries to the first webhook of a customer, newest first.
func (e *env) log(c *customers.Customer) []webhooks.DeliveryView {
	e.T.Helper()
	page, err := e.Svc.Webhooks.WebhookDeliveries(e.T.Context(), e.behalf(c), "", e.webhooks(c)[0].ID, "", 100)
	testkit.Must(e.T, err)
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
