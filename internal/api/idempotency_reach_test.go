package api_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"tenantry/internal/store"
)

// signIn returns a client that acts with the access token of a user.
func (a actor) signIn(username string) *client {
	a.env.T.Helper()
	grant := object{"grant_type": "password", "scope": "auth", "username": username, "password": password}
	token := a.env.client().post("/v3/oauth/token", grant, shows).ok(http.StatusOK).Str("access_token")
	return a.env.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", a.id)
}

// clerk returns a client of a new user of the actor that may read only.
func (a actor) clerk(username string) *client {
	a.env.T.Helper()
	a.self().post("/v3/users", with(user(username), object{"role": "clerk"})).ok(http.StatusCreated)
	return a.signIn(username)
}

// exchanged returns a client with an access token that the secret key issued.
func (a actor) exchanged() *client {
	a.env.T.Helper()
	token := a.env.client().post("/v3/oauth/token", credentialsGrant(a), shows).ok(http.StatusOK).Str("access_token")
	return a.env.client("Authorization", "Bearer "+token, "X-CUSTOMER-ID", a.id)
}

// A replay needs the scopes of the credential that made the first request: knowing a key
// and a body grants nothing more.
func TestAReplayDemandsTheScopesOfTheFirstCaller(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	p.self().post("/v3/users", user("ada")).ok(http.StatusCreated)
	admin, clerk, reader, banker := p.signIn("ada"), p.clerk("ben"), p.restricted("read"), p.restricted("banks:write")
	for name, row := range map[string]struct {
		path string
		body object
	}{
		"a customer": {"/v3/customers", minimal("payer")},
		"a key":      {"/v3/keys", object{"name": "n", "scopes": []any{"read"}}},
		"a rotation": {"/v3/keys/rotate", object{"graceSeconds": 3600}},
		"a bank":     {"/v3/banks", bank()},
	} {
		t.Run(name, func(t *testing.T) {
			admin, banker, clerk, p, reader := admin.in(t), banker.in(t), clerk.in(t), p.in(t), reader.in(t)
			key := []string{"Idempotency-Key", name}
			first := admin.with(key...).post(row.path, row.body, shows).ok(http.StatusCreated)
			for who, c := range map[string]*client{"a clerk": clerk, "a reader": reader, "a banker": banker} {
				got := c.with(key...).post(row.path, row.body).refused(http.StatusForbidden, "insufficientScope", "")
				if got.Header.Get("Idempotent-Replayed") != "" || got.Header.Get("Location") != "" {
					t.Errorf("%s: %s is told %v", name, who, got.Header)
				}
			}
			for _, c := range []*client{p.self(), p.exchanged()} {
				again := c.with(key...).post(row.path, row.body).ok(http.StatusCreated).is("created", first.Str("created"))
				if again.Header.Get("Idempotent-Replayed") != "true" {
					t.Errorf("%s is done twice", name)
				}
			}
		})
	}
	// What a narrow credential created, a wider one may see again.
	banker.with("Idempotency-Key", "narrow").post("/v3/banks", bank()).ok(http.StatusCreated)
	p.self().with("Idempotency-Key", "narrow").post("/v3/banks", bank()).ok(http.StatusCreated)
	clerk.with("Idempotency-Key", "narrow").post("/v3/banks", bank()).refused(http.StatusForbidden, "insufficientScope", "")
}

// Making tokens stores nothing and uses no idempotency key, with the publishable key that
// every page shows and with any other: strangers can neither fill the disk nor use up
// keys that the merchant's own requests need.
func TestMakingTokensStoresNothing(t *testing.T) {
	t.Parallel()
	count := &atomic.Int64{}
	e := newEnv(t, func(s *setup) {
		s.wrap = func(store store.Store) store.Store { return commits{Store: store, count: count} }
	})
	p := e.platform()
	before := count.Load()
	seen := map[string]bool{}
	for _, c := range []*client{p.browser(), p.browser(), p.self(), p.exchanged()} {
		made := c.with("Idempotency-Key", "order-1").post("/v3/tokens", object{"card": card()}, shows).ok(http.StatusCreated)
		if seen[made.Str("token")] || made.Header.Get("Idempotent-Replayed") != "" {
			t.Error("an answer was kept")
		}
		seen[made.Str("token")] = true
	}
	p.browser().with("Idempotency-Key", "order-1").post("/v3/tokens", object{"bank": bank()}).ok(http.StatusCreated)
	if after := count.Load(); after != before {
		t.Errorf("%d writes", after-before)
	}
	p.self().with("Idempotency-Key", "order-1").post("/v3/banks", bank()).ok(http.StatusCreated)
}

// A token answer carries no fingerprint. Otherwise the key that every page shows could
// ask for the fingerprint of every number, and so turn fingerprints back into numbers.
func TestTokensShowNoFingerprint(t *testing.T) {
	t.Parallel()
	p := newEnv(t).platform().merchant()
	for _, c := range []*client{p.browser(), p.self()} {
		c.post("/v3/tokens", object{"card": card()}).ok(http.StatusCreated).is("card.last4", "0077").lacks("card.fingerprint")
		c.post("/v3/tokens", object{"bank": bank()}).ok(http.StatusCreated).is("bank.last4", "0042").lacks("bank.fingerprint")
	}
	p.self().post("/v3/cards", object{"token": p.token(object{"card": card()})}).ok(http.StatusCreated).At("fingerprint")
	p.self().post("/v3/banks", object{"token": p.token(object{"bank": bank()})}).ok(http.StatusCreated).At("fingerprint")
}
