package dwolla_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers"
	"tenantry/internal/api"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/identity"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store/memory"
	"tenantry/internal/webhook"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/settings"
	"tenantry/tenancy"
)

const (
	media     = "application/vnd.dwolla.v1.hal+json"
	birthDate = "1970-01-02"
	ipAddress = "192.168.1.77"
)

// world is an installation with two accounts that know nothing of each other.
type world struct {
	t              *testing.T
	service        *customers.Service
	url            string
	logs           *lockedBuffer
	clock          *clock
	account, other party
	mails          int
}

// party is an account with its keys and an access token.
type party struct{ id, publishable, secret, token string }

type setup struct {
	provider customers.Provider
	options  dwolla.Options
	rate     int
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	how := setup{provider: identity.Sandbox{}, options: dwolla.Options{Plan: "payer", Sandbox: true, Page: []byte("<!doctype html>")}}
	for _, adjust := range change {
		adjust(&how)
	}
	w := &world{t: t, logs: &lockedBuffer{}, clock: &clock{at: time.Date(2026, 3, 4, 10, 15, 30, 120e6, time.UTC)}}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	catalogue, err := plans.NewCatalogue(plans.Defaults())
	must(t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: w.clock.now, PasswordCost: 4, FailuresPerAddressPerMinute: 10_000})
	must(t, err)
	w.service, err = customers.New(customers.Options{
		Store: memory.New(), Sealer: ring, Plans: catalogue, Minter: keys.Minter{Mode: keys.Test}, Verifier: verifier,
		Tokens: keys.NewTokens(ring.Derive("access tokens"), keys.Test, w.clock.now), Provider: how.provider,
		Mode: keys.Test, Now: w.clock.now, Random: rand.Reader,
		Topics: webhook.Topics, SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
	})
	must(t, err)
	how.options.Service = w.service
	server := api.New(api.Options{
		Service: w.service, Log: zerolog.New(w.logs), Mode: "sandbox", Version: "test", Now: w.clock.now,
		RatePerMinute: how.rate, Faces: []dialect.Face{dwolla.New(how.options)},
	})
	public := httptest.NewServer(server.Handler())
	w.url = public.URL
	t.Cleanup(func() {
		public.Close()
		for _, word := range []string{"123456789", "123-45-6789", birthDate, ipAddress, "sk_test_", "jane"} {
			if strings.Contains(w.logs.String(), word) {
				t.Errorf("the log holds %q", word)
			}
		}
	})
	_, err = w.service.InitOperator(t.Context(), "Operator", "ops@operator.example")
	must(t, err)
	w.account, w.other = w.platform("Cove"), w.platform("Rival")
	return w
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (w *world) local() tenancy.Caller {
	w.t.Helper()
	caller, err := w.service.Local(w.t.Context(), "")
	must(w.t, err)
	return caller
}

func (w *world) platform(name string) party {
	w.t.Helper()
	in := customers.CreateInput{}
	must(w.t, patch.Decode([]byte(`{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`), &in.Input))
	made, err := w.service.Create(w.t.Context(), w.local(), in)
	must(w.t, err)
	p := party{id: made.Customer.ID.String(), secret: made.Keys.Secret.Reveal(), publishable: made.Keys.Publishable.Reveal()}
	p.token = w.grant(url.Values{"client_id": {p.publishable}, "client_secret": {p.secret}, "grant_type": {"client_credentials"}}).str("access_token")
	return p
}

// grant asks for a token by a form.
func (w *world) grant(form url.Values) answer {
	w.t.Helper()
	return w.bare("Content-Type", "application/x-www-form-urlencoded").do(http.MethodPost, "/token", form.Encode())
}

type object = map[string]any

var absent any = &struct{}{}

// with adds members; absent takes one away.
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

func (w *world) mail() string {
	w.mails++
	return "jane" + strconv.Itoa(w.mails) + "@example.com"
}

// unverified is the least that makes a customer; each has an e-mail of its own.
func (w *world) unverified(members ...object) object {
	return with(object{"firstName": "Jane", "lastName": "Doe", "email": w.mail(), "ipAddress": ipAddress}, members...)
}

func (w *world) personal(members ...object) object {
	return with(w.unverified(object{
		"type": "personal", "address1": "99-99 33rd St", "city": "Some City", "state": "NY", "postalCode": "11101",
		"dateOfBirth": birthDate, "ssn": "6789", "phone": "1231231234",
	}), members...)
}

func (w *world) business(members ...object) object {
	return with(w.unverified(object{
		"type": "business", "address1": "1 Main St", "city": "Des Moines", "state": "IA", "postalCode": "50309",
		"businessName": "Jane Corp", "businessType": "llc", "businessClassification": w.industry(), "ein": "00-0000000",
		"controller": object{
			"firstName": "John", "lastName": "Controller", "title": "CEO", "ssn": "6789", "dateOfBirth": birthDate,
			"address": object{"address1": "1749 18th st", "city": "Des Moines", "stateProvinceRegion": "IA", "country": "US", "postalCode": "50266"},
		},
	}), members...)
}

