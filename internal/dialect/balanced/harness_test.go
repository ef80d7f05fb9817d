package balanced_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/app"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
	"tenantry/keys"
	"tenantry/tenancy"
)

type object = testkit.Object

// Values that must never come back, nor reach a log or the store in clear.
const (
	cardNumber    = "5105105105105100"
	otherCard     = "4111111111111111"
	accountNumber = "9900000000123"
	ssnLast4      = "4821"
)

// installation is the usual one, with what Balanced's clients do to it.
type installation struct{ *apitest.Installation }

// tenant is a marketplace with its key.
type tenant struct {
	*installation
	id, key string
}

func install(t *testing.T, change ...func(*apitest.Setup)) *installation {
	t.Helper()
	strict := func(s *apitest.Setup) { s.Tunings = append(s.Tunings, testkit.Strict) }
	w := &installation{apitest.Install(t, append(change, strict)...)}
	w.Conceal(cardNumber, otherCard, accountNumber, `"`+ssnLast4+`"`)
	w.ConcealFromLog("sk_test_2", "william@")
	return w
}

// in returns w for a subtest, which then is what fails.
func (w *installation) in(t *testing.T) *installation { return &installation{w.In(t)} }

// in returns m for a subtest, which then is what fails.
func (m tenant) in(t *testing.T) tenant {
	m.installation = m.installation.in(t)
	return m
}

// live makes an installation a live one.
func live(s *apitest.Setup) {
	s.Balanced.Sandbox = false
	s.Tunings = append(s.Tunings, func(o *app.Options) { o.Mode, o.Minter.Mode = keys.Live, keys.Live })
}

// tenant makes a marketplace.
func (w *installation) tenant() tenant {
	w.T.Helper()
	made := w.Platform("Cove")
	return tenant{installation: w, id: made.ID, key: made.Secret()}
}

// caller is the marketplace natively.
func (m tenant) caller() tenancy.Caller {
	caller := m.Local(m.id)
	caller.Actor = m.Local("").Actor
	return caller
}

func market(t *testing.T) tenant { t.Helper(); return install(t).tenant() }

// path is a marketplace's own.
func (m tenant) path(rest string) string { return "/v1/marketplaces/TEST-MP" + m.id + rest }

// answer is what came back.
type answer struct{ testkit.Answered }

// send sends a request as it is, and holds the answer against what all answers have in
// common: the exact content type, and the shape of refusals.
func (w *installation) send(method, path string, header http.Header, body any) answer {
	w.T.Helper()
	client := w.Client()
	client.Header = header
	a := answer{client.Do(method, path, body)}
	if a.Text == "" {
		return a
	}
	if got := a.Header.Values("Content-Type"); !cmp.Equal(got, []string{"application/json"}) {
		w.T.Errorf("%s: the content type is %q", a.What, got)
	}
	if a.Status >= 400 {
		a.wellRefused()
	}
	return a
}

// wellRefused demands every member that clients read of a refusal.
func (a answer) wellRefused() {
	a.T.Helper()
	id, _ := a.Body["request_id"].(string)
	description, _ := a.Body["description"].(string)
	switch {
	case !strings.HasPrefix(id, "OHM") || len(id) != 35 || !strings.Contains(description, id):
		a.T.Errorf("%s: request id %q, description %q", a.What, id, description)
	case a.Header.Get("X-Request-Id") != id:
		a.T.Errorf("%s: X-Request-Id is %q", a.What, a.Header.Get("X-Request-Id"))
	case a.Body["status_code"] != float64(a.Status) || a.Body["status"] != http.StatusText(a.Status):
		a.T.Errorf("%s: status %v %v", a.What, a.Body["status_code"], a.Body["status"])
	case !cmp.Equal(a.Body["_uris"], any(object{})):
		a.T.Errorf("%s: _uris are %v", a.What, a.Body["_uris"])
	}
	if _, there := a.Body["additional"]; !there || a.Body["extras"] == nil {
		a.T.Errorf("%s: additional or extras is missing: %s", a.What, a.Text)
	}
}

// do sends a request with the key; body is a text as it is, a value as JSON, or nil.
func (m tenant) do(method, path string, body any, pairs ...string) answer {
	m.T.Helper()
	client := m.Client(testkit.Basic(m.key)...).With("Content-Type", "application/json").With(pairs...)
	return m.send(method, path, client.Header, body)
}

func (m tenant) get(path string) answer            { m.T.Helper(); return m.do("GET", path, nil) }
func (m tenant) post(path string, body any) answer { m.T.Helper(); return m.do("POST", path, body) }
func (m tenant) put(path string, body any) answer  { m.T.Helper(); return m.do("PUT", path, body) }

// create makes a customer and returns its URI; later ones are newer.
func (m tenant) create(body any) string {
	m.T.Helper()
	m.Clock.Advance(time.Second)
	return m.post("/v1/customers", body).ok(201).Str("uri")
}

// card and bank store an instrument and return its URI.
func (m tenant) card(number string) string {
	m.T.Helper()
	m.Clock.Advance(time.Second)
	return m.post(m.path("/cards"), card(number)).ok(201).Str("uri")
}

func (m tenant) bank() string {
	m.T.Helper()
	m.Clock.Advance(time.Second)
	return m.post("/v1/bank_accounts", bank()).ok(201).Str("uri")
}

func card(number string) object {
	return object{"card_number": number, "expiration_year": 2030, "expiration_month": 12, "security_code": "123"}
}

func bank() object {
	return object{"name": "Miranda Benz", "account_number": accountNumber, "routing_number": "121000358", "type": "checking"}
}

func (a answer) ok(status int) answer {
	a.T.Helper()
	a.Demand(status)
	return a
}

// refused demands a refusal: status, category code and type, and a field among extras
// unless that is empty.
func (a answer) refused(status int, code, kind, field string) answer {
	a.T.Helper()
	a.ok(status).is("category_code", code).is("category_type", kind)
	extras, _ := a.Body["extras"].(object)
	if field != "" && extras[field] == nil {
		a.T.Errorf("%s: extras do not name %s: %s", a.What, field, a.Text)
	}
	return a
}

func (a answer) is(path string, want any) answer {
	a.T.Helper()
	a.Is(path, want)
	return a
}

// items returns one member of every item of a page.
func (a answer) items(member string) []any {
	a.T.Helper()
	list := []any{}
	items, _ := a.At("items").([]any)
	for _, item := range items {
		list = append(list, item.(object)[member])
	}
	return list
}

func secretText(text string) secret.Text { return secret.New(text) }
