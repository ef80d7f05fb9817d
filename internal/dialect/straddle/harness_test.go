package straddle_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers"
	"tenantry/customers/identity"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/straddle"
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

// What must appear in no log line.
const (
	ssn       = "123-45-6789"
	ein       = "98-7654321"
	birthDate = "1980-01-02"
	ipAddress = "192.168.1.77"
)

// world is an installation with two platforms; the first has an account below it.
type world struct {
	t       *testing.T
	store   store.Store
	service *app.App
	url     string
	logs    *testkit.Log
	clock   *testkit.Clock

	operator, platform, account, other party
}

// party is a customer with its secret key.
type party struct{ id, uuid, secret string }

type setup struct {
	provider identity.Provider
	rate     int
	store    store.Store // nil is the one under test
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	how := setup{provider: kyc.Sandbox{}}
	for _, adjust := range change {
		adjust(&how)
	}
	if how.store == nil {
		how.store = testkit.Store(t)
	}
	w := &world{t: t, store: how.store, logs: &testkit.Log{}, clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 0, time.UTC))}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{
		Now: w.clock.Now, PasswordCost: 4, FailuresPerAddressPerMinute: 10_000,
	})
	must(t, err)
	w.service, err = app.New(app.Options{
		Store: storetest.Guard(t, w.store), Sealer: ring, Plans: catalog, Minter: keys.Minter{Mode: keys.Test}, Verifier: verifier,
		Tokens: keys.NewTokens(keys.OneSigningKey([]byte("a signing key of 32 bytes or more")), keys.Test, w.clock.Now), Provider: how.provider,
		Mode: keys.Test, Now: w.clock.Now, Random: rand.Reader,
		Topics: webhook.Topics, SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
	})
	must(t, err)
	face := straddle.New(straddle.Options{Service: w.service, Plan: "payer", Now: w.clock.Now})
	server := api.New(api.Options{
		Service: w.service, Log: zerolog.New(w.logs), Mode: "sandbox", Version: "test", Now: w.clock.Now,
		RatePerMinute: how.rate, Dialects: []dialect.Dialect{face},
	})
	public := httptest.NewServer(server.Handler())
	w.url = public.URL
	t.Cleanup(func() {
		public.Close()
		for _, word := range []string{ssn, ein, birthDate, ipAddress, "123456789"} {
			if strings.Contains(w.logs.String(), word) {
				t.Errorf("the log holds %q", word)
			}
		}
	})
	made, err := w.service.Lifecycle.InitOperator(t.Context(), "Operator", "ops@operator.example")
	must(t, err)
	w.operator = partyOf(made)
	w.platform = w.below(w.operator.id, "Cove")
	w.other = w.below(w.operator.id, "Rival")
	w.account = w.below(w.platform.id, "Cove Account")
	return w
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func partyOf(made registry.Created) party {
	return party{id: made.Customer.ID.String(), uuid: dialect.UUID(made.Customer.ID), secret: made.Keys.Secret.Reveal()}
}

// below makes a platform through the native service.
func (w *world) below(parent, name string) party {
	w.t.Helper()
	in := lifecycle.CreateInput{}
	must(w.t, patch.Decode([]byte(`{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`), &in.Input))
	made, err := w.service.Lifecycle.Create(w.t.Context(), w.caller(parent), in)
	must(w.t, err)
	return partyOf(made)
}

func (w *world) caller(subject string) tenancy.Caller {
	w.t.Helper()
	caller, err := w.service.Access.Local(w.t.Context(), subject)
	must(w.t, err)
	return caller
}

// allow hands a policy down to a party.
func (w *world) allow(to party, policies string) {
	w.t.Helper()
	in := lifecycle.UpdateInput{CustomerID: to.id}
	must(w.t, patch.Decode([]byte(`{"settings":{"customers":`+policies+`}}`), &in.Input))
	_, err := w.service.Lifecycle.Update(w.t.Context(), w.caller(""), in)
	must(w.t, err)
}

// record is a customer as it is stored, by its UUID.
func (w *world) record(uuid string) *customers.Customer {
	w.t.Helper()
	id, ok := dialect.ParseUUID(uuid)
	if !ok {
		w.t.Fatalf("%s is no UUID of ours", uuid)
	}
	c, err := w.store.GetAnywhere(w.t.Context(), id)
	must(w.t, err)
	return c
}

// runReviews is one turn of the background work.
func (w *world) runReviews() {
	w.t.Helper()
	_, err := w.service.Identity.RunReviews(w.t.Context())
	must(w.t, err)
}

type object = map[string]any

// person is the least that makes an individual; each has an e-mail of its own.
func person(n int, members ...object) object {
	body := object{
		"name": "Ada Byron", "type": "individual", "email": "ada" + strconv.Itoa(n) + "@example.com",
		"phone": "+12128675309", "device": object{"ip_address": ipAddress},
	}
	return with(body, members...)
}

