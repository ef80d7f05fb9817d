package api_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tenantry/customers"
	"tenantry/keys"
	"tenantry/tenancy"
)

// act is one request that a route is tried with, and what it needs.
type act struct {
	// need is what the credential must hold; or, if not zero, does instead.
	need, or tenancy.Scope
	// body stands in the place of the body of the sweep, unless it is nil.
	body any
	// free routes need no scope.
	free bool
	// ends marks what the requests behind it would miss: it comes last.
	ends bool
}

// authority says of every route what a credential must hold for it. A new route
// without a row fails the test.
func authority() map[string][]act {
	const (
		read, write, banks = tenancy.Read, tenancy.CustomersWrite, tenancy.BanksWrite
		decide, hooks      = tenancy.IdentityDecide, tenancy.WebhooksWrite
	)
	reads, writes, free := []act{{need: read}}, []act{{need: write}}, []act{{free: true}}
	hands := func(settings object) object { return object{"settings": settings} }
	created := func(extra object) object { return with(minimal("merchant"), extra) }
	creates := []act{
		{need: write, body: minimal("merchant")},
		{need: tenancy.Full, body: created(object{"username": "made by a key", "password": password})},
		{need: write | tenancy.Receivers, body: created(hands(events(true, "https://hooks.example/made")))},
		{need: write | tenancy.Receivers, body: created(object{"defaultSettings": events(true, "https://hooks.example/made")})},
		{need: write | tenancy.Unmask, body: created(hands(object{"customers": object{"allowDataUnmask": true}}))},
		{need: write | decide, body: created(hands(object{"customers": object{"allowIdentitySkip": true}}))},
		{need: write | tenancy.KeysWrite, body: created(hands(object{"customers": object{"maximumKeyLifetimeSeconds": 3600}}))},
	}
	updates := []act{
		{need: write, body: object{"name": "Changed"}},
		{need: tenancy.CustomersStatus, body: object{"status": "disabled"}},
		{need: tenancy.CustomersStatus, body: object{"status": "active"}},
		{need: write | tenancy.CustomersStatus, body: object{"name": "Changed twice", "status": "disabled"}},
		{need: write | tenancy.CustomersStatus, body: object{"name": "Changed", "status": "active"}},
		{need: write | tenancy.Receivers, body: hands(events(true, "https://hooks.example/in", "https://hooks.example/more"))},
		{need: write | tenancy.Receivers, body: object{"defaultSettings": events(true, "https://hooks.example/more")}},
		{need: write | tenancy.Unmask, body: hands(object{"customers": object{"allowDataUnmask": true}})},
		{need: write | decide, body: hands(object{"customers": object{"allowIdentitySkip": true}})},
		{need: write | tenancy.KeysWrite, body: hands(object{"customers": object{"maximumKeyLifetimeSeconds": 7200}})},
		{need: write | hooks, body: hands(events(true))},
		{need: write | tenancy.Receivers, body: hands(events(true, "https://hooks.example/in"))},
		// Back to the start, for the route that follows.
		{need: write | hooks | tenancy.KeysWrite, body: object{
			"settings":        object{"customers": object{"allowDataUnmask": nil, "allowIdentitySkip": nil, "maximumKeyLifetimeSeconds": nil}},
			"defaultSettings": events(false),
		}},
	}
	table := map[string][]act{
		"GET /": free, "GET /openapi.yaml": free, "GET /openapi.json": free, "GET /healthz": free, "GET /readyz": free,
		"POST /v3/oauth/token": free, "POST /v3/identity/verdicts": free, "OPTIONS /v3/tokens": free, "POST /v3/oauth/revoke": free, "POST /v3/invitations/accept": free,
		"GET /v3/users/me": free, "PUT /v3/users/me/password": free,
		"POST /v3/tokens": {{need: banks, body: object{"card": card()}}},
		"GET /v3/whoami":  free, "GET /v3/plans": reads, "GET /v3/plans/:key/requirements": reads, "POST /v3/plan-status/preview": {{need: read | write, body: minimal("merchant")}}, "GET /v3/drops": {{need: tenancy.Unmask}}, "GET /v3/customers/timezone": free, "GET /v3/customers/summary": reads,
		"POST /v3/customers": creates, "POST /v3/customers/bulk": creates, "GET /v3/customers": reads, "POST /v3/customers/accounts": creates, "GET /v3/customers/accounts": reads,
		"GET /v3/customers/:id": reads, "HEAD /v3/customers/:id": reads, "DELETE /v3/customers/:id": {{need: tenancy.CustomersDelete, ends: true}},
		"PUT /v3/customers/:id": updates, "PATCH /v3/customers/:id": updates,
		"GET /v3/customers/:id/unmasked": {{need: tenancy.Unmask}}, "GET /v3/customers/:id/plan-status": reads,
		"POST /v3/customers/:id/plan-status/preview": {{need: read | write, body: object{"name": "Looked at"}}},
		"GET /v3/merchants/:vanityName":              free, "OPTIONS /v3/merchants/:vanityName": free,
		"POST /v3/payers": {{need: write, body: object{"name": "Jo", "email": "jo@example.com"}}}, "GET /v3/payers": reads, "GET /v3/payers/:pid": reads,
		"PUT /v3/payers/:pid":          {{need: write, body: object{"name": "Ida"}}, {need: tenancy.CustomersStatus, body: object{"status": "disabled"}}},
		"PATCH /v3/payers/:pid":        {{need: write, body: object{"name": "Jo"}}, {need: tenancy.CustomersStatus, body: object{"status": "active"}}},
		"GET /v3/customers/:id/events": reads, "GET /v3/events": reads, "GET /v3/events/stream": reads, "GET /v3/events/:eid": reads, "POST /v3/events/:eid/redeliver": {{need: hooks}},
		"POST /v3/events/:eid/verify": reads, "GET /v3/events/:eid/deliveries": reads,
		"GET /v3/customers/:id/activities": reads, "POST /v3/customers/:id/activities": writes,
		"DELETE /v3/keys/current": {{free: true, ends: true}},
	}
	for route, acts := range map[string][]act{
		"GET /keys": {{need: read | tenancy.KeysWrite, or: tenancy.KeysRevoke}},
		"POST /keys": {
			{need: tenancy.KeysWrite | read}, {need: tenancy.KeysWrite, body: object{"name": "n", "scopes": []any{"keys:write"}}},
			{need: tenancy.KeysWrite | tenancy.Unmask, body: object{"name": "n", "scopes": []any{"unmask"}}},
		},
		"POST /keys/rotate": {{need: tenancy.Full, ends: true}}, "DELETE /keys/:kid": {{need: tenancy.KeysWrite | read, or: tenancy.KeysRevoke}},
		"GET /banks": reads, "POST /banks": {{need: banks}}, "GET /banks/:bid": reads, "PUT /banks/:bid": {{need: banks}},
		"PUT /banks/:bid/default": {{need: banks}}, "GET /banks/:bid/drops": {{need: tenancy.Unmask}}, "POST /banks/:bid/drops": {{need: banks}},
		"PUT /banks/:bid/drops": {{need: banks}}, "PUT /banks/:bid/drops/sent": {{need: banks}},
		"GET /onboarding-links": reads, "POST /onboarding-links": {{need: read | write | banks, body: object{}}}, "DELETE /onboarding-links/:lid": writes,
		"GET /cards": reads, "POST /cards": {{need: banks}}, "GET /cards/:cid": reads, "PUT /cards/:cid": {{need: banks}},
		"DELETE /cards/:cid": {{need: banks, ends: true}},
		"GET /users":         reads, "POST /users": {
			{need: tenancy.UsersWrite | read, body: object{"username": "a clerk of a key", "password": password, "role": "clerk"}},
			{need: tenancy.Full, body: object{"username": "an admin of a key", "password": password, "role": "admin"}},
		},
		// The user of the sweep is the first of its customer, and so an administrator.
		"PATCH /users/:uid":      {{need: tenancy.Full}},
		"GET /users/invitations": reads, "POST /users/invitations": {
			{need: tenancy.UsersWrite | read, body: object{"username": "an invited clerk", "role": "clerk"}},
			{need: tenancy.Full, body: object{"username": "an invited admin", "role": "admin"}},
		},
		"DELETE /users/invitations/:iid": {{need: tenancy.UsersWrite | read, ends: true}},
		"GET /webhooks":                  reads, "GET /webhooks/:wid": reads, "POST /webhooks/:wid/secret": {{need: tenancy.Receivers}},
		"POST /webhooks/:wid/enable": {{need: tenancy.Receivers}}, "POST /webhooks/:wid/test": {{need: hooks}}, "POST /webhooks/:wid/replay": {{need: hooks, body: object{"from": "2026-03-01"}}}, "GET /webhooks/:wid/deliveries": reads,
		"GET /documents": reads, "POST /documents": writes, "GET /documents/:did": reads, "PATCH /documents/:did": {{need: decide}},
		"GET /documents/:did/file": {{need: tenancy.Unmask}},
		"GET /owners":              reads, "POST /owners": writes, "GET /owners/:oid": reads, "PUT /owners/:oid": writes, "DELETE /owners/:oid": {{need: write, ends: true}},
		"GET /ownership": reads, "POST /ownership": writes,
		"GET /identity": reads, "PATCH /identity": {{need: decide}}, "POST /identity/refresh": {{need: decide}},
		"POST /identity/retry": writes, "POST /identity/kba": writes, "GET /identity/kba": {{need: read | write}}, "POST /identity/kba/answers": writes,
	} {
		method, path, _ := strings.Cut(route, " ")
		table[method+" /v3/customers/:id"+path] = acts
		table[method+" /v3"+path] = acts
	}
	return table
}

