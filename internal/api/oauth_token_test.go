package api_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
	"time"
)

func credentialsGrant(p actor) object {
	return object{"grant_type": "client_credentials", "scope": "auth", "client_id": p.id, "client_secret": p.secret}
}

// A customer id or a publishable key with the secret key gets a bearer token of 14 days,
// which then acts as that customer.
func TestClientCredentialsBuyATokenOfFourteenDays(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	got := e.client().post("/v3/oauth/token", credentialsGrant(p), shows).ok(http.StatusOK)
	got.is("token_type", "Bearer").is("expires_in", 1209600.0).is("scope", "auth").is("customer_id", p.id)

	named := e.client().post("/v3/oauth/token", with(credentialsGrant(p), object{"client_id": p.publishable}), shows).ok(http.StatusOK)
	named.is("customer_id", p.id)
	e.client("Authorization", "Bearer "+named.Str("access_token"), "X-CUSTOMER-ID", p.id).get("/v3/whoami").ok(http.StatusOK)

	bearer := e.client("Authorization", "Bearer "+got.Str("access_token"), "X-CUSTOMER-ID", p.id)
	bearer.get(p.path()).ok(http.StatusOK).is("id", p.id)

	e.Clock.Advance(14*24*time.Hour - time.Second)
	bearer.get(p.path()).ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	bearer.get(p.path()).refused(http.StatusUnauthorized, "invalidCredentials", "").explains("expired")
}

// The same works by form, and with the client's credentials in HTTP Basic.
func TestTheTokenEndpointTakesFormsAndBasic(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	form := e.client("Content-Type", "application/x-www-form-urlencoded")
	whole := url.Values{"grant_type": {"client_credentials"}, "scope": {"auth"}, "client_id": {p.id}, "client_secret": {p.secret}}
	form.post("/v3/oauth/token", whole.Encode(), shows).ok(http.StatusOK)

	short := url.Values{"grant_type": {"client_credentials"}, "scope": {"auth"}}
	basic := form.with("Authorization", basicAuth(p.id, p.secret))
	basic.post("/v3/oauth/token", short.Encode(), shows).ok(http.StatusOK)
	bare := base64.RawURLEncoding.EncodeToString([]byte(p.id + ":" + p.secret))
	form.with("Authorization", "Basic "+bare).post("/v3/oauth/token", short.Encode(), shows).ok(http.StatusOK)
	basic.post("/v3/oauth/token", whole.Encode(), shows).refused(http.StatusUnprocessableEntity, "validationError", "client_secret")

	form.post("/v3/oauth/token", "grant_type=%zz", wrong).refused(http.StatusBadRequest, "malformedRequest", "")
	form.post("/v3/oauth/token", whole.Encode()+"&scope=auth", wrong, shows).refused(http.StatusBadRequest, "malformedRequest", "")
}

// A fault of a grant is named before any secret is looked at.
func TestAGrantNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	good := credentialsGrant(p)
	for name, row := range map[string]struct {
		body              object
		parameter, detail string
	}{
		"unknown grant type": {with(good, object{"grant_type": "implicit"}), "grant_type", "parameterInvalid"},
		"no grant type":      {with(good, object{"grant_type": absent}), "grant_type", "parameterMissing"},
		"another scope":      {with(good, object{"scope": "admin"}), "scope", "parameterInvalid"},
		"no client id":       {with(good, object{"client_id": absent}), "client_id", "parameterMissing"},
		"no client secret":   {with(good, object{"client_secret": absent}), "client_secret", "parameterMissing"},
		"no password":        {object{"grant_type": "password", "scope": "auth", "username": "x"}, "password", "parameterMissing"},
		"unknown field":      {with(good, object{"audience": "x"}), "audience", "parameterUnknown"},
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			e.client().in(t).post("/v3/oauth/token", row.body, wrong).
				refused(http.StatusUnprocessableEntity, "validationError", row.parameter).detail(row.detail)
		})
	}
}

// Wrong credentials get no token, and the answer does not reveal which half was wrong.
func TestWrongCredentialsBuyNothing(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	wrong := garbled(p.secret)
	e.Conceal(wrong)
	for name, body := range map[string]object{
		"no such key":              with(credentialsGrant(p), object{"client_secret": "nonsense"}),
		"a garbled key":            with(credentialsGrant(p), object{"client_secret": wrong}),
		"the key of another":       with(credentialsGrant(p), object{"client_secret": other.secret}),
		"a publishable key":        with(credentialsGrant(p), object{"client_secret": p.publishable}),
		"the name of another":      with(credentialsGrant(p), object{"client_id": other.publishable}),
		"nobody":                   with(credentialsGrant(p), object{"client_id": missingID}),
		"a text that is not an id": with(credentialsGrant(p), object{"client_id": "x"}),
		"an unknown user":          {"grant_type": "password", "scope": "auth", "username": "nobody", "password": password},
		"an empty key":             with(credentialsGrant(p), object{"client_secret": ""}),
		"a user with no password":  {"grant_type": "password", "scope": "auth", "username": "nobody", "password": ""},
	} {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			got := e.client().post("/v3/oauth/token", body)
			got.refused(http.StatusUnauthorized, "invalidCredentials", "").is("error.name", "unauthorized").lacks("access_token")
			if got.Header.Get("WWW-Authenticate") == "" {
				t.Error("no scheme is named")
			}
		})
	}
	e.client("Authorization", basicAuth(p.id, "wrong"), "Content-Type", "application/x-www-form-urlencoded").
		post("/v3/oauth/token", "grant_type=client_credentials&scope=auth").ok(http.StatusUnauthorized)
}

// A dashboard user signs in by name, in any case, and the token loses its power when the
// customer's status changes.
func TestAUserSignsIn(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	body := object{"grant_type": "password", "scope": "auth", "username": "MIRA.okafor@harborlane.example", "password": password}
	got := e.client().post("/v3/oauth/token", body, shows).ok(http.StatusOK).is("customer_id", child.id)
	user := e.client("Authorization", "Bearer "+got.Str("access_token"), "X-CUSTOMER-ID", child.id)
	user.get("/v3/whoami").ok(http.StatusOK).is("credential.kind", "user")

	e.client().post("/v3/oauth/token", with(body, object{"password": "wrong-horse-staple"})).
		refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().put(child.path(), object{"status": "disabled"}).ok(http.StatusOK)
	user.get(child.path()).refused(http.StatusForbidden, "customerDisabled", "")
	e.client().post("/v3/oauth/token", body).refused(http.StatusForbidden, "customerDisabled", "")
}

// A token ends at once when the key that issued it is revoked.
func TestATokenEndsWithItsKey(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	token := e.client().post("/v3/oauth/token", credentialsGrant(p), shows).ok(http.StatusOK).Str("access_token")
	e.operator.self().delete(p.path("/keys/", p.keyID(1))).ok(http.StatusOK)
	e.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", p.id).get(p.path()).
		refused(http.StatusUnauthorized, "invalidCredentials", "")
}
