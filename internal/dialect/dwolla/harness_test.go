package dwolla_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"tenantry/customers/identity"
	"tenantry/internal/api"
	"tenantry/internal/app"
	"tenantry/internal/dialect"
	"tenantry/internal/dialect/dwolla"
	"tenantry/internal/kyc"
	"tenantry/internal/store"
	"tenantry/internal/testkit"
	"tenantry/internal/webhook"
)

const (
	media     = "application/vnd.dwolla.v1.hal+json"
	birthDate = "1970-01-02"
	ipAddress = "192.168.1.77"
)

// world is an installation behind its server, with two accounts that know nothing of
// each other.
type world struct {
	*testkit.Env
	*testkit.Server
	account, other party
	mails          int
}

// party is an account with its keys and an access token.
type party struct{ id, publishable, secret, token string }

type setup struct {
	provider identity.Provider
	options  dwolla.Options
	rate     int
	// wrap puts something between the service and the store.
	wrap func(store.Store) store.Store
}

func newWorld(t *testing.T, change ...func(*setup)) *world {
	t.Helper()
	how := setup{provider: kyc.Sandbox{}, options: dwolla.Options{Plan: "payer", Sandbox: true, Page: []byte("<!doctype html>")}}
	for _, adjust := range change {
		adjust(&how)
	}
	w := &world{Env: testkit.Install(t, testkit.Store(t), testkit.Crowded, func(o *app.Options) {
		o.Provider, o.Topics = how.provider, webhook.Topics
		if how.wrap != nil {
			o.Store = how.wrap(o.Store)
		}
	})}
	w.Clock.Advance(120 * time.Millisecond) // moments are shown with their milliseconds
	how.options.Service = w.Svc
	w.Server = w.Serve(api.Options{RatePerMinute: how.rate, Dialects: []dialect.Dialect{dwolla.New(how.options)}})
	w.ConcealFromLog("123456789", "123-45-6789", birthDate, ipAddress, "sk_test_", "jane")
	w.account, w.other = w.platform("Cove"), w.platform("Rival")
	return w
}

func (w *world) platform(name string) party {
	w.T.Helper()
	made := w.Create(w.Operator, `{"name":"`+name+`","email":"ops@example.com","planKey":"platform"}`)
	p := party{id: made.ID, secret: made.Keys.Secret.Reveal(), publishable: made.Keys.Publishable.Reveal()}
	p.token = w.grant(url.Values{"client_id": {p.publishable}, "client_secret": {p.secret}, "grant_type": {"client_credentials"}}).Str("access_token")
	return p
}

// grant asks for a token by a form.
func (w *world) grant(form url.Values) answer {
	w.T.Helper()
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
		Str("_embedded.business-classifications.0._embedded.industry-classifications.0.id")
}