// No request of a credential brings about what the credential could not do itself: every
// route is refused to each credential that lacks what its row says, and whatever is done
// makes no key, user, receiver or policy that exceeds the credential, and shows nothing to
// one that may not read. The table is held against the routes.
func TestNoCredentialBringsAboutWhatItCannotDo(t *testing.T) {
	t.Parallel()
	var singles []tenancy.Scope
	for _, name := range tenancy.Full.Names() {
		scope, _ := tenancy.ParseScope(name)
		singles = append(singles, scope)
	}
	for name, form := range map[string]credentialForm{
		"keys": {singles, true, func(p actor, scopes tenancy.Scope) (signs, ends *client) {
			if scopes == tenancy.Full {
				return p.self(), nil
			}
			key := p.restricted(scopes.Names()...)
			return key, key
		}},
		"access tokens of keys": {singles, true, func(p actor, scopes tenancy.Scope) (signs, ends *client) {
			if scopes == tenancy.Full {
				return p.exchanged(), nil
			}
			key := p.restricted(scopes.Names()...)
			bearer, _ := strings.CutPrefix(key.Header.Get("Authorization"), "Bearer ")
			return actor{env: p.env, id: p.id, secret: bearer}.exchanged(), key
		}},
		"users": {[]tenancy.Scope{tenancy.Read, tenancy.Full}, false, func(p actor, scopes tenancy.Scope) (signs, ends *client) {
			if scopes == tenancy.Full {
				p.self().post("/v3/users", with(user("admin of "+p.id), object{"role": "admin"})).ok(http.StatusCreated)
				return p.signIn("admin of " + p.id), nil
			}
			return p.clerk("clerk of " + p.id), nil
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			form.keepsTheLaws(t)
		})
	}
}

