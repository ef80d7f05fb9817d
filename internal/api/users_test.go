package api_test

import (
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

// Names are unique in the installation; faults are named; no password comes back.
func TestAUserNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, other := e.platform(), e.platform()
	p.self().post("/v3/users", user("Ada")).ok(http.StatusCreated)
	other.self().post("/v3/users", user("aDA")).refused(http.StatusConflict, "conflict", "username").detail("duplicateValue")
	for parameter, body := range map[string]object{
		"username": {"password": password},
		"password": {"username": "ben"},
		"role":     with(user("ben"), object{"role": "owner"}),
		"rôle":     with(user("ben"), object{"rôle": "admin"}),
	} {
		p.self().post("/v3/users", body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
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
		child.self().patch("/v3/users/"+ben, body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
	}
	child.self().patch("/v3/users/"+missingID, object{"role": "clerk"}).refused(http.StatusNotFound, "notFound", "")
}
