package api_test

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/api"
	"tenantry/internal/store/storetest"
	"tenantry/internal/testkit"
)

// probe is how the sweep calls a route.
type probe struct {
	// body is a body that would be accepted.
	body any
	// query is what the route needs besides it.
	query string
	// noID marks routes that name nothing of a customer.
	noID bool
}

// probes has an entry for every route; a new route without one fails the sweep.
func probes() map[string]probe {
	none := probe{noID: true}
	table := map[string]probe{
		"GET /": none, "GET /openapi.yaml": none, "GET /openapi.json": none, "GET /healthz": none, "GET /readyz": none,
		"POST /v3/oauth/token": none, "POST /v3/tokens": none, "POST /v3/identity/verdicts": none, "OPTIONS /v3/tokens": none,
		"POST /v3/oauth/revoke": none, "POST /v3/invitations/accept": none, "GET /v3/users/me": none, "PUT /v3/users/me/password": none, "GET /v3/whoami": none, "DELETE /v3/keys/current": none, "GET /v3/plans": none, "GET /v3/customers/timezone": none, "GET /v3/customers/summary": none,
		"GET /v3/plans/:key/requirements": none, "POST /v3/plan-status/preview": none, "GET /v3/drops": none,
		"POST /v3/customers": none, "POST /v3/customers/bulk": none, "GET /v3/customers": none, "POST /v3/customers/accounts": none, "GET /v3/customers/accounts": none,

		"GET /v3/customers/:id": {}, "HEAD /v3/customers/:id": {}, "DELETE /v3/customers/:id": {},
		"PUT /v3/customers/:id":             {body: object{"name": "Taken Over", "status": "disabled"}},
		"PATCH /v3/customers/:id":           {body: object{"planKey": "payer"}},
		"GET /v3/customers/:id/unmasked":    {query: "?reason=curiosity"},
		"GET /v3/customers/:id/plan-status": {}, "POST /v3/customers/:id/plan-status/preview": {body: object{"name": "Mine"}},

		"GET /v3/merchants/:vanityName": none, "OPTIONS /v3/merchants/:vanityName": none, "GET /v3/payers": none, "GET /v3/payers/:pid": {},
		"POST /v3/payers":       none,
		"PUT /v3/payers/:pid":   {body: object{"name": "Taken Over"}},
		"PATCH /v3/payers/:pid": {body: object{"email": "intruder@b.example"}},

		"GET /v3/customers/:id/events": {}, "GET /v3/events": none, "GET /v3/events/stream": none, "GET /v3/events/:eid": {}, "POST /v3/events/:eid/redeliver": {},
		"POST /v3/events/:eid/verify": {body: object{"object": "event"}}, "GET /v3/events/:eid/deliveries": {},
		"GET /v3/customers/:id/activities":  {},
		"POST /v3/customers/:id/activities": {body: object{"type": "debit", "amount": "1.00", "reference": "r"}},
	}
	for route, p := range map[string]probe{
		"GET /keys": {}, "POST /keys": {body: object{"name": "n", "scopes": []any{"read"}}}, "POST /keys/rotate": {}, "DELETE /keys/:kid": {},
		"GET /banks": {}, "POST /banks": {body: bank()}, "GET /banks/:bid": {}, "PUT /banks/:bid": {body: object{"nameOnAccount": "Mine"}},
		"PUT /banks/:bid/default": {}, "GET /banks/:bid/drops": {}, "POST /banks/:bid/drops": {},
		"PUT /banks/:bid/drops": {body: object{"amounts": []any{"32", "45"}}}, "PUT /banks/:bid/drops/sent": {},
		"GET /onboarding-links": {}, "POST /onboarding-links": {body: object{}}, "DELETE /onboarding-links/:lid": {},
		"GET /cards": {}, "POST /cards": {body: object{"token": "tok_x"}}, "GET /cards/:cid": {},
		"PUT /cards/:cid": {body: object{"nameOnCard": "Mine"}}, "DELETE /cards/:cid": {},
		"GET /users": {}, "POST /users": {body: user("intruder")}, "PATCH /users/:uid": {body: object{"status": "disabled", "password": password}},
		"GET /users/invitations": {}, "POST /users/invitations": {body: object{"username": "intruder"}}, "DELETE /users/invitations/:iid": {},
		"GET /webhooks": {}, "GET /webhooks/:wid": {}, "POST /webhooks/:wid/secret": {}, "POST /webhooks/:wid/enable": {},
		"POST /webhooks/:wid/test": {}, "POST /webhooks/:wid/replay": {body: object{"from": "2026-03-01"}}, "GET /webhooks/:wid/deliveries": {},
		"GET /documents": {}, "POST /documents": {body: form(object{"documentType": "other"}, "scan.png", png(9))},
		"GET /documents/:did": {}, "PATCH /documents/:did": {body: object{"decision": "accepted"}},
		"GET /documents/:did/file": {query: "?reason=curiosity"},
		"GET /owners":              {}, "POST /owners": {body: partner("Eve")}, "GET /owners/:oid": {},
		"PUT /owners/:oid": {body: object{"title": "Mine"}}, "DELETE /owners/:oid": {},
		"GET /ownership": {}, "POST /ownership": {body: object{"status": "certified"}},
		"GET /identity": {}, "PATCH /identity": {body: object{"status": "rejected"}}, "POST /identity/refresh": {},
		"POST /identity/retry": {body: object{"email": "intruder@b.example"}}, "POST /identity/kba": {}, "GET /identity/kba": {},
		"POST /identity/kba/answers": {body: object{"answers": []any{object{"questionId": missingID, "answerId": missingID}}}},
	} {
		method, path, _ := strings.Cut(route, " ")
		table[method+" /v3/customers/:id"+path] = p
		p.noID = !strings.Contains(path, "/:")
		table[method+" /v3"+path] = p
	}
	return table
}

