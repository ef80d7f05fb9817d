package balanced_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rs/zerolog"

	"tenantry/customers/fields"
	"tenantry/customers/lifecycle"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/balanced"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/store"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

type object = map[string]any

// Values that must never come back, nor reach a log or the store in clear.
const (
	cardNumber    = "5105105105105100"
	otherCard     = "4111111111111111"
	accountNumber = "9900000000123"
	ssnLast4      = "4821"
)

// world is a whole installation behind the real server.
type world struct {
	t       *testing.T
	store   store.Store
	service *app.App
	server  *httptest.Server
	logs    *testkit.Log
	mu      sync.Mutex
	at      time.Time
}

// tenant is a marketplace with its key.
type tenant struct {
	*world
	id, key string
}

func newWorld(t *testing.T, change ...func(*balanced.Options)) *world {
	t.Helper()
	w := &world{t: t, store: testkit.Store(t), logs: &testkit.Log{}, at: time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC)}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: w.now, FailuresPerAddressPerMinute: 10_000})
	must(t, err)
	options := balanced.Options{Plan: "payer", TenantPlan: "platform", Sandbox: true, Now: w.now}
	for _, adjust := range change {
		adjust(&options)
	}
	mode := keys.Test
	if !options.Sandbox {
		mode = keys.Live
	}
	w.service, err = app.New(app.Options{
		Store: storetest.Guard(t, w.store), Sealer: ring, Plans: catalog, Minter: keys.Minter{Mode: mode}, Verifier: verifier,
		Tokens: keys.NewTokens(keys.OneSigningKey([]byte("a signing key of 32 bytes or more")), mode, w.now), Provider: kyc.Sandbox{},
		Mode: mode, Now: w.now, Random: rand.Reader,
	})
	must(t, err)
	options.Service = w.service
	_, err = w.service.Lifecycle.InitOperator(context.Background(), "Root", "root@operator.example")
	must(t, err)
	w.server = httptest.NewServer(api.New(api.Options{
		Service: w.service, Log: zerolog.New(w.logs), Mode: "sandbox", Now: w.now,
		Dialects: []dialect.Dialect{balanced.New(options)},
	}).Handler())
	t.Cleanup(w.close)
	return w
}

// close holds the log of the test against every secret.
func (w *world) close() {
	w.server.Close()
	for _, word := range []string{cardNumber, otherCard, accountNumber, "sk_test_2", "william@"} {
		if strings.Contains(w.logs.String(), word) {
			w.t.Errorf("the log holds %q", word)
		}
	}
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) advance(by time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.at = w.at.Add(by)
}

// tenant makes a marketplace.
func (w *world) tenant() tenant {
	w.t.Helper()
	root, err := w.service.Access.Local(context.Background(), "")
	must(w.t, err)
	made, err := w.service.Lifecycle.Create(context.Background(), root, lifecycle.CreateInput{Input: fields.Input{
		Name: patch.Of("Cove"), Email: patch.Of("ops@cove.example"), PlanKey: patch.Of("platform"),
	}})
	must(w.t, err)
	return tenant{world: w, id: made.Customer.ID.String(), key: made.Keys.Secret.Reveal()}
}

// caller is the marketplace natively.
func (m tenant) caller() tenancy.Caller {
	root, err := m.service.Access.Local(context.Background(), "")
	must(m.t, err)
	caller, err := m.service.Access.Local(context.Background(), m.id)
	must(m.t, err)
	caller.Actor = root.Actor
	return caller
}

func market(t *testing.T) tenant { t.Helper(); return newWorld(t).tenant() }

// path is a marketplace's own.
func (m tenant) path(rest string) string { return "/v1/marketplaces/TEST-MP" + m.id + rest }

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	text   string
	body   object
}

