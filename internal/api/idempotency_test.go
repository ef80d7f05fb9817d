package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tenantry/internal/testkit"
)

// The same create with the same key is done once and answered twice, keys included, to
// the very same credential.
func TestACreateIsDoneOnce(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	c := p.self().with("Idempotency-Key", "create-1")
	first := c.post("/v3/customers/accounts", minimal("merchant"), shows).ok(http.StatusCreated)
	e.Clock.Advance(23 * time.Hour)
	again := c.post("/v3/customers/accounts", minimal("merchant"), shows).ok(http.StatusCreated)
	if again.Text != first.Text || again.Header.Get("Idempotent-Replayed") != "true" || first.Header.Get("Idempotent-Replayed") != "" {
		t.Errorf("the second answer differs:\n%s\n%s", first.Text, again.Text)
	}
	for _, name := range []string{"Location", "Etag", "Content-Type"} {
		t.Run(name, func(t *testing.T) {
			if first.Header.Get(name) == "" || again.Header.Get(name) != first.Header.Get(name) {
				t.Errorf("%s was %q and is %q", name, first.Header.Get(name), again.Header.Get(name))
			}
		})
	}
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 1.0)
	entry := e.logged(again.Header.Get("X-Request-Id"))
	if replayed, _ := entry["replayed"].(bool); !replayed {
		t.Errorf("the replay is logged as %v", entry)
	}

	// After a day the key is free again.
	e.Clock.Advance(time.Hour)
	fresh := c.post("/v3/customers/accounts", minimal("merchant"), shows).ok(http.StatusCreated)
	if fresh.Str("id") == first.Str("id") {
		t.Error("it is still the old answer")
	}
}

// Another credential of the same customer gets the answer without its secrets.
func TestAReplayShowsSecretsToTheirFirstReaderOnly(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	token := e.client().post("/v3/oauth/token", credentialsGrant(p), shows).ok(http.StatusOK).Str("access_token")
	other := e.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", p.id)
	for i, row := range []struct {
		path, secret string
		body         object
	}{
		{"/v3/customers", "keys", minimal("payer")},
		{child.path("/keys"), "secret", object{"name": "n", "scopes": []any{"read"}}},
		{child.path("/keys/rotate"), "keys", object{"graceSeconds": 5}},
	} {
		t.Run(row.path, func(t *testing.T) {
			other, p := other.in(t), p.in(t)
			key := fmt.Sprint("row ", i)
			first := p.self().with("Idempotency-Key", key).post(row.path, row.body, shows).ok(http.StatusCreated)
			same := p.self().with("Idempotency-Key", key).post(row.path, row.body, shows).ok(http.StatusCreated)
			if same.Text != first.Text {
				t.Errorf("%s: the same credential is answered otherwise", row.path)
			}
			again := other.with("Idempotency-Key", key).post(row.path, row.body).ok(http.StatusCreated).lacks(row.secret)
			if again.Header.Get("Idempotent-Replayed") != "true" || again.Str("created") != first.Str("created") {
				t.Errorf("%s: another credential is answered otherwise", row.path)
			}
		})
	}
}

// The same key for anything else is answered 409 and does nothing.
func TestAKeyStandsForOneRequest(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	c := p.self().with("Idempotency-Key", "one")
	c.post("/v3/customers/accounts", minimal("merchant"), shows).ok(http.StatusCreated)
	for name, got := range map[string]answer{
		"another body":    c.post("/v3/customers/accounts", minimal("payer")),
		"another path":    c.post("/v3/customers", minimal("merchant")),
		"another route":   c.put(child.path(), object{"name": "x"}),
		"another method":  c.patch(child.path(), object{"name": "x"}),
		"a deletion":      c.delete(child.path()),
		"the same spaced": c.post("/v3/customers/accounts", " "+string(testkit.Content(t, minimal("merchant")))),
	} {
		t.Run(name, func(t *testing.T) {
			got.T = t
			got.refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
		})
	}
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 2.0)
	// Another customer, and another subject, have keys of their own.
	e.platform().self().with("Idempotency-Key", "one").post("/v3/customers", minimal("payer"), shows).ok(http.StatusCreated)
	p.behalf(child.id).with("Idempotency-Key", "one").post("/v3/banks", bank()).ok(http.StatusCreated)
}

// Every kind of change can be repeated safely, deletion too.
func TestEveryChangeCanBeRepeated(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	for i, step := range []struct {
		method, path string
		body         any
		status       int
	}{
		{http.MethodPost, child.path("/banks"), bank(), 201},
		{http.MethodPut, child.path(), object{"name": "New"}, 200},
		{http.MethodPatch, child.path(), object{"name": "Newer"}, 200},
		{http.MethodDelete, child.path("/keys/", child.keyID(1)), nil, 200},
		{http.MethodDelete, child.path(), nil, 204},
	} {
		t.Run(step.method, func(t *testing.T) {
			p := p.in(t)
			c := p.self().with("Idempotency-Key", fmt.Sprint("step ", i), "If-Match", "*")
			first := c.do(step.method, step.path, step.body).ok(step.status)
			again := c.do(step.method, step.path, step.body).ok(step.status)
			if first.Text != again.Text || again.Header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("%s %s differs:\n%s\n%s", step.method, step.path, first.Text, again.Text)
			}
		})
	}
}

// A refusal is not kept: once the cause is mended the key can be used.
func TestARefusalGivesTheKeyBack(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	c := p.self().with("Idempotency-Key", "k")
	c.post("/v3/customers", minimal("gold")).ok(http.StatusUnprocessableEntity)
	c.post("/v3/customers", minimal("payer"), shows).ok(http.StatusCreated)
}

// A text that cannot be a key is refused before anything is done.
func TestWhatCannotBeAKey(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, key := range []string{"", strings.Repeat("k", 256), "clé", "tab\there"} {
		c := p.self()
		c.Header["Idempotency-Key"] = []string{key}
		c.post("/v3/customers", minimal("payer"), wrong).refused(http.StatusUnprocessableEntity, "validationError", "Idempotency-Key")
	}
	c := p.self()
	c.Header["Idempotency-Key"] = []string{"a", "b"}
	c.post("/v3/customers", minimal("payer"), wrong).ok(http.StatusUnprocessableEntity)
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 0.0)
	p.self().with("Idempotency-Key", strings.Repeat("~", 255)).post("/v3/customers", minimal("payer"), shows).ok(http.StatusCreated)
	// Reading does not look at the header.
	p.self().with("Idempotency-Key", "").get("/v3/customers").ok(http.StatusOK)
}

// If it is unknown to the client whether a create was written, repeating it with the same
// key makes no second customer: the answer was kept by the write itself, so it is there at
// once, with the keys that were never shown.
func TestACreateOfUnknownEndIsFinishedByItsRetry(t *testing.T) {
	t.Parallel()
	e, tear := newTornEnv(t)
	p := e.platform()
	tear()
	c := p.self().with("Idempotency-Key", "k")
	c.post("/v3/customers", with(minimal("merchant"), object{"merchantKey": "mine"})).ok(http.StatusServiceUnavailable)
	made := c.post("/v3/customers", with(minimal("merchant"), object{"merchantKey": "mine"}), shows).ok(http.StatusCreated)
	list := p.self().get("/v3/customers").ok(http.StatusOK).is("count", 1.0).is("results.0.id", made.Str("id"))
	list.is("results.0.merchantKey", "mine")
	child := actor{env: e, id: made.Str("id"), secret: made.Str("keys.secret")}
	child.self().get(child.path()).ok(http.StatusOK)
}
