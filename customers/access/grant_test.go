package access_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
	"tenantry/keys"
	"tenantry/tenancy"
)

// What is missing or unknown in a grant is named, all of it, before any credential
// is looked at.
func TestGrantNamesTheFaultyField(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	for _, row := range []struct {
		body  string
		wants map[string]fault.Detail
	}{
		{`{}`, map[string]fault.Detail{"grant_type": fault.Missing}},
		{`{"grant_type":null,"scope":null}`, map[string]fault.Detail{"grant_type": fault.Missing}},
		{`{"grant_type":"authorization_code","scope":"auth"}`, map[string]fault.Detail{"grant_type": fault.BadValue}},
		{`{"grant_type":"refresh_token","scope":"all"}`, map[string]fault.Detail{"grant_type": fault.BadValue, "scope": fault.BadValue}},
		{`{"grant_type":"client_credentials","scope":"auth"}`, map[string]fault.Detail{"client_id": fault.Missing, "client_secret": fault.Missing}},
		{`{"grant_type":"client_credentials","scope":"AUTH","client_id":"x","client_secret":"x"}`, map[string]fault.Detail{"scope": fault.BadValue}},
		{`{"grant_type":"password","scope":"auth"}`, map[string]fault.Detail{"username": fault.Missing, "password": fault.Missing}},
		{`{"grant_type":"password","scope":"","username":"u","password":"p"}`, map[string]fault.Detail{"scope": fault.BadValue}},
	} {
		t.Run(row.body, func(t *testing.T) {
			h := h.In(t)
			grant, err := grant(h, row.body)
			if diff := cmp.Diff(row.wants, testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))); diff != "" || !grant.AccessToken.Empty() {
				t.Errorf("%s: %s", row.body, diff)
			}
		})
	}
}

// A customer id with a secret key of it gives a token that may do what the key may,
// for 14 days and no longer.
func TestClientCredentialsGrant(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	grant, err := credentials(h, h.Cove.ID, h.Cove)
	testkit.Must(t, err)
	if grant.ExpiresInSeconds != 1209600 || grant.Scope != "auth" || grant.CustomerID.String() != h.Cove.ID {
		t.Errorf("the grant is %+v", grant)
	}
	signed := testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(grant.AccessToken)}
	caller := h.As(signed)
	if caller.Credential.Kind != tenancy.SecretKey || caller.Credential.Scopes != tenancy.Full || caller.Credential.ID != h.KeyID(caller.Actor.Ref().ID.String(), 1) {
		t.Errorf("the token is %+v", caller.Credential)
	}
	h.Clock.Advance(14*24*time.Hour - time.Second)
	h.Alive("the token within 14 days", signed)
	h.Clock.Advance(time.Second)
	dead(h, "the token after 14 days", signed)

	publishable := testkit.Party{ID: h.Cove.ID, Keys: keys.Pair{Secret: h.Cove.Keys.Publishable}}
	for name, try := range map[string]func() error{
		"another tenant's id":       func() error { return testkit.ErrorOf(credentials(h, h.Rival.ID, h.Cove)) },
		"another tenant's key":      func() error { return testkit.ErrorOf(credentials(h, h.Cove.ID, h.Rival)) },
		"the id above":              func() error { return testkit.ErrorOf(credentials(h, h.Operator.ID, h.Cove)) },
		"no id":                     func() error { return testkit.ErrorOf(credentials(h, "nobody", h.Cove)) },
		"a publishable key":         func() error { return testkit.ErrorOf(credentials(h, h.Cove.ID, publishable)) },
		"an access token as secret": func() error { return testkit.ErrorOf(credentials(h, h.Cove.ID, signed)) },
	} {
		t.Run(name, func(t *testing.T) {
			testkit.Refused(t, try(), fault.Unauthenticated, fault.CodeCredentials)
			if t.Failed() {
				t.Fatal(name)
			}
		})
	}
}