func (w *world) industry() string {
	return w.as(w.account).get("/business-classifications").
		str("_embedded.business-classifications.0._embedded.industry-classifications.0.id")
}

// client calls with headers.
type client struct {
	w      *world
	header http.Header
}

func (w *world) bare(pairs ...string) *client {
	return (&client{w: w, header: http.Header{}}).with(pairs...)
}

func (w *world) as(p party, pairs ...string) *client {
	return w.bare("Authorization", "Bearer "+p.token, "Accept", media).with(pairs...)
}

// with sets headers; an empty value takes one away.
func (c *client) with(pairs ...string) *client {
	next := &client{w: c.w, header: c.header.Clone()}
	for i := 0; i < len(pairs); i += 2 {
		next.header.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			next.header.Del(pairs[i])
		}
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

// do sends a request; body is nil, a text as it is, or JSON. The path may be absolute.
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
	request, err := http.NewRequest(method, c.w.url+strings.TrimPrefix(path, c.w.url), bytes.NewReader(content))
	if err != nil {
		return answer{}, err
	}
	request.Header = c.header.Clone()
	if host := request.Header.Get("Host"); host != "" {
		request.Host = host
	}
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
	if len(text) > 0 && strings.HasSuffix(response.Header.Get("Content-Type"), "json") {
		must(c.w.t, json.Unmarshal(text, &a.body))
	}
	return a, err
}

func (c *client) get(path string) answer {
	c.w.t.Helper()
	return c.do(http.MethodGet, path, nil).ok(200)
}

func (c *client) post(path string, body any) answer {
	c.w.t.Helper()
	return c.do(http.MethodPost, path, body)
}

// make creates a resource and gives where it is.
func (c *client) make(path string, body any) string {
	c.w.t.Helper()
	return c.post(path, body).created()
}

// upload sends a file as a form.
func (c *client) upload(path, kind, name, mediaType string, content []byte) answer {
	c.w.t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	must(c.w.t, writer.WriteField("documentType", kind))
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="` + name + `"`}, "Content-Type": {mediaType},
	})
	must(c.w.t, err)
	_, err = part.Write(content)
	must(c.w.t, err)
	must(c.w.t, writer.Close())
	return c.with("Content-Type", writer.FormDataContentType()).post(path, form.String())
}

// created demands 201, a Location below the server and nothing else.
func (a answer) created() string {
	a.t.Helper()
	where := a.header.Get("Location")
	if a.status != http.StatusCreated || a.text != "" || !strings.HasPrefix(where, "http://") {
		a.t.Fatalf("%s: answered %d, Location %q\n%s", a.what, a.status, where, a.text)
	}
	return where
}

// ok demands a status, the vendor's media type and no null anywhere.
func (a answer) ok(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: answered %d, want %d\n%s", a.what, a.status, status, a.text)
	}
	if got := a.header.Get("Content-Type"); got != media {
		a.t.Errorf("%s: the type is %q", a.what, got)
	}
	if strings.Contains(a.text, "null") {
		a.t.Errorf("%s: there is a null\n%s", a.what, a.text)
	}
	return a
}

// refused demands a refusal by status and code.
func (a answer) refused(status int, code string) answer {
	a.t.Helper()
	a.ok(status).is("code", code)
	a.at("message")
	return a
}

// faulty demands a refusal with exactly these embedded errors, as "path code".
func (a answer) faulty(want ...string) answer {
	a.t.Helper()
	a.refused(400, "ValidationError")
	list, _ := a.find("_embedded.errors").([]any)
	var got []string
	for _, one := range list {
		fault, _ := one.(object)
		path, _ := fault["path"].(string)
		code, _ := fault["code"].(string)
		got = append(got, path+" "+code)
	}
	for _, one := range want {
		if !strings.Contains("\n"+strings.Join(got, "\n"), "\n"+one) {
			a.t.Errorf("%s: the errors are %q, want %q", a.what, got, want)
		}
	}
	if len(got) != len(want) {
		a.t.Errorf("%s: the errors are %q, want %q", a.what, got, want)
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.t.Helper()
	if n, ok := want.(int); ok {
		want = float64(n)
	}
	if got := a.at(path); got != want {
		a.t.Errorf("%s: %s is %v, want %v\n%s", a.what, path, got, want, a.text)
	}
	return a
}

func (a answer) lacks(paths ...string) answer {
	a.t.Helper()
	for _, path := range paths {
		if got := a.find(path); got != nil {
			a.t.Errorf("%s: %s is there: %v", a.what, path, got)
		}
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

func (a answer) size(path string) int {
	a.t.Helper()
	list, ok := a.at(path).([]any)
	if !ok {
		a.t.Fatalf("%s: %s is no list", a.what, path)
	}
	return len(list)
}

// find gives the value at a dotted path, nil for none.
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

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) advance(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(by)
}

type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