// with adds members; a nil *struct{} value takes one away.
func with(body object, members ...object) object {
	next := object{}
	for name, value := range body {
		next[name] = value
	}
	for _, more := range members {
		for name, value := range more {
			if value == absent {
				delete(next, name)
				continue
			}
			next[name] = value
		}
	}
	return next
}

var absent any = &struct{}{}

// client calls as a party.
type client struct {
	w      *world
	header http.Header
}

func (w *world) as(p party, pairs ...string) *client {
	c := &client{w: w, header: http.Header{"Authorization": {"Bearer " + p.secret}}}
	return c.with(pairs...)
}

func (c *client) with(pairs ...string) *client {
	next := &client{w: c.w, header: c.header.Clone()}
	for i := 0; i < len(pairs); i += 2 {
		next.header.Set(pairs[i], pairs[i+1])
	}
	return next
}

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	text   string
	body   object
}

// do sends a request below /straddle/v1; body is nil, a text as it is, or JSON.
func (c *client) do(method, path string, body any) answer {
	c.w.t.Helper()
	a, err := c.try(method, path, body)
	must(c.w.t, err)
	return a
}

func (c *client) try(method, path string, body any) (answer, error) {
	var content []byte
	switch body := body.(type) {
	case nil:
	case string:
		content = []byte(body)
	default:
		content, _ = json.Marshal(body)
	}
	request, err := http.NewRequest(method, c.w.url+"/straddle/v1"+path, bytes.NewReader(content))
	if err != nil {
		return answer{}, err
	}
	request.Header = c.header.Clone()
	if body != nil && request.Header.Get("Content-Type") == "" {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	a := answer{t: c.w.t, what: method + " " + path, status: response.StatusCode, header: response.Header, text: string(text)}
	if err == nil {
		err = json.Unmarshal(text, &a.body)
	}
	return a, err
}

func (c *client) create(body object) answer {
	c.w.t.Helper()
	return c.do(http.MethodPost, "/customers", body).ok(http.StatusCreated)
}

func (c *client) get(path string) answer { c.w.t.Helper(); return c.do(http.MethodGet, path, nil) }

// ok demands a status and the envelope of that status.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.what, a.status, status, a.text)
	}
	if media := a.header.Get("Content-Type"); !strings.HasPrefix(media, "application/json") {
		a.t.Errorf("%s: the type is %q", a.what, media)
	}
	a.at("meta.api_request_id")
	a.at("meta.api_request_timestamp")
	if status >= 400 {
		a.is("response_type", "error").is("error.status", float64(status))
	}
	return a
}

// refused demands a refusal by status and type, with items about these references.
func (a answer) refused(status int, kind string, references ...string) answer {
	a.t.Helper()
	a.ok(status).is("error.type", kind)
	items, _ := a.find("error.items").([]any)
	var got []string
	for _, one := range items {
		reference, _ := one.(object)["reference"].(string)
		got = append(got, reference)
	}
	for _, want := range references {
		if !strings.Contains(" "+strings.Join(got, " ")+" ", " "+want+" ") {
			a.t.Errorf("%s: the items are about %q, not %s\n%s", a.what, got, want, a.text)
		}
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if got := a.at(path); got != want {
		a.t.Errorf("%s: %s is %v, want %v\n%s", a.what, path, got, want, a.text)
	}
	return a
}

func (a answer) lacks(path string) answer {
	a.t.Helper()
	if got := a.find(path); got != nil {
		a.t.Errorf("%s: %s is there: %v", a.what, path, got)
	}
	return a
}

func (a answer) at(path string) any {
	a.t.Helper()
	value := a.find(path)
	if value == nil {
		a.t.Fatalf("%s: no %s\n%s", a.what, path, a.text)
	}
	return value
}

func (a answer) str(path string) string {
	a.t.Helper()
	text, _ := a.at(path).(string)
	return text
}

// find returns the value at a dotted path, nil for none.
func (a answer) find(path string) any {
	var value any = a.body
	for part := range strings.SplitSeq(path, ".") {
		switch inner := value.(type) {
		case object:
			value = inner[part]
		case []any:
			i, err := strconv.Atoi(part)
			if err != nil || i >= len(inner) {
				return nil
			}
			value = inner[i]
		default:
			return nil
		}
	}
	return value
}

// names are those of a list, in order.
func (a answer) names() []string {
	a.t.Helper()
	list := []string{}
	data, ok := a.find("data").([]any)
	if !ok {
		a.t.Fatalf("%s: data is no list\n%s", a.what, a.text)
	}
	for _, one := range data {
		name, _ := one.(object)["name"].(string)
		list = append(list, name)
	}
	return list
}