// Every route answers the ids of others exactly as it answers ids that do not exist, for
// every kind of caller, and changes nothing of theirs. It asks the store for the same things
// in the same order, so that the time tells nothing either.
func TestNoRouteRevealsWhetherACustomerExists(t *testing.T) {
	t.Parallel()
	steps := storetest.NewSteps(testkit.Store(t))
	e := newEnv(t, func(s *setup) { s.Store = steps })
	e.steps = steps
	p, other := e.platform(), e.platform()
	victim, sibling, asker := e.victim(other), e.victim(p), p.merchant()
	before := victim.state(t)
	for who, asking := range map[string]sweep{
		"another platform":                            {p.self(), victim},
		"another platform's child":                    {asker.self(), victim},
		"another platform, for its child":             {p.behalf(asker.id), victim},
		"a sibling":                                   {asker.self(), sibling},
		"the platform for a child, about its sibling": {p.behalf(asker.id), sibling},
		"a restricted key":                            {p.restricted("customers:write"), victim},
		"an access token":                             {p.exchanged(), victim},
		"a clerk":                                     {p.clerk("sweeping"), victim},
		"a publishable key":                           {p.browser().with("X-CUSTOMER-ID", p.id), victim},
		"another platform, with an idempotency key":   {p.self().with("Idempotency-Key", "sweep"), victim},
		"a sibling, with an idempotency key":          {asker.self().with("Idempotency-Key", "sweep"), sibling},
		"another platform, for a version":             {p.self().with("If-Match", `"1"`), victim},
		"another platform, for any version":           {p.self().with("If-Match", "*", "Idempotency-Key", "any"), victim},
	} {
		t.Run(who, func(t *testing.T) {
			for _, route := range e.API.Routes() {
				asking.route(t, who, route)
			}
		})
	}
	if after := victim.state(t); after != before {
		t.Errorf("something of the victim changed:\n%s\n%s", before, after)
	}
}

// The table of the sweep names every route and no other.
func TestTheSweepCoversEveryRoute(t *testing.T) {
	t.Parallel()
	var routes []string
	for _, route := range newEnv(t).API.Routes() {
		routes = append(routes, route.Method+" "+route.Pattern)
	}
	if diff := cmp.Diff(sorted(routes), slices.Sorted(maps.Keys(probes()))); diff != "" {
		t.Errorf("routes and table differ (-routes +table):\n%s", diff)
	}
}

// sweep is a caller that asks for what belongs to others.
type sweep struct {
	client *client
	victim swept
}

// asked sends a request, and returns what it asked of the store as well.
func (s sweep) asked(method, path string, body any) (answer, []string) {
	var calls []string
	s.client.env.steps.On(func(step storetest.Step, call func() error) error {
		calls = append(calls, step.Method)
		return call()
	})
	defer s.client.env.steps.Off()
	return s.client.do(method, path, body), calls
}

func (s sweep) route(t *testing.T, who string, route api.Route) {
	t.Helper()
	probe := probes()[route.Method+" "+route.Pattern]
	if probe.noID {
		return
	}
	s.same(t, who, route, probe, s.victim, nobody())
	if strings.Count(route.Pattern, ":") > 1 {
		// The parts of others, below the caller's own customer.
		own := s.client.Header.Get("X-CUSTOMER-ID")
		s.same(t, who+", below itself", route, probe, s.victim.below(own), nobody().below(own))
	}
}

