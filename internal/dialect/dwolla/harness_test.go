package dwolla_test

import (
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"tenantry/customers/identity"
	"tenantry/internal/app"
	"tenantry/internal/testkit"
	"tenantry/internal/testkit/apitest"
)

const (
	media     = "application/vnd.dwolla.v1.hal+json"
	birthDate = "1970-01-02"
	ipAddress = "192.168.1.77"
)

// installation is the usual one with two accounts that know nothing of each other.
type installation struct {
	*apitest.Installation
	account, other account
	mails          *int // used so far
}

// account is a platform with an access token.
type account struct {
	testkit.Party
	token string
}

func install(t *testing.T, change ...func(*apitest.Setup)) *installation {
	t.Helper()
	w := &installation{Installation: apitest.Install(t, change...), mails: new(int)}
	w.Clock.Advance(120 * time.Millisecond) // moments are shown with their milliseconds
	w.ConcealFromLog("123456789", "123-45-6789", birthDate, ipAddress, "sk_test_", "jane")
	w.account, w.other = w.open("Cove"), w.open("Rival")
	return w
}

// in returns w for a subtest, which then is what fails.
func (w *installation) in(t *testing.T) *installation {
	next := *w
	next.Installation = w.In(t)
	return &next
}

// reviewedBy is a tuning of who reviews customers.
func reviewedBy(provider identity.Provider) testkit.Tuning {
	return func(o *app.Options) { o.Provider = provider }
}

// open makes an account.
func (w *installation) open(name string) account {
	w.T.Helper()
	p := w.Platform(name)
	grant := url.Values{"client_id": {p.Publishable()}, "client_secret": {p.Secret()}, "grant_type": {"client_credentials"}}
	return account{p, w.grant(grant).Str("access_token")}
}

// grant asks for a token by a form.
func (w *installation) grant(form url.Values) answer {
	w.T.Helper()
	return w.bare("Content-Type", "application/x-www-form-urlencoded").do(http.MethodPost, "/token", form.Encode())
}

type object = testkit.Object

var (
	absent = testkit.Absent
	with   = testkit.With
)

func (w *installation) mail() string {
	*w.mails++
	return "jane" + strconv.Itoa(*w.mails) + "@example.com"
}

// unverified is the least that makes a customer; each has an e-mail of its own.
func (w *installation) unverified(members ...object) object {
	return with(object{"firstName": "Jane", "lastName": "Doe", "email": w.mail(), "ipAddress": ipAddress}, members...)
}

func (w *installation) personal(members ...object) object {
	return with(w.unverified(object{
		"type": "personal", "address1": "99-99 33rd St", "city": "Some City", "state": "NY", "postalCode": "11101",
		"dateOfBirth": birthDate, "ssn": "6789", "phone": "1231231234",
	}), members...)
}

func (w *installation) business(members ...object) object {
	return with(w.unverified(object{
		"type": "business", "address1": "1 Main St", "city": "Des Moines", "state": "IA", "postalCode": "50309",
		"businessName": "Jane Corp", "businessType": "llc", "businessClassification": w.industry(), "ein": "00-0000000",
		"controller": object{
			"firstName": "John", "lastName": "Controller", "title": "CEO", "ssn": "6789", "dateOfBirth": birthDate,
			"address": object{"address1": "1749 18th st", "city": "Des Moines", "stateProvinceRegion": "IA", "country": "US", "postalCode": "50266"},
		},
	}), members...)
}

func (w *installation) industry() string {
	return w.as(w.account).get("/business-classifications").
		Str("_embedded.business-classifications.0._embedded.industry-classifications.0.id")
}
