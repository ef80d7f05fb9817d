package api_test

import (
	"fmt"
	"net/http"
	"testing"
)

func user(name string) object { return object{"username": name, "password": password} }

// The first user is an admin, later ones are clerks; no answer shows a password.
func TestUsers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	p.self().post(child.path("/users"), user("ada")).ok(http.StatusCreated).is("role", "admin").is("status", "active").lacks("password")
	child.self().post("/v3/users", user("ben")).ok(http.StatusCreated).is("role", "clerk").is("object", "user")
	child.self().post("/v3/users", with(user("cleo"), object{"role": "admin"})).ok(http.StatusCreated).is("role", "admin")
	child.self().get("/v3/users").ok(http.StatusOK).is("count", 3.0)
	p.self().get(child.path("/users")).ok(http.StatusOK).is("results.0.username", "ada")
}

// A clerk reads, but sees no keys and changes nothing.
func TestAClerkReadsOnly(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform().merchant()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	p.self().post("/v3/users", user("ben")).ok(http.StatusCreated)
	grant := object{"grant_type": "password", "scope": "auth", "username": "ben", "password": password}
	token := e.client().post("/v3/oauth/token", grant, shows).ok(http.StatusOK).Str("access_token")
	clerk := e.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", p.id)
	clerk.get(p.path()).ok(http.StatusOK)
	clerk.get("/v3/keys").refused(http.StatusForbidden, "insufficientScope", "")
	clerk.put(p.path(), object{"name": "x"}).refused(http.StatusForbidden, "insufficientScope", "")
	clerk.post("/v3/users", user("cleo")).refused(http.StatusForbidden, "insufficientScope", "")
}