// same demands the same refusal for both.
func (s sweep) same(t *testing.T, who string, route api.Route, probe probe, others, missing swept) {
	t.Helper()
	foreign, calls := s.asked(route.Method, others.fill(route.Pattern)+probe.query, probe.body)
	none, noneCalls := s.asked(route.Method, missing.fill(route.Pattern)+probe.query, probe.body)
	if withoutRef(foreign) != withoutRef(none) || foreign.Status < 400 {
		t.Errorf("%s %s by %s:\nof others: %s\nof nobody: %s", route.Method, route.Pattern, who, withoutRef(foreign), withoutRef(none))
	}
	if !slices.Equal(calls, noneCalls) {
		t.Errorf("%s %s by %s asks the store\nof others: %q\nof nobody: %q", route.Method, route.Pattern, who, calls, noneCalls)
	}
}

// swept is a customer with a part of every kind.
type swept struct {
	actor
	bank, card, key, user, invitation, event, webhook string
	payer, document, owner, link                      string
}

func (e *env) victim(above actor) swept {
	e.T.Helper()
	made, _ := above.child(with(minimal("merchant"), object{
		"name": "Victim Incorporated", "legalEntity": with(legalEntity(), object{"businessName": "Document LLC"}),
		"contact": contact(), "address": address(),
	}))
	uploaded := made.self().post("/v3/documents", form(object{"documentType": "license"}, "scan.png", png(1))).ok(http.StatusCreated).Str("id")
	owning := made.self().post("/v3/owners", partner("Dana")).ok(http.StatusCreated).Str("id")
	banked := made.self().post("/v3/banks", bank()).ok(http.StatusCreated).Str("id")
	made.self().post("/v3/banks/"+banked+"/drops", nil).ok(http.StatusOK)
	carded := made.self().post("/v3/cards", object{"token": made.token(object{"card": card()})}).ok(http.StatusCreated).Str("id")
	key := made.self().post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated).Str("id")
	added := made.self().post("/v3/users", user("user of "+made.id)).ok(http.StatusCreated).Str("id")
	invitation := made.self().post("/v3/users/invitations", object{"username": "invited by " + made.id}).ok(http.StatusCreated).Str("id")
	made.self().put(made.path(), object{"settings": events(true, "https://hooks.example/in")}).ok(http.StatusOK)
	hook := made.self().get("/v3/webhooks").ok(http.StatusOK).Str("results.0.id")
	e.Relay()
	event := made.self().get("/v3/events").ok(http.StatusOK).Str("results.0.id")
	payer := above.self().post("/v3/payers", object{"name": "Jo", "email": "jo@example.com"}).ok(http.StatusCreated).Str("id")
	link := above.self().post(made.path("/onboarding-links"), object{}, shows).ok(http.StatusCreated).Str("id")
	return swept{actor: made, link: link, payer: payer, bank: banked, card: carded, key: key, user: added, invitation: invitation, event: event, webhook: hook, document: uploaded, owner: owning}
}

// missingKey is the id of no key.
const missingKey = "key_" + missingID

func nobody() swept {
	return swept{
		actor: actor{id: missingID}, bank: missingID, card: missingID, key: missingKey, user: missingID, invitation: missingID, event: missingID, webhook: missingID,
		document: missingID, owner: missingID, payer: missingID, link: missingID,
	}
}

// below returns the same parts under another customer.
func (s swept) below(id string) swept {
	s.id = id
	return s
}

// fill puts the ids into a pattern.
func (s swept) fill(pattern string) string {
	return strings.NewReplacer(
		":id", s.id, ":bid", s.bank, ":cid", s.card, ":kid", s.key, ":uid", s.user, ":iid", s.invitation, ":eid", s.event, ":wid", s.webhook, ":lid", s.link,
		":did", s.document, ":oid", s.owner, ":pid", s.payer, ":vanityName", "nobody",
	).Replace(pattern)
}

// state returns what its owner sees of it.
func (s swept) state(t *testing.T) string {
	t.Helper()
	c := s.self()
	text := ""
	for _, path := range []string{s.path(), "/v3/banks", "/v3/cards", "/v3/keys", "/v3/users", "/v3/identity", "/v3/webhooks", "/v3/documents", "/v3/owners", "/v3/ownership", "/v3/onboarding-links"} {
		response, err := http.DefaultTransport.RoundTrip(c.Request(http.MethodGet, path, nil))
		testkit.Must(t, err)
		content, err := io.ReadAll(response.Body)
		testkit.Must(t, errors.Join(err, response.Body.Close()))
		text += string(content) + "\n"
	}
	return text
}
