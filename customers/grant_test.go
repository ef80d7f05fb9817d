package customers_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

func (h *house) grant(body string) (customers.Grant, error) {
	h.t.Helper()
	return h.svc.GrantToken(h.t.Context(), input[customers.GrantInput](h.t, body))
}

// credentials asks for a token with a customer id and a key of it.
func (h *house) credentials(id string, p party) (customers.Grant, error) {
	h.t.Helper()
	return h.svc.GrantToken(h.t.Context(), customers.GrantInput{
		GrantType: patch.Of("client_credentials"), Scope: patch.Of("auth"), ClientID: patch.Of(id), ClientSecret: patch.Of(p.keys.Secret),
	})
}

// What is missing or unknown in a grant is named, all of it, before any credential
// is looked at.
func TestGrantNamesTheFaultyField(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, row := range []struct {
		body  string
		wants map[string]fault.Detail
	}{
		{`{}`, map[string]fault.Detail{"grant_type": fault.Missing, "scope": fault.Missing}},
		{`{"grant_type":null,"scope":null}`, map[string]fault.Detail{"grant_type": fault.Missing, "scope": fault.Missing}},
		{`{"grant_type":"authorization_code","scope":"auth"}`, map[string]fault.Detail{"grant_type": fault.BadValue}},
		{`{"grant_type":"refresh_token","scope":"all"}`, map[string]fault.Detail{"grant_type": fault.BadValue, "scope": fault.BadValue}},
		{`{"grant_type":"client_credentials","scope":"auth"}`, map[string]fault.Detail{"client_id": fault.Missing, "client_secret": fault.Missing}},
		{`{"grant_type":"client_credentials","client_id":"` + h.cove.id + `","client_secret":"` + h.cove.keys.Secret.Reveal() + `"}`, map[string]fault.Detail{"scope": fault.Missing}},
		{`{"grant_type":"client_credentials","scope":"AUTH","client_id":"x","client_secret":"x"}`, map[string]fault.Detail{"scope": fault.BadValue}},
		{`{"grant_type":"password","scope":"auth"}`, map[string]fault.Detail{"username": fault.Missing, "password": fault.Missing}},
		{`{"grant_type":"password","scope":"","username":"u","password":"p"}`, map[string]fault.Detail{"scope": fault.BadValue}},
	} {
		grant, err := h.grant(row.body)
		if diff := cmp.Diff(row.wants, fields(refused(t, err, fault.Invalid, fault.CodeValidation))); diff != "" || !grant.AccessToken.Empty() {
			t.Errorf("%s: %s", row.body, diff)
		}
	}
}