// A token of a restricted key keeps its restriction, follows it to its end, and
// cannot be traded for a wider one.
func TestATokenKeepsTheRestriction(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	restricted := h.Mint(h.Cove, 3600, "read", "banks:write")
	grant, err := credentials(h, h.Cove.ID, restricted)
	testkit.Must(t, err)
	signed := testkit.Party{ID: h.Cove.ID, Keys: testkit.PairOf(grant.AccessToken)}
	if got := h.As(signed).Credential; got.Kind != tenancy.RestrictedKey || got.Scopes != tenancy.Read|tenancy.BanksWrite || got.ID != h.KeyID(h.Cove.ID, 2) {
		t.Errorf("the token is %+v", got)
	}
	_, err = h.Update(signed, "", `{"name":"Mine"}`)
	testkit.Refused(t, err, fault.Forbidden, fault.CodeScope)
	h.Clock.Advance(time.Hour)
	dead(h, "the token of a key that ended", signed)
}

// A wrong password and an unknown username are answered in the same words,
// whatever else is known of the name.
func TestAWrongPasswordTellsNothing(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant","username":"Mira","password":"correct-horse"}`)
	off := h.Create(h.Cove, `{"name":"O","email":"o@example.com","planKey":"merchant","username":"Otto","password":"correct-horse"}`)
	h.SetStatus(h.Cove, off.ID, customers.StatusDisabled)
	_, err := h.Login("mira", "wrong-horse")
	want := testkit.AnswerOf(t, err)
	if want.Kind != fault.Unauthenticated || want.Code != fault.CodeCredentials {
		t.Errorf("a wrong password is answered %+v", want)
	}
	for name, username := range map[string]string{
		"a disabled customer's user": "otto", "the other case": "MIRA",
		"nobody, in bytes that are no text": "mi\xffra", // slow on purpose: as slow as a real user's password
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.Login(username, "wrong-horse")
			if diff := cmp.Diff(want, testkit.AnswerOf(t, err)); diff != "" {
				t.Errorf("%s differs from a wrong password: %s", name, diff)
			}
		})
	}
	for _, username := range []string{"mira", "MIRA", "mIrA"} {
		t.Run(username, func(t *testing.T) {
			h := h.In(t)
			if user := signedIn(h, username, "correct-horse"); user.ID != m.ID {
				t.Errorf("%s signed in to %s", username, user.ID)
			}
		})
	}
	user := signedIn(h, "mira", "correct-horse")
	if got := h.As(user).Credential; got.Kind != tenancy.UserLogin || got.Scopes != tenancy.Full {
		t.Errorf("the first user signs in as %+v", got)
	}
	h.Clock.Advance(14 * 24 * time.Hour)
	dead(h, "a login after 14 days", user)
}

// A customer that is switched off signs nobody in, with a good password or key;
// tokens from before stop at once and work again when it is switched on.
func TestADisabledCustomerGetsNoToken(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	m := h.Create(h.Cove, `{"name":"M","email":"m@example.com","planKey":"merchant","username":"mira","password":"correct-horse"}`)
	signed, user := h.Token(m), signedIn(h, "mira", "correct-horse")
	for status, code := range map[customers.Status]fault.Code{customers.StatusDisabled: fault.CodeCustomerDisabled, customers.StatusLocked: fault.CodeCustomerLocked} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			h := h.In(t)
			h.SetStatus(h.Operator, m.ID, status)
			_, err := h.Login("mira", "correct-horse")
			testkit.Refused(t, err, fault.Forbidden, code)
			_, err = credentials(h, m.ID, m)
			testkit.Refused(t, err, fault.Forbidden, code)
			testkit.Refused(t, h.Present(signed), fault.Forbidden, code)
			testkit.Refused(t, h.Present(user), fault.Forbidden, code)
		})
	}
	h.SetStatus(h.Operator, m.ID, customers.StatusActive)
	h.Alive("the token", signed)
	h.Alive("the login", user)
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: m.ID}))
	dead(h, "the token of an erased customer", signed)
	dead(h, "the login of an erased customer", user)
}
