package dwolla_test

import (
	"crypto/rand"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"tenantry/customers/identity"
	"tenantry/customers/lifecycle"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/kyc"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
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
	service        *app.App
	url            string
	logs           *testkit.Log
	clock          *testkit.Clock
	account, other party
	mails          int
}

// party is an account with its keys and an access token.
type party struct{ id, publishable, secret, token string }

type setup struct {
	provider identity.Provider
	options  dwolla.Options
	rate     int
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	how := setup{provider: kyc.Sandbox{}, options: dwolla.Options{Plan: "payer", Sandbox: true, Page: []byte("<!doctype html>")}}
	for _, adjust := range change {
		adjust(&how)
	}
	w := &world{t: t, logs: &testkit.Log{}, clock: testkit.NewClock(time.Date(2026, 3, 4, 10, 15, 30, 120e6, time.UTC))}
	ring, err := seal.Generate(rand.Reader)
	must(t, err)
	catalog, err := plans.NewCatalog(plans.Defaults())
	must(t, err)
	verifier, err := keys.NewVerifier(keys.VerifierOptions{Now: w.clock.Now, PasswordCost: 4, FailuresPerAddressPerMinute: 10_000})
	must(t, err)
	w.service, err = app.New(app.Options{
		Store: storetest.Guard(t, testkit.Store(t)), Sealer: ring, Plans: catalog, Minter: keys.Minter{Mode: keys.Test}, Verifier: verifier,
		Tokens: keys.NewTokens(keys.OneSigningKey([]byte("a signing key of 32 bytes or more")), keys.Test, w.clock.Now), Provider: how.provider,
		Mode: keys.Test, Now: w.clock.Now, Random: rand.Reader,
		Topics: webhook.Topics, SettingsRules: settings.Rules{AllowInsecure: true, AllowPrivate: true},
	})
	must(t, err)
	how.options.Service = w.service
	server := api.New(api.Options{
		Service: w.service, Log: zerolog.New(w.logs), Mode: "sandbox", Version: "test", Now: w.clock.Now,
		RatePerMinute: how.rate, Dialects: []dialect.Dialect{dwolla.New(how.options)},
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
	_, err = w.service.Lifecycle.InitOperator(t.Context(), "Operator", "ops@operator.example")
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
	caller, err := w.service.Access.Local(w.t.Context(), "")
	must(w.t, err)
	return caller
}

func (w *world) platform(name string) party {
	w.t.Helper()
	in := lifecycle.CreateInput{}
	must(w.t, patch.Decode([]byte(`{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`), &in.Input))
	made, err := w.service.Lifecycle.Create(w.t.Context(), w.local(), in)
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