// credentialForm is a kind of credential: the scopes that it has one at a time, whether it
// can have any others too, and how a platform makes one, with the key that ends it, if
// any.
type credentialForm struct {
	singles []tenancy.Scope
	mixed   bool
	make    func(p actor, scopes tenancy.Scope) (signs, ends *client)
}

// keepsTheLaws tries every route with credentials of the form.
func (form credentialForm) keepsTheLaws(t *testing.T) {
	t.Helper()
	e := newEnv(t)
	p := e.platform()
	e.operator.self().patch(p.path(), object{"settings": object{"customers": object{"allowDataUnmask": true, "allowIdentitySkip": true}}}).ok(http.StatusOK)
	target := e.victim(p)
	table, probes := authority(), probes()
	bearers, ending := map[tenancy.Scope]*client{}, map[tenancy.Scope]*client{}
	bearer := func(scopes tenancy.Scope) *client {
		if bearers[scopes] == nil {
			bearers[scopes], ending[scopes] = form.make(p, scopes)
		}
		return bearers[scopes]
	}
	for _, scopes := range append(slices.Clone(form.singles), tenancy.Full) {
		bearer(scopes)
	}
	authority := e.authorities(t)
	for _, last := range []bool{false, true} {
		for _, route := range e.API.Routes() {
			name := route.Method + " " + route.Pattern
			acts, listed := table[name]
			if !listed {
				t.Fatalf("%s has no row: say what a credential must hold for it", name)
			}
			for _, act := range acts {
				if act.free || act.ends != last {
					continue
				}
				body := act.body
				if body == nil {
					body = probes[name].body
				}
				holders := slices.Clone(form.singles)
				if form.mixed && act.need != tenancy.Full && !slices.Contains(holders, act.need) {
					holders = append(holders, act.need) // behind those that lack something
				}
				for _, scopes := range holders {
					allowed := scopes.Has(act.need) || act.or != 0 && scopes.Has(act.or)
					on := bearer(scopes)
					if !strings.Contains(route.Pattern, ":id") {
						on = on.with("X-CUSTOMER-ID", target.id)
					}
					if route.Pattern == "/v3/customers" || route.Pattern == "/v3/customers/bulk" || route.Pattern == "/v3/customers/accounts" || strings.HasPrefix(route.Pattern, "/v3/payers") || route.Pattern == "/v3/tokens" {
						on = bearer(scopes)
					}
					send := on.do
					if route.Pattern == "/v3/customers/bulk" {
						send = on.asLine
					}
					got := send(route.Method, target.fill(route.Pattern)+probes[name].query, body, shows)
					lacks := got.Status == http.StatusForbidden && (route.Method == http.MethodHead || strings.Contains(got.Text, `"insufficientScope"`))
					if lacks == allowed {
						t.Errorf("%s %v with %s, which needs %s: %d %.200s", name, act.body, scopes, act.need, got.Status, got.Text)
					}
					if writes := route.Method != http.MethodGet && route.Method != http.MethodHead && route.Pattern != "/v3/tokens"; writes && got.Status < 300 && !scopes.Has(tenancy.Read) {
						for member := range maps.Keys(got.Body) {
							if !slices.Contains([]string{"id", "object", "lastUpdated"}, member) && (member != "secret" || !strings.HasSuffix(name, "/keys")) {
								t.Errorf("%s with %s answers %s: %s", name, scopes, member, got.Text)
							}
						}
					}
					now := e.authorities(t)
					for what, may := range now {
						if before := authority[what]; !scopes.Has(may &^ before) {
							t.Errorf("%s %v with %s made %s, which may %s", name, act.body, scopes, what, may)
						}
					}
					authority = now
					if !slices.Contains(form.singles, scopes) { // a customer has few keys
						ending[scopes].delete("/v3/keys/current").ok(http.StatusOK)
						delete(bearers, scopes)
						authority = e.authorities(t)
					}
				}
			}
		}
	}
	// Each key ends itself, and by no more than its row.
	for scopes, key := range ending {
		if key != nil && bearers[scopes] != nil {
			key.delete("/v3/keys/current").ok(http.StatusOK)
			bearers[scopes].get("/v3/whoami").ok(http.StatusUnauthorized)
		}
	}
}