// Names are unique within a platform; faults are named; no password comes back.
func TestAUserNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	p.self().post("/v3/users", user("Ada")).ok(http.StatusCreated)
	p.merchant().self().post("/v3/users", user("aDA")).refused(http.StatusConflict, "conflict", "username").detail("duplicateValue")
	other.self().post("/v3/users", user("aDA")).ok(http.StatusCreated)
	p.self().post("/v3/users", object{"username": "ben", "password": "Password1"}).refused(http.StatusUnprocessableEntity, "validationError", "password")
	for parameter, body := range map[string]object{
		"username": {"password": password},
		"password": {"username": "ben"},
		"role":     with(user("ben"), object{"role": "owner"}),
		"rôle":     with(user("ben"), object{"rôle": "admin"}),
	} {
		t.Run(parameter, func(t *testing.T) {
			p := p.in(t)
			p.self().post("/v3/users", body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	p.self().post("/v3/users", user("ben")).ok(http.StatusCreated)
}

// A user is disabled, promoted and given a new password, by the path of the customer and
// of the subject; its token dies with the old password.
func TestAUserIsChanged(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	child.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	ben := child.self().post("/v3/users", user("ben")).ok(http.StatusCreated).Str("id")
	grant := object{"grant_type": "password", "scope": "auth", "username": "ben", "password": password}
	token := e.client().post("/v3/oauth/token", grant, shows).ok(http.StatusOK).Str("access_token")
	signed := e.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", child.id)
	signed.get(child.path()).ok(http.StatusOK)
	p.self().patch(child.path("/users/"+ben), object{"role": "admin"}).ok(http.StatusOK).is("role", "admin").is("id", ben)
	child.self().patch("/v3/users/"+ben, object{"password": "entirely fresh"}).ok(http.StatusOK).lacks("password")
	signed.get(child.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	child.self().patch("/v3/users/"+ben, object{"status": "disabled"}).ok(http.StatusOK).is("status", "disabled")
	for parameter, body := range map[string]object{
		"status": {"status": "gone"}, "role": {"role": "owner"}, "password": {"password": "short"}, "username": {"username": "benedict"},
	} {
		t.Run(parameter, func(t *testing.T) {
			child := child.in(t)
			child.self().patch("/v3/users/"+ben, body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	child.self().patch("/v3/users/"+missingID, object{"role": "clerk"}).refused(http.StatusNotFound, "notFound", "")
}

// signIn returns the access token of a user.
func (e *env) signIn(name string, more ...object) string {
	e.T.Helper()
	grant := object{"grant_type": "password", "username": name, "password": password}
	for _, members := range more {
		grant = with(grant, members)
	}
	return e.client().post("/v3/oauth/token", grant, shows).ok(http.StatusOK).Str("access_token")
}

// A signed-in user asks who it is without saying whom it acts for; a key is told that it
// is no user, and a stranger nothing.
func TestOwnUser(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	ben := p.self().post("/v3/users", user("ben")).ok(http.StatusCreated).Str("id")
	signed := e.client("Authorization", "Bearer "+e.signIn("ben"))
	signed.get("/v3/users/me").ok(http.StatusOK).is("id", ben).is("username", "ben").is("role", "clerk").is("scopes.0", "read").is("customer.id", p.id)
	signed.get("/v3/whoami").ok(http.StatusOK).is("credential.name", "ben").is("credential.role", "clerk").is("subject.id", p.id)
	p.self().get("/v3/users/me").refused(http.StatusNotFound, "notFound", "")
	e.client("Authorization", "Bearer "+p.secret).get("/v3/whoami").ok(http.StatusUnauthorized)
	e.client().get("/v3/users/me").ok(http.StatusUnauthorized)
	e.client("Authorization", "Bearer "+e.signIn("ben"), "X-CUSTOMER-ID", e.platform().id).get("/v3/users/me").refused(http.StatusForbidden, "insufficientResourceAccess", "")
	signed.get(p.path()).ok(http.StatusUnauthorized)
}

// A user changes its own password and goes on with the token of the answer; what is
// wrong is named by its field; a repeat is signed by a token that has ended.
func TestOwnPassword(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	signed := e.client("Authorization", "Bearer "+e.signIn("ada"))
	const path = "/v3/users/me/password"
	good := object{"currentPassword": password, "newPassword": "entirely fresh"}
	for parameter, body := range map[string]object{
		"currentPassword": with(good, object{"currentPassword": "wrong enough"}), "newPassword": with(good, object{"newPassword": "password1"}),
		"password": with(good, object{"password": "x"}),
	} {
		t.Run(parameter, func(t *testing.T) {
			signed := signed.in(t)
			signed.put(path, body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	p.self().put(path, good).refused(http.StatusNotFound, "notFound", "")
	e.client().put(path, good).ok(http.StatusUnauthorized)
	e.client("Authorization", "Bearer "+e.signIn("ada"), "X-CUSTOMER-ID", missingID).put(path, good).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	next := signed.put(path, good, shows).ok(http.StatusOK).is("customer_id", p.id).Str("access_token")
	signed.put(path, good).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client("Authorization", "Bearer "+next).get("/v3/users/me").ok(http.StatusOK).is("username", "ada")
}

// A log-out ends the token that is sent, as JSON or as a form, and answers the same for
// one that is none.
func TestRevokingAToken(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	first, second := e.signIn("ada"), e.signIn("ada")
	me := func(token string) answer { return e.client("Authorization", "Bearer "+token).get("/v3/users/me") }
	const path = "/v3/oauth/revoke"
	for range 2 {
		if got := e.client().post(path, object{"token": first}).ok(http.StatusOK); got.Text != "" {
			t.Errorf("the answer has a body: %s", got.Text)
		}
	}
	me(first).refused(http.StatusUnauthorized, "invalidCredentials", "")
	me(second).ok(http.StatusOK)
	e.client("Content-Type", "application/x-www-form-urlencoded").post(path, "token="+second+"&token_type_hint=access_token&more=ignored").ok(http.StatusOK)
	me(second).ok(http.StatusUnauthorized)
	e.client().post(path, object{"token": "nonsense"}).ok(http.StatusOK)
	e.client().post(path, object{}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "token")
	e.client().post(path, object{"token": p.secret}).refused(http.StatusUnprocessableEntity, "validationError", "token")
	other, third := e.platform(), e.signIn("ada")
	e.client("Authorization", basicAuth(other.id, other.secret)).post(path, object{"token": third}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client("Authorization", basicAuth(p.id, p.secret+"x")).post(path, object{"token": third}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	me(third).ok(http.StatusOK)
	e.client("Authorization", basicAuth(p.id, p.secret)).post(path, object{"token": third}).ok(http.StatusOK)
	me(third).ok(http.StatusUnauthorized)
}

// Where two platforms have users of one name, the log-in names the account.
func TestALogInNamesItsAccount(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	for _, at := range []actor{p, other} {
		at.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	}
	grant := object{"grant_type": "password", "username": "ada", "password": password}
	e.client().post("/v3/oauth/token", grant).refused(http.StatusUnauthorized, "invalidCredentials", "")
	for _, at := range []actor{p, other} {
		if got := e.client("Authorization", "Bearer "+e.signIn("ada", object{"account": at.id})).get("/v3/users/me").ok(http.StatusOK); got.Str("customer.id") != at.id {
			t.Errorf("the user of %s signs in to %s", at.id, got.Str("customer.id"))
		}
	}
}

// A role that is null is the default, as in an invitation: no user is ever without one.
func TestANullRoleIsTheDefault(t *testing.T) {
	t.Parallel()
	p := newEnv(t).platform()
	shop := p.merchant()
	for i, role := range []string{"admin", "clerk"} {
		name := fmt.Sprintf("person-%d@example.com", i)
		p.self().post(shop.path("/users"), object{"username": name, "password": "correct-horse-staple-42", "role": nil}).ok(http.StatusCreated).is("role", role)
	}
	p.self().post(shop.path("/users/invitations"), object{"username": "invited@example.com", "role": nil}).ok(http.StatusCreated).is("role", "clerk")
}