// A customer id with a secret key of it gives a token that may do what the key may,
// for 14 days and no longer.
func TestClientCredentialsGrant(t *testing.T) {
	t.Parallel()
	h := open(t)
	grant, err := h.credentials(h.cove.id, h.cove)
	must(t, err)
	if grant.ExpiresInSeconds != 1209600 || grant.Scope != "auth" || grant.CustomerID.String() != h.cove.id {
		t.Errorf("the grant is %+v", grant)
	}
	signed := party{id: h.cove.id, keys: pairOf(grant.AccessToken)}
	caller := h.as(signed)
	if caller.Credential.Kind != tenancy.SecretKey || caller.Credential.Scopes != tenancy.Full || caller.Credential.ID != "key_1" {
		t.Errorf("the token is %+v", caller.Credential)
	}
	h.clock.Advance(14*24*time.Hour - time.Second)
	h.alive("the token within 14 days", signed)
	h.clock.Advance(time.Second)
	h.dead("the token after 14 days", signed)

	publishable := party{id: h.cove.id, keys: keys.Pair{Secret: h.cove.keys.Publishable}}
	for name, try := range map[string]func() error{
		"another tenant's id":       func() error { return errorOf(h.credentials(h.rival.id, h.cove)) },
		"another tenant's key":      func() error { return errorOf(h.credentials(h.cove.id, h.rival)) },
		"the id above":              func() error { return errorOf(h.credentials(h.operator.id, h.cove)) },
		"no id":                     func() error { return errorOf(h.credentials("nobody", h.cove)) },
		"a publishable key":         func() error { return errorOf(h.credentials(h.cove.id, publishable)) },
		"an access token as secret": func() error { return errorOf(h.credentials(h.cove.id, signed)) },
	} {
		refused(t, try(), fault.Unauthenticated, fault.CodeCredentials)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// A token of a restricted key keeps its restriction, follows it to its end, and
// cannot be traded for a wider one.
func TestATokenKeepsTheRestriction(t *testing.T) {
	t.Parallel()
	h := open(t)
	restricted := h.mint(h.cove, 3600, "read", "banks:write")
	grant, err := h.credentials(h.cove.id, restricted)
	must(t, err)
	signed := party{id: h.cove.id, keys: pairOf(grant.AccessToken)}
	if got := h.as(signed).Credential; got.Kind != tenancy.RestrictedKey || got.Scopes != tenancy.Read|tenancy.BanksWrite || got.ID != "key_2" {
		t.Errorf("the token is %+v", got)
	}
	_, err = h.update(signed, "", `{"name":"Mine"}`)
	refused(t, err, fault.Forbidden, fault.CodeScope)
	h.clock.Advance(time.Hour)
	h.dead("the token of a key that ended", signed)
}

// A wrong password and a username that nobody has are answered in the same words,
// whatever else is known of the name.
func TestAWrongPasswordTellsNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant","username":"Mira","password":"correct-horse"}`)
	off := h.create(h.cove, `{"name":"O","email":"o@example.com","planKey":"merchant","username":"Otto","password":"correct-horse"}`)
	h.setStatus(h.cove, off.id, customers.StatusDisabled)
	_, err := h.login("mira", "wrong-horse")
	want := answerOf(t, err)
	if want.Kind != fault.Unauthenticated || want.Code != fault.CodeCredentials {
		t.Errorf("a wrong password is answered %+v", want)
	}
	for name, username := range map[string]string{
		"a disabled customer's user": "otto", "the other case": "MIRA",
		"nobody, in bytes that are no text": "mi\xffra", // slow on purpose: as slow as a real user's password
	} {
		_, err := h.login(username, "wrong-horse")
		if diff := cmp.Diff(want, answerOf(t, err)); diff != "" {
			t.Errorf("%s differs from a wrong password: %s", name, diff)
		}
	}
	for _, username := range []string{"mira", "MIRA", "mIrA"} {
		if user := h.signedIn(username, "correct-horse"); user.id != m.id {
			t.Errorf("%s signed in to %s", username, user.id)
		}
	}
	user := h.signedIn("mira", "correct-horse")
	if got := h.as(user).Credential; got.Kind != tenancy.UserLogin || got.Scopes != tenancy.Full {
		t.Errorf("the first user signs in as %+v", got)
	}
	h.clock.Advance(14 * 24 * time.Hour)
	h.dead("a login after 14 days", user)
}

// A customer that is switched off signs nobody in, with a good password or key;
// tokens from before stop at once and work again when it is switched on.
func TestADisabledCustomerGetsNoToken(t *testing.T) {
	t.Parallel()
	h := open(t)
	m := h.create(h.cove, `{"name":"M","email":"m@example.com","planKey":"merchant","username":"mira","password":"correct-horse"}`)
	signed, user := h.token(m), h.signedIn("mira", "correct-horse")
	for status, code := range map[customers.Status]fault.Code{customers.StatusDisabled: fault.CodeCustomerDisabled, customers.StatusLocked: fault.CodeCustomerLocked} {
		h.setStatus(h.operator, m.id, status)
		_, err := h.login("mira", "correct-horse")
		refused(t, err, fault.Forbidden, code)
		_, err = h.credentials(m.id, m)
		refused(t, err, fault.Forbidden, code)
		refused(t, h.present(signed), fault.Forbidden, code)
		refused(t, h.present(user), fault.Forbidden, code)
	}
	h.setStatus(h.operator, m.id, customers.StatusActive)
	h.alive("the token", signed)
	h.alive("the login", user)
	must(t, h.svc.Delete(t.Context(), h.as(h.cove), customers.DeleteInput{CustomerID: m.id}))
	h.dead("the token of an erased customer", signed)
	h.dead("the login of an erased customer", user)
}
