package api_test

import (
	"net/http"
	"strconv"
	"testing"
	"time"

	"tenantry/customers/access"
	"tenantry/internal/fault"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// keyID returns the public id of the n-th key of the actor.
func (a actor) keyID(n int) string {
	a.env.T.Helper()
	return a.self().get("/v3/keys").ok(http.StatusOK).Str("results." + strconv.Itoa(n-1) + ".id")
}

// restricted mints a key with scopes, and returns a client that acts with it.
func (a actor) restricted(scopes ...string) *client {
	a.env.T.Helper()
	made := a.self().post("/v3/keys", object{"name": "for a test", "scopes": scopes}, shows).ok(http.StatusCreated)
	return a.env.client("Authorization", "Bearer "+made.Str("secret"), "X-CUSTOMER-ID", a.id)
}

// The list names credentials and shows none.
func TestTheListOfKeysShowsNone(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	got := child.self().get("/v3/keys").ok(http.StatusOK).is("count", 1.0).
		is("results.0.id", child.keyID(1)).is("results.0.type", "pair").is("results.0.status", "active").is("results.0.mode", "test")
	got.is("results.0.hint", child.secret[len(child.secret)-4:]).lacks("results.0.secret", "results.0.keys")
	p.self().get(child.path("/keys")).ok(http.StatusOK).is("count", 1.0)
}

// A rotation shows the new pair once and lets the old one live for its grace.
func TestRotation(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	rotated := p.self().post(child.path("/keys/rotate"), object{"graceSeconds": 3600}, shows).ok(http.StatusCreated).
		is("id", child.keyID(2)).is("type", "pair").is("previous.0.id", child.keyID(1)).is("previous.0.expires", "2026-03-04T11:15:30.000Z")
	if rotated.Header.Get("Location") != child.path("/keys/"+child.keyID(2)) {
		t.Errorf("Location %q", rotated.Header.Get("Location"))
	}
	fresh := actor{env: e, id: child.id, secret: rotated.Str("keys.secret"), publishable: rotated.Str("keys.publishable")}
	fresh.self().get(child.path()).ok(http.StatusOK)
	child.self().get(child.path()).ok(http.StatusOK)
	e.Clock.Advance(time.Hour)
	child.self().get(child.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	child.browser().post("/v3/tokens", object{"card": card()}).ok(http.StatusUnauthorized)
	fresh.self().get(child.path()).ok(http.StatusOK)
	fresh.browser().post("/v3/tokens", object{"card": card()}).ok(http.StatusCreated)

	// Without a body the grace is a day; with a grace of zero the old pair ends at once.
	next := fresh.self().post("/v3/keys/rotate", nil, shows).ok(http.StatusCreated).is("previous.0.expires", "2026-03-05T11:15:30.000Z")
	last := actor{env: e, id: child.id, secret: next.Str("keys.secret")}
	last.self().post("/v3/keys/rotate", object{"graceSeconds": 0}, shows).ok(http.StatusCreated)
	last.self().get(child.path()).ok(http.StatusUnauthorized)
	fresh.self().get(child.path()).ok(http.StatusUnauthorized)
}

// A grace out of range, or a body with something else, is refused.
func TestRotationNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.platform().self()
	for _, grace := range []any{-1, 604801, 1.5, "1"} {
		c.post("/v3/keys/rotate", object{"graceSeconds": grace}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "graceSeconds")
	}
	c.post("/v3/keys/rotate", object{"grace": 1}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "grace")
	c.get("/v3/keys").ok(http.StatusOK).is("count", 1.0)
}

// A restricted key does what its scopes say and no more, and ends by itself.
func TestRestrictedKeys(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.self().post("/v3/keys", object{"name": "reporting", "scopes": []any{"read"}, "expiresInSeconds": 60}, shows).ok(http.StatusCreated).
		is("type", "restricted").is("scopes", []any{"read"}).is("name", "reporting").is("expires", "2026-03-04T10:16:30.000Z")
	if made.Header.Get("Location") != p.path("/keys/", made.Str("id")) {
		t.Errorf("Location %q", made.Header.Get("Location"))
	}
	reader := e.client("Authorization", "Bearer "+made.Str("secret"), "X-CUSTOMER-ID", p.id)
	reader.get(p.path()).ok(http.StatusOK)
	reader.get("/v3/whoami").ok(http.StatusOK).is("credential.kind", "restricted").is("credential.scopes", []any{"read"})
	for _, refusal := range []answer{
		reader.put(p.path(), object{"name": "x"}), reader.post("/v3/customers", minimal("payer")), reader.post("/v3/banks", bank()),
		reader.post("/v3/keys", object{"name": "x", "scopes": []any{"read"}}), reader.get("/v3/keys"), reader.post("/v3/keys/rotate", nil),
		reader.delete("/v3/keys/" + missingKey), reader.post("/v3/users", object{"username": "u", "password": password}),
		reader.get(p.path("/unmasked?reason=because")), reader.delete(p.path()),
	} {
		if refusal.Status != http.StatusForbidden {
			t.Errorf("%s is answered %d", refusal.What, refusal.Status)
		}
	}
	e.Clock.Advance(time.Minute)
	reader.get(p.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().get("/v3/keys").ok(http.StatusOK).is("results.1.status", "expired")
	// A key cannot mint a key with more scopes than its own.
	p.restricted("keys:write", "read").post("/v3/keys", object{"name": "x", "scopes": []any{"unmask"}}).
		refused(http.StatusForbidden, "insufficientScope", "")
}

// A refused mint names its faults.
func TestMintingNamesItsFault(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	c := e.platform().self()
	good := object{"name": "n", "scopes": []any{"read"}}
	for parameter, body := range map[string]object{
		"name":             with(good, object{"name": absent}),
		"scopes":           with(good, object{"scopes": []any{}}),
		"scopes.0":         with(good, object{"scopes": []any{"tokens:write"}}),
		"expiresInSeconds": with(good, object{"expiresInSeconds": 59}),
		"lifetime":         with(good, object{"lifetime": 1}),
	} {
		t.Run(parameter, func(t *testing.T) {
			c := c.in(t)
			c.post("/v3/keys", body, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	c.post("/v3/keys", nil, wrong).refused(http.StatusBadRequest, "malformedRequest", "")
}

// A revoked key is dead at once; revoking it again changes nothing.
func TestRevoking(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	first0 := child.keyID(1)
	first := p.self().delete(child.path("/keys/"+first0)).ok(http.StatusOK).is("status", "revoked")
	child.self().get(child.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.Clock.Advance(time.Hour)
	p.self().delete(child.path("/keys/"+first0)).ok(http.StatusOK).is("revoked", first.Str("revoked"))
	for _, id := range []string{missingKey, "key_1", "key_01", "1", "x"} {
		p.self().delete(child.path("/keys/", id)).refused(http.StatusNotFound, "notFound", "")
	}
}

// Past the limit of live keys none is minted.
func TestTooManyKeys(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for range 19 {
		p.restricted("read")
	}
	p.self().post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}).refused(http.StatusUnprocessableEntity, "validationError", "keys").detail("tooManyItems")
}

// A rotation that ends the old pair with the use of the new one leaves it its grace until the
// new secret key is used, and from then on the seconds that were said, in every process;
// uses of the publishable key do not count, and a use after the grace lengthens nothing.
func TestARotationEndsWithTheUseOfTheNewPair(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	rotate := func(body object) (old, fresh actor) {
		made := p.self().post("/v3/keys/rotate", body, shows).ok(http.StatusCreated)
		old, fresh = p, p
		fresh.secret, fresh.publishable = made.Str("keys.secret"), made.Str("keys.publishable")
		p = fresh
		return old, fresh
	}
	settle := func() { testkit.Must(t, e.Svc.Access.FlushKeyUse(t.Context())) }
	old, fresh := rotate(object{"graceSeconds": 3600, "graceUntilUsed": 600})
	fresh.browser().post("/v3/tokens", object{"card": card()}, shows)
	settle()
	e.Clock.Advance(20 * time.Minute)
	list := old.self().get("/v3/keys").ok(http.StatusOK)
	list.is("results.0.graceUntilUsed", 600.0).is("results.0.expires", "2026-03-04T11:15:30.000Z")
	fresh.self().get("/v3/whoami").ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	fresh.self().get("/v3/whoami").ok(http.StatusOK)
	before := e.Record(p.id).Version
	settle()
	settle()
	if got := e.Record(p.id).Version; got != before+1 {
		t.Errorf("the first use was written %d times", got-before)
	}
	shown := fresh.self().get("/v3/keys").ok(http.StatusOK).is("results.0.expires", "2026-03-04T10:45:30.000Z")
	if shown.Optional("results.0.graceUntilUsed") != "" {
		t.Error("the old pair still waits")
	}
	e.Clock.Advance(9*time.Minute + 58*time.Second)
	old.self().get("/v3/whoami").ok(http.StatusOK)
	e.Clock.Advance(time.Second)
	old.self().get("/v3/whoami").ok(http.StatusUnauthorized)
	e.Relay()
	fresh.self().get("/v3/events?type=key.superseded").ok(http.StatusOK).typesAre("key.superseded")

	// The use is never written, as if the process died: the grace ends it all the same.
	old, fresh = rotate(object{"graceSeconds": 60, "graceUntilUsed": 30})
	fresh.self().get("/v3/whoami").ok(http.StatusOK)
	e.Clock.Advance(time.Minute)
	old.self().get("/v3/whoami").ok(http.StatusUnauthorized)
	settle()
	old.self().get("/v3/whoami").ok(http.StatusUnauthorized)

	// Another process learns of it by the record.
	old, fresh = rotate(object{"graceUntilUsed": 0})
	other := e.Service(e.Ring)
	fresh.self().get("/v3/whoami").ok(http.StatusOK)
	settle()
	if _, err := other.Access.Authenticate(t.Context(), access.Presented{Bearer: secret.New(old.secret), SubjectID: old.id}); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("another process answers %v", err)
	}
	p.self().post("/v3/keys/rotate", object{"graceUntilUsed": -1}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "graceUntilUsed")
	p.self().post("/v3/keys/rotate", object{"graceUntilUsed": 604801}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "graceUntilUsed")
}
