package access_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
	"tenantry/tenancy"
)

// changeOwn changes the password of a signed-in user.
func changeOwn(h *testkit.Env, user testkit.Party, current, next string) (testkit.Party, error) {
	h.T.Helper()
	grant, err := h.Svc.People.ChangePassword(h.T.Context(), h.As(user), access.OwnPasswordInput{
		CurrentPassword: patch.Of(secret.New(current)), NewPassword: patch.Of(secret.New(next)),
	})
	return testkit.Party{ID: user.ID, Keys: testkit.PairOf(grant.AccessToken)}, err
}

func revokeToken(h *testkit.Env, p testkit.Party) error {
	h.T.Helper()
	return h.Svc.People.RevokeToken(h.T.Context(), access.RevokeTokenInput{Token: patch.Of(p.Keys.Secret)})
}

// A clerk changes its own password without a scope: every token from before ends, the one
// of the answer goes on, and the trail says so without the password.
func TestAUserChangesItsOwnPassword(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	_, clerkID := staffed(h, h.Cove)
	first, other := signedIn(h, "clerk", "long enough"), signedIn(h, "clerk", "long enough")
	boss := signedIn(h, "boss", "long enough")
	next, err := changeOwn(h, first, "long enough", "entirely fresh")
	testkit.Must(t, err)
	dead(h, "the token that asked", first)
	dead(h, "another token of the user", other)
	h.Alive("the token of the answer", next)
	h.Alive("the token of another user", boss)
	_, err = h.Login("clerk", "long enough")
	testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)
	signedIn(h, "clerk", "entirely fresh")
	trail, err := json.Marshal(h.Events(h.Cove.ID))
	testkit.Must(t, err)
	testkit.Conceals(t, "the trail", trail, "entirely fresh")
	var about string
	for _, event := range h.Events(h.Cove.ID) {
		if event.Type == "user.updated" {
			about = string(event.About)
		}
	}
	if want := `{"user":{"id":"` + clerkID + `","passwordChanged":true}}`; about != want {
		t.Errorf("the event is about %s, want %s", about, want)
	}
}

// A wrong present password is refused by its field and counts like a failed log-in; a bad
// new one is named before anything is compared; a key has no password.
func TestOwnPasswordsAreProvenAndChecked(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	clerk := signedIn(h, "clerk", "long enough")
	for name, row := range map[string]struct {
		current, next, field string
		detail               fault.Detail
	}{
		"a wrong one":      {"wrong enough", "entirely fresh", "currentPassword", fault.BadValue},
		"a short one":      {"long enough", "short", "newPassword", fault.TooShort},
		"a guessable one":  {"long enough", "password123", "newPassword", fault.BadValue},
		"the same again":   {"long enough", "long enough", "newPassword", fault.BadValue},
		"one of its names": {"long enough", "clerkclerk1", "newPassword", fault.BadValue},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := changeOwn(h, clerk, row.current, row.next)
			if got := testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)); got[row.field] != row.detail {
				t.Errorf("the faults are %v", got)
			}
		})
	}
	h.Alive("the token after refusals", clerk)
	_, err := h.Svc.People.ChangePassword(t.Context(), h.As(clerk), access.OwnPasswordInput{})
	want := map[string]fault.Detail{"currentPassword": fault.Missing, "newPassword": fault.Missing}
	if diff := cmp.Diff(want, testkit.Fields(testkit.Refused(t, err, fault.Invalid, fault.CodeValidation))); diff != "" {
		t.Errorf("an empty request: %s", diff)
	}
	_, err = changeOwn(h, h.Cove, "long enough", "entirely fresh")
	testkit.Refused(t, err, fault.NotFound, fault.CodeNotFound)
	for range 40 {
		if _, err = changeOwn(h, clerk, "wrong enough", "entirely fresh"); fault.KindOf(err) == fault.RateLimited {
			break
		}
	}
	testkit.Refused(t, err, fault.RateLimited, fault.CodeRateLimited)
}