// The rows of the table are those of the routes.
func TestEveryRouteHasItsRowOfAuthority(t *testing.T) {
	t.Parallel()
	routes := map[string]bool{}
	for _, route := range newEnv(t).API.Routes() {
		routes[route.Method+" "+route.Pattern] = true
	}
	for name := range authority() {
		if !routes[name] {
			t.Errorf("%s has a row and is no route", name)
		}
		delete(routes, name)
	}
	for name := range routes {
		t.Errorf("%s has no row: say what a credential must hold for it", name)
	}
}

// authorities returns what everything in the store that can act, receive or allow may do.
func (e *env) authorities(t *testing.T) map[string]tenancy.Scope {
	t.Helper()
	found := map[string]tenancy.Scope{}
	list, err := e.Store.Scan(context.Background(), tenancy.ID{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		addAuthorities(found, c)
	}
	return found
}

func addAuthorities(found map[string]tenancy.Scope, c *customers.Customer) {
	at := c.ID.String() + " "
	for _, entry := range c.Keys {
		found[at+entry.ID(c.ID)] = entry.ScopesFor(keys.Secret) | entry.ScopesFor(keys.Restricted)
	}
	for i := range c.Users {
		found[at+"user "+c.Users[i].Username+string(c.Users[i].PasswordHash)] = tenancy.UsersWrite | c.Users[i].Scopes()
	}
	for _, hook := range c.Webhooks {
		found[at+"webhook "+hook.URL] = tenancy.Receivers
	}
	for _, s := range []struct {
		name string
		has  bool
		may  tenancy.Scope
	}{
		{"unmask", c.Settings.MayUnmask() || c.DefaultSettings.MayUnmask(), tenancy.Unmask},
		{"skip", c.Settings.MaySkipIdentity() || c.DefaultSettings.MaySkipIdentity(), tenancy.IdentityDecide},
		{"default receivers", len(c.DefaultSettings.Receivers()) > 0, tenancy.Receivers},
		{"disabled", c.Status != customers.StatusActive, tenancy.CustomersStatus},
	} {
		if s.has {
			found[at+s.name] = s.may
		}
	}
}