// send sends a request as it is, and holds the answer against what all answers have in
// common: the exact content type, and the shape of refusals.
func (w *world) send(method, path string, header http.Header, body string) answer {
	w.t.Helper()
	request, err := http.NewRequest(method, w.server.URL+path, strings.NewReader(body))
	must(w.t, err)
	request.Header = header
	response, err := http.DefaultTransport.RoundTrip(request)
	must(w.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	must(w.t, err)
	a := answer{t: w.t, what: method + " " + path, status: response.StatusCode, header: response.Header, text: string(content)}
	for _, word := range []string{cardNumber, otherCard, accountNumber, `"` + ssnLast4 + `"`} {
		if strings.Contains(a.text, word) {
			w.t.Errorf("%s: the answer shows %q", a.what, word)
		}
	}
	if len(content) == 0 {
		return a
	}
	if got := response.Header.Values("Content-Type"); !cmp.Equal(got, []string{"application/json"}) {
		w.t.Errorf("%s: the content type is %q", a.what, got)
	}
	if err := json.Unmarshal(content, &a.body); err != nil {
		w.t.Fatalf("%s: no JSON object: %v\n%s", a.what, err, content)
	}
	if a.status >= 400 {
		a.wellRefused()
	}
	return a
}

// wellRefused demands every member that clients read of a refusal.
func (a answer) wellRefused() {
	a.t.Helper()
	id, _ := a.body["request_id"].(string)
	description, _ := a.body["description"].(string)
	switch {
	case !strings.HasPrefix(id, "OHM") || len(id) != 35 || !strings.Contains(description, id):
		a.t.Errorf("%s: request id %q, description %q", a.what, id, description)
	case a.header.Get("X-Request-Id") != id:
		a.t.Errorf("%s: X-Request-Id is %q", a.what, a.header.Get("X-Request-Id"))
	case a.body["status_code"] != float64(a.status) || a.body["status"] != http.StatusText(a.status):
		a.t.Errorf("%s: status %v %v", a.what, a.body["status_code"], a.body["status"])
	case !cmp.Equal(a.body["_uris"], any(object{})):
		a.t.Errorf("%s: _uris are %v", a.what, a.body["_uris"])
	}
	if _, there := a.body["additional"]; !there || a.body["extras"] == nil {
		a.t.Errorf("%s: additional or extras is missing: %s", a.what, a.text)
	}
}

// do sends a request with the key; body is a text as it is, a value as JSON, or nil.
func (m tenant) do(method, path string, body any, pairs ...string) answer {
	m.t.Helper()
	header := http.Header{}
	request := &http.Request{Header: header}
	request.SetBasicAuth(m.key, "")
	text := ""
	switch body := body.(type) {
	case nil:
	case string:
		text = body
	default:
		content, err := json.Marshal(body)
		must(m.t, err)
		text = string(content)
	}
	header.Set("Content-Type", "application/json")
	for i := 0; i < len(pairs); i += 2 {
		header.Set(pairs[i], pairs[i+1])
	}
	return m.send(method, path, header, text)
}

func (m tenant) get(path string) answer            { m.t.Helper(); return m.do("GET", path, nil) }
func (m tenant) post(path string, body any) answer { m.t.Helper(); return m.do("POST", path, body) }
func (m tenant) put(path string, body any) answer  { m.t.Helper(); return m.do("PUT", path, body) }

// create makes a customer and returns its URI; later ones are newer.
func (m tenant) create(body any) string {
	m.t.Helper()
	m.advance(time.Second)
	return m.post("/v1/customers", body).ok(201).str("uri")
}

// card and bank keep an instrument and give its URI.
func (m tenant) card(number string) string {
	m.t.Helper()
	m.advance(time.Second)
	return m.post(m.path("/cards"), card(number)).ok(201).str("uri")
}

func (m tenant) bank() string {
	m.t.Helper()
	m.advance(time.Second)
	return m.post("/v1/bank_accounts", bank()).ok(201).str("uri")
}

func card(number string) object {
	return object{"card_number": number, "expiration_year": 2030, "expiration_month": 12, "security_code": "123"}
}

func bank() object {
	return object{"name": "Miranda Benz", "account_number": accountNumber, "routing_number": "121000358", "type": "checking"}
}

func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.what, a.status, status, a.text)
	}
	return a
}

// refused demands a refusal: status, category code and type, and a field among extras
// unless that is empty.
func (a answer) refused(status int, code, kind, field string) answer {
	a.t.Helper()
	a.ok(status).is("category_code", code).is("category_type", kind)
	extras, _ := a.body["extras"].(object)
	if field != "" && extras[field] == nil {
		a.t.Errorf("%s: extras do not name %s: %s", a.what, field, a.text)
	}
	return a
}

// at returns a member by a dotted path; it must be there.
func (a answer) at(path string) any {
	a.t.Helper()
	var value any = a.body
	for part := range strings.SplitSeq(path, ".") {
		inner, _ := value.(object)
		next, there := inner[part]
		if !there {
			a.t.Fatalf("%s: no %s\n%s", a.what, path, a.text)
		}
		value = next
	}
	return value
}

func (a answer) str(path string) string {
	a.t.Helper()
	text, ok := a.at(path).(string)
	if !ok {
		a.t.Fatalf("%s: %s is no text\n%s", a.what, path, a.text)
	}
	return text
}

func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if diff := cmp.Diff(want, a.at(path)); diff != "" {
		a.t.Errorf("%s: %s differs (-want +got):\n%s\n%s", a.what, path, diff, a.text)
	}
	return a
}

// items returns one member of every item of a page.
func (a answer) items(member string) []any {
	a.t.Helper()
	list := []any{}
	items, _ := a.at("items").([]any)
	for _, item := range items {
		list = append(list, item.(object)[member])
	}
	return list
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func secretText(text string) secret.Text { return secret.New(text) }