// A revoked token ends alone and at once, on every process and after a restart, however
// many were issued in the same second; asking again, or with a token that is none, is no
// error.
func TestARevokedTokenEndsAlone(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	user, twin := signedIn(h, "clerk", "long enough"), signedIn(h, "clerk", "long enough")
	byKey, keyTwin := h.Token(h.Cove), h.Token(h.Cove)
	for name, pair := range map[string][2]testkit.Party{"a user's": {user, twin}, "a key's": {byKey, keyTwin}} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			testkit.Must(t, revokeToken(h, pair[0]))
			dead(h, "the token", pair[0])
			h.Alive("its twin", pair[1])
			version := h.Record(h.Cove.ID).Version
			testkit.Must(t, revokeToken(h, pair[0]))
			if again := h.Record(h.Cove.ID).Version; again != version {
				t.Error("revoking it again wrote the record")
			}
		})
	}
	h.Alive("the key behind it", h.Cove)
	for name, text := range map[string]string{"no token": "nonsense", "a forged one": byKey.Keys.Secret.Reveal() + "x"} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			testkit.Must(t, h.Svc.People.RevokeToken(t.Context(), access.RevokeTokenInput{Token: patch.Of(secret.New(text))}))
		})
	}
	err := h.Svc.People.RevokeToken(t.Context(), access.RevokeTokenInput{})
	testkit.Refused(t, err, fault.Invalid, fault.CodeValidation)
	testkit.Refused(t, revokeToken(h, h.Cove), fault.Invalid, fault.CodeValidation)
	recorded := 0
	for _, event := range h.Record(h.Cove.ID).Outbox {
		if event.Type == "token.revoked" {
			recorded++
		}
	}
	if recorded != 2 {
		t.Errorf("%d events tell of two revoked tokens", recorded)
	}
}

// A client that names itself when it revokes must be right, and ends its own tokens only.
func TestARevokingClientIsVerified(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	token := h.Token(h.Cove)
	try := func(id string, key secret.Text) error {
		return h.Svc.People.RevokeToken(t.Context(), access.RevokeTokenInput{Token: patch.Of(token.Keys.Secret), ClientID: patch.Of(id), ClientSecret: patch.Of(key)})
	}
	testkit.Refused(t, try(h.Cove.ID, forged(h, h.Cove).Secret), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Refused(t, try(h.Rival.ID, h.Cove.Keys.Secret), fault.Unauthenticated, fault.CodeCredentials)
	testkit.Refused(t, try(h.Rival.ID, h.Rival.Keys.Secret), fault.Unauthenticated, fault.CodeCredentials)
	h.Alive("the token after refusals", token)
	testkit.Must(t, try(h.Cove.ID, h.Cove.Keys.Secret))
	dead(h, "the token", token)
}

// Notes of revoked tokens leave the record once the tokens would have ended, and are
// bounded in number until then: beyond it older tokens end too, and no revoked one comes
// back.
func TestRevokedTokensAreBoundedAndForgotten(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	var revoked []testkit.Party
	kept := h.Token(h.Cove)
	for range 130 {
		h.Clock.Advance(time.Second)
		token := h.Token(h.Cove)
		testkit.Must(t, revokeToken(h, token))
		revoked = append(revoked, token)
	}
	h.Clock.Advance(time.Second)
	for _, token := range revoked {
		dead(h, "a revoked token", token)
	}
	dead(h, "a token older than those that were forgotten", kept)
	h.Alive("a new token", h.Token(h.Cove))
	if n := len(h.Record(h.Cove.ID).Keys[0].EndedTokens.List); n > 100 {
		t.Errorf("%d are listed", n)
	}
	h.Clock.Advance(15 * 24 * time.Hour)
	_, err := h.Update(h.Cove, "", `{"description":"another"}`)
	testkit.Must(t, err)
	if left := h.Record(h.Cove.ID).Keys[0].EndedTokens; left != nil {
		t.Errorf("%+v is left", left)
	}
}

// Users of two tenants may have one name. Then the account says which is meant: the
// customer of the user or one above it, and no other. Without it, and with a stranger's,
// the answer is that of a wrong password, in the same words whether there is such a name.
func TestNamesakesOfTwoTenants(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	shop, sibling := h.MerchantOf(h.Cove), h.MerchantOf(h.Cove)
	_, err := h.AddUser(h.Cove, shop.ID, `{"username":"ada","password":"correct-horse"}`)
	testkit.Must(t, err)
	if user := signedIn(h, "ada", "correct-horse"); user.ID != shop.ID {
		t.Errorf("the only ada signs in to %s", user.ID)
	}
	_, err = h.AddUser(h.Rival, "", `{"username":"ADA","password":"battery-staple"}`)
	testkit.Must(t, err)
	_, err = h.Login("nobody", "correct-horse")
	want := testkit.AnswerOf(t, err)
	if !strings.Contains(want.First.Text, "`account`") {
		t.Errorf("the answer gives no hint: %s", want.First.Text)
	}
	for name, row := range map[string]struct{ account, password string }{
		"unnamed": {"", "correct-horse"}, "the other, unnamed": {"", "battery-staple"}, "the wrong tenant": {h.Rival.ID, "correct-horse"},
		"a sibling": {sibling.ID, "correct-horse"}, "the operator": {h.Operator.ID, "correct-horse"}, "nobody": {testkit.UnknownID, "correct-horse"},
		"no id": {"cove", "correct-horse"},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			_, err := h.LoginAt(row.account, "ada", row.password)
			if diff := cmp.Diff(want, testkit.AnswerOf(t, err)); diff != "" {
				t.Errorf("it differs from a wrong password: %s", diff)
			}
		})
	}
	for name, row := range map[string]struct{ account, password, id string }{
		"by the customer": {shop.ID, "correct-horse", shop.ID}, "by its platform": {h.Cove.ID, "correct-horse", shop.ID}, "the other": {h.Rival.ID, "battery-staple", h.Rival.ID},
	} {
		t.Run(name, func(t *testing.T) {
			h := h.In(t)
			user, err := h.LoginAt(row.account, "Ada", row.password)
			testkit.Must(t, err)
			if user.ID != row.id {
				t.Errorf("it signs in to %s", user.ID)
			}
		})
	}
	for name, client := range map[string]string{"an id": h.Cove.ID, "a publishable key": h.Cove.Keys.Publishable.Reveal()} {
		t.Run("by a client with "+name, func(t *testing.T) {
			h := h.In(t)
			granted, err := grant(h, `{"grant_type":"password","client_id":"`+client+`","username":"ada","password":"correct-horse"}`)
			testkit.Must(t, err)
			if granted.CustomerID.String() != shop.ID {
				t.Errorf("it signs in to %s", granted.CustomerID)
			}
		})
	}
	testkit.Must(t, h.Svc.Lifecycle.Delete(t.Context(), h.As(h.Cove), lifecycle.DeleteInput{CustomerID: shop.ID}))
	signedIn(h, "ada", "battery-staple")
}

