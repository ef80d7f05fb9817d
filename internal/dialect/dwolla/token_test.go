package dwolla_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"
	"time"

	"tenantry/customers/lifecycle"
	"tenantry/internal/dialect"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

func form(pairs ...string) url.Values {
	values := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return values
}

// Credentials work in a form, in JSON and by HTTP Basic, with the publishable key or
// the id of the account, in either writing.
func TestTokensAreGranted(t *testing.T) {
	t.Parallel()
	w := install(t)
	id, _ := tenancy.ParseID(w.account.ID)
	const grant = "client_credentials"
	for name, a := range map[string]answer{
		"publishable": w.grant(form("client_id", w.account.Publishable(), "client_secret", w.account.Secret(), "grant_type", grant)),
		"id":          w.grant(form("client_id", w.account.ID, "client_secret", w.account.Secret(), "grant_type", grant)),
		"uuid":        w.grant(form("client_id", dialect.UUID(id), "client_secret", w.account.Secret(), "grant_type", grant)),
		"json":        w.bare().post("/token", object{"client_id": w.account.ID, "client_secret": w.account.Secret(), "grant_type": grant}),
		"basic":       basic(w, w.account.Publishable(), w.account.Secret()).post("/token", form("grant_type", grant).Encode()),
		"basic without padding": w.bare("Authorization", "Basic "+base64.RawURLEncoding.EncodeToString([]byte(w.account.ID+":"+w.account.Secret())),
			"Content-Type", "application/x-www-form-urlencoded").post("/token", form("grant_type", grant).Encode()),
		"basic beside a body": basic(w, w.account.ID, w.account.Secret()).
			post("/token", form("grant_type", grant, "client_id", w.account.ID, "client_secret", "other").Encode()),
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			if a.Status != 200 || a.Header.Get("Content-Type") != "application/json" {
				t.Fatalf("%s: %d %s %s", name, a.Status, a.Header.Get("Content-Type"), a.Text)
			}
			a.is("token_type", "bearer").is("expires_in", 3600).is("scope", "ManageCustomers")
			w.bare("Authorization", "Bearer "+a.Str("access_token"), "Accept", media).get("/customers")
		})
	}
}

func basic(w *installation, id, secret string) *client {
	request, _ := http.NewRequest(http.MethodGet, "/", http.NoBody)
	request.SetBasicAuth(id, secret)
	return w.bare("Authorization", request.Header.Get("Authorization"), "Content-Type", "application/x-www-form-urlencoded")
}

// Refusals of the token endpoint have OAuth's shape, those of the server itself included.
func TestTokensAreRefused(t *testing.T) {
	t.Parallel()
	w := install(t)
	good := form("client_id", w.account.Publishable(), "client_secret", w.account.Secret())
	for name, row := range map[string]struct {
		a      answer
		status int
		code   string
	}{
		"wrong secret":       {w.grant(form("client_id", w.account.ID, "client_secret", "nope", "grant_type", "client_credentials")), 401, "invalid_client"},
		"another's secret":   {w.grant(form("client_id", w.account.ID, "client_secret", w.other.Secret(), "grant_type", "client_credentials")), 401, "invalid_client"},
		"another's key":      {w.grant(form("client_id", w.other.Publishable(), "client_secret", w.account.Secret(), "grant_type", "client_credentials")), 401, "invalid_client"},
		"no credentials":     {w.grant(form("grant_type", "client_credentials")), 401, "invalid_client"},
		"no grant":           {w.grant(good), 400, "invalid_request"},
		"password":           {w.grant(form("grant_type", "password")), 400, "unsupported_grant_type"},
		"twice":              {w.grant(url.Values{"grant_type": {"client_credentials", "x"}}), 400, "invalid_request"},
		"a list":             {w.bare().post("/token", `["x"]`), 400, "invalid_request"},
		"another media type": {w.bare("Content-Type", "text/plain").post("/token", "x"), 400, "invalid_request"},
		"get":                {w.bare().do(http.MethodGet, "/token", nil), 405, "invalid_request"},
	} {
		t.Run(name, func(t *testing.T) {
			if row.a.Status != row.status || row.a.Header.Get("Content-Type") != "application/json" {
				t.Errorf("%s: %d %s", name, row.a.Status, row.a.Text)
			}
			row.a.is("error", row.code)
			row.a.At("error_description")
		})
	}
	if got := basic(w, w.account.ID, "nope").post("/token", "grant_type=client_credentials"); got.Header.Get("WWW-Authenticate") == "" {
		t.Error("who tried Basic is not told how")
	}
}

// A new token leaves older ones valid; each ends after an hour, with an error code of its
// own, and with its key.
func TestTokensEnd(t *testing.T) {
	t.Parallel()
	w := install(t)
	w.Clock.Advance(30 * time.Minute)
	newer := w.grant(form("client_id", w.account.ID, "client_secret", w.account.Secret(), "grant_type", "client_credentials")).Str("access_token")
	w.as(w.account).get("/customers")
	w.Clock.Advance(31 * time.Minute)
	w.as(w.account).do(http.MethodGet, "/customers", nil).refused(401, "ExpiredAccessToken")
	w.as(w.account).with("Authorization", "Bearer "+newer).get("/customers")
	w.bare("Accept", media).do(http.MethodGet, "/customers", nil).refused(401, "InvalidCredentials")
	w.bare("Accept", media, "Authorization", "Basic eA==").do(http.MethodGet, "/customers", nil).refused(401, "InvalidCredentials")
	w.bare("Accept", media, "Authorization", "Bearer garbage").do(http.MethodGet, "/customers", nil).refused(401, "InvalidAccessToken")
	forged := w.account.token[:len(w.account.token)-4] + "AAAA"
	w.bare("Accept", media, "Authorization", "Bearer "+forged).do(http.MethodGet, "/customers", nil).refused(401, "InvalidAccessToken")
}

// An account below a disabled one gets no token, and its tokens are refused.
func TestTheAccountAboveIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := install(t)
	above, err := w.Svc.Access.Local(t.Context(), w.account.ID)
	testkit.Must(t, err)
	in := lifecycle.CreateInput{}
	testkit.Must(t, patch.Decode([]byte(`{"name":"Below","email":"ops@example.com","planKey":"platform"}`), &in.Input))
	made, err := w.Svc.Lifecycle.Create(t.Context(), above, in)
	testkit.Must(t, err)
	credentials := form("client_id", made.Customer.ID.String(), "client_secret", made.Keys.Secret.Reveal(), "grant_type", "client_credentials")
	token := w.grant(credentials).Str("access_token")
	change := lifecycle.UpdateInput{CustomerID: w.account.ID}
	testkit.Must(t, patch.Decode([]byte(`{"status":"disabled"}`), &change.Input))
	_, err = w.Svc.Lifecycle.Update(t.Context(), w.Local(""), change)
	testkit.Must(t, err)
	w.bare("Accept", media, "Authorization", "Bearer "+token).do(http.MethodGet, "/customers", nil).refused(401, "InvalidAccountStatus")
	if a := w.grant(credentials); a.Status == 200 {
		t.Errorf("a token was granted: %s", a.Text)
	}
}
