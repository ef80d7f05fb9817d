package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// An invitation is answered with a link once; the person accepts it without a credential
// and signs in. A repeat of the request shows the link to the same credential alone.
func TestInvitingAPerson(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m := p.merchant()
	path, body := m.path("/users/invitations"), object{"username": "mira@harbor.example", "name": "Mira", "role": "admin"}
	first := p.self().with("Idempotency-Key", "once").post(path, body, shows).ok(http.StatusCreated).
		is("object", "invitation").is("status", "pending").is("username", "mira@harbor.example").is("name", "Mira").is("role", "admin")
	base, token, found := strings.Cut(first.Str("url"), "/console/invitation/")
	if !found || !strings.HasPrefix(base, "http://") || !strings.HasPrefix(token, "inv_") {
		t.Errorf("the link is %s", first.Str("url"))
	}
	p.self().with("Idempotency-Key", "once").post(path, body, shows).ok(http.StatusCreated).is("url", first.Str("url"))
	p.restricted("read", "users:write").with("Idempotency-Key", "once").post(path, body).ok(http.StatusForbidden)
	list := p.self().get(path).ok(http.StatusOK).is("results.0.id", first.Str("id")).is("count", 1.0)
	if strings.Contains(list.Text, "url") || strings.Contains(list.Text, token) {
		t.Errorf("the list shows the link: %s", list.Text)
	}
	p.self().get(m.path("/users")).ok(http.StatusOK).is("results.0.status", "invited").is("results.0.name", "Mira")

	const at = "/v3/invitations/accept"
	e.client().post(at, object{"password": password}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "token")
	e.client().post(at, object{"token": token}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "password")
	e.client().post(at, object{"token": token, "password": password, "role": "admin"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "role")
	e.client().post(at, object{"token": token + "x", "password": password}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client().post(at, object{"token": first.Str("url"), "password": password}, shows).ok(http.StatusOK).
		is("object", "user").is("username", "mira@harbor.example").is("customerId", m.id).is("status", "active")
	e.client().post(at, object{"token": token, "password": password}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client("Authorization", "Bearer "+e.signIn("mira@harbor.example")).get("/v3/users/me").ok(http.StatusOK).is("customer.id", m.id).is("name", "Mira")
	p.self().post(path, body).refused(http.StatusConflict, "conflict", "username").detail("duplicateValue")
}

// An invitation is ended by its id; a stranger, and whoever is below, finds none.
func TestEndingAnInvitation(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, stranger := e.platform(), e.platform()
	sent := p.self().post("/v3/users/invitations", object{"username": "mira"}).ok(http.StatusCreated)
	path := p.path("/users/invitations/", sent.Str("id"))
	stranger.self().delete(path).refused(http.StatusNotFound, "notFound", "")
	p.merchant().self().delete(path).refused(http.StatusNotFound, "notFound", "")
	e.client().delete(path).ok(http.StatusUnauthorized)
	p.self().delete("/v3/users/invitations/"+missingID).refused(http.StatusNotFound, "notFound", "")
	p.self().delete("/v3/users/invitations/" + sent.Str("id")).ok(http.StatusNoContent)
	p.self().delete(path).refused(http.StatusNotFound, "notFound", "")
	p.self().get("/v3/users/invitations").ok(http.StatusOK).is("count", 0.0)
	token := sent.Str("url")[strings.LastIndex(sent.Str("url"), "/")+1:]
	e.client().post("/v3/invitations/accept", object{"token": token, "password": password}).refused(http.StatusUnauthorized, "invalidCredentials", "")
}

// A log-out needs nothing but the token that signs: without a body it ends that one.
func TestLoggingOut(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	mine, other := e.client("Authorization", "Bearer "+e.signIn("ada")), e.client("Authorization", "Bearer "+e.signIn("ada"))
	for range 2 {
		mine.post("/v3/oauth/revoke", nil).ok(http.StatusOK)
	}
	mine.get("/v3/users/me").refused(http.StatusUnauthorized, "invalidCredentials", "")
	other.get("/v3/users/me").ok(http.StatusOK)
	e.client("Authorization", "Bearer "+p.secret).post("/v3/oauth/revoke", nil).refused(http.StatusUnprocessableEntity, "validationError", "token")
	p.self().get("/v3/whoami").ok(http.StatusOK)
	e.client().post("/v3/oauth/revoke", nil, wrong).ok(http.StatusBadRequest)
}