// Names that an earlier release kept unique in the installation become a tenant's: killed
// anywhere and run again, nobody is locked out and no name is left in the old scope.
func TestUsernamesAreScopedAnew(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"", "Holder", "Reserve", "Get", "Release"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			watch, spied := testkit.Spied()
			h := testkit.Open(t, spied)
			shop := h.MerchantOf(h.Cove)
			_, err := h.AddUser(h.Cove, shop.ID, `{"username":"Ada","password":"correct-horse"}`)
			testkit.Must(t, err)
			ref := h.Record(shop.ID).Ref()
			held, err := h.Store.ReservationHolder(t.Context(), registry.UsernameKey("ada", ref.Tenant))
			testkit.Must(t, err)
			testkit.Must(t, h.Store.Release(t.Context(), held))
			former := rows.Reservation{Key: "username:ada", Customer: ref, Taken: h.Clock.Now()}
			_, _, err = h.Store.Reserve(t.Context(), former)
			testkit.Must(t, err)
			_, err = h.Login("ada", "correct-horse")
			testkit.Refused(t, err, fault.Unauthenticated, fault.CodeCredentials)

			if method != "" {
				watch.Trap(method, testkit.Crash)
				_, err = h.Svc.People.ScopeUsernames(t.Context(), func(int) {})
				testkit.Refused(t, err, fault.Unavailable, fault.CodeUnavailable)
			}
			_, err = h.Svc.People.ScopeUsernames(t.Context(), func(int) {})
			testkit.Must(t, err)
			signedIn(h, "ada", "correct-horse")
			_, err = h.Store.ReservationHolder(t.Context(), former.Key)
			if err == nil {
				t.Error("the old reservation is left")
			}
			_, err = h.AddUser(h.Cove, "", `{"username":"ADA","password":"correct-horse"}`)
			testkit.Duplicate(t, err, "username")
			_, err = h.AddUser(h.Rival, "", `{"username":"ada","password":"correct-horse"}`)
			testkit.Must(t, err)
			again, err := h.Svc.People.ScopeUsernames(t.Context(), func(int) {})
			testkit.Must(t, err)
			if again != 0 {
				t.Errorf("it scoped %d again", again)
			}
		})
	}
}

// Who lacks a scope is told which, and a person whom to ask.
func TestARefusalNamesWhatIsLacking(t *testing.T) {
	t.Parallel()
	h := testkit.Open(t)
	staffed(h, h.Cove)
	caller := h.As(signedIn(h, "clerk", "long enough"))
	text := testkit.AnswerOf(t, tenancy.AuthorizeScope(caller, tenancy.Receivers)).First.Text
	if !strings.Contains(text, "webhooks:write") || strings.Contains(text, "read") || !strings.Contains(text, "administrator") {
		t.Errorf("a clerk is told: %s", text)
	}
	text = testkit.AnswerOf(t, tenancy.AuthorizeScope(h.As(h.Mint(h.Cove, 0, "read")), tenancy.Receivers)).First.Text
	if !strings.Contains(text, "webhooks:write") || strings.Contains(text, "read") || strings.Contains(text, "administrator") {
		t.Errorf("the holder of a key is told: %s", text)
	}
}
