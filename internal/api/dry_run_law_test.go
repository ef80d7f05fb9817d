package api_test

import (
	"net/http"
	"testing"

	"pgregory.net/rapid"
)

// dryTrial is a kind of write whose answer is foretold by a dry run.
type dryTrial struct {
	method, path string
	// members are what its bodies are made of: each is left out, or has one of the values.
	members map[string][]any
	// base is what some bodies have beside; nil for nothing.
	base object
}

// trials returns the kinds of writes, on a customer with parts of every kind.
func trials(of swept) map[string]dryTrial {
	text := []any{"Harbor", "", 7, nil}
	return map[string]dryTrial{
		"create": {http.MethodPost, "/v3/customers", map[string][]any{
			"name": text, "email": {customerEmail, "nobody", nil}, "planKey": {"merchant", "payer", "gold"}, "vanityName": {"harbor", "wharf", "-"},
			"merchantKey": {"key", "other"}, "legalEntity": {legalEntity(), object{"businessTaxId": "1"}}, "defaultBank": {bank(), object{}},
			"username": {"mira", "ada"}, "password": {password, "short"}, "bogus": {1}, "status": {"active"},
		}, minimal("merchant")},
		"update": {http.MethodPatch, of.path(), map[string][]any{
			"name": text, "email": {customerEmail, "x"}, "vanityName": {"harbor", "wharf", nil}, "merchantKey": {"key", "other"},
			"address": {address(), otherAddress(), nil}, "legalEntity": {legalEntity(), object{"businessName": "Reject Ltd"}}, "meta": {object{"a": 1}, 3},
		}, nil},
		"status":   {http.MethodPatch, of.path(), map[string][]any{"status": {"active", "disabled", "locked", "asleep"}, "planKey": {"merchant", "payer"}}, nil},
		"settings": {http.MethodPut, of.path(), map[string][]any{"settings": {events(true, "https://hooks.example/in"), events(true, "http://plain.example"), object{"customers": object{"allowDataUnmask": true}}, nil}}, nil},
		"bank": {http.MethodPost, of.path("/banks"), map[string][]any{
			"nameOnAccount": text, "accountHolderType": {"company", "robot"}, "accountType": {"checking"}, "routingNumber": {"110000000", "110000001"},
			"accountNumber": {accountNumber, "12"}, "currency": {"USD", "EUR"}, "country": {"USA"},
		}, bank()},
		"owner":    {http.MethodPost, of.path("/owners"), map[string][]any{"title": text, "stakePercent": {"20", "90"}, "personalTaxId": {ownerTax, "1"}, "contact": {contact(), object{}}}, partner("Dana")},
		"user":     {http.MethodPost, of.path("/users"), map[string][]any{"username": {"ada", "grace", ""}, "password": {password, "x"}, "role": {"admin", "clerk", "king"}}, nil},
		"key":      {http.MethodPost, of.path("/keys"), map[string][]any{"name": text, "scopes": {[]any{"read"}, []any{}, []any{"fly"}}, "expiresInSeconds": {60, -1}}, object{"name": "n", "scopes": []any{"read"}}},
		"rotation": {http.MethodPost, of.path("/keys/rotate"), map[string][]any{"graceSeconds": {0, 60, -5}}, nil},
		"webhook":  {http.MethodPost, of.path("/webhooks/" + of.webhook + "/secret"), map[string][]any{"graceSeconds": {0, 60, -5}}, nil},
		"decision": {http.MethodPatch, of.path("/identity"), map[string][]any{"status": {"verified", "rejected", "retry", "maybe"}, "reason": text}, nil},
		"document": {http.MethodPatch, of.path("/documents/" + of.document), map[string][]any{"decision": {"accepted", "rejected", "lost"}, "reason": text}, nil},
		"link":     {http.MethodPost, of.path("/onboarding-links"), map[string][]any{"collect": {"due", "all"}, "expiresInSeconds": {3600, -1}}, nil},
	}
}

// The answer to a dry run is the answer that the request gets right after it, but for ids,
// keys and the reference: status, body, every field at fault, conflicts, version. That
// holds for good and bad bodies of every kind of write, with and without If-Match.
func TestADryRunForetellsTheAnswer(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	for name := range trials(swept{}) {
		t.Run(name, func(t *testing.T) {
			e := e.in(t)
			p := e.platform()
			of := e.victim(p)
			kind := trials(of)[name]
			refused, done := 0, 0
			rapid.Check(t, func(r *rapid.T) {
				body, often := object{}, 1
				if kind.base != nil && rapid.Bool().Draw(r, "from the base") {
					body, often = with(kind.base, nil), 7
				}
				for _, member := range sorted(keysOf(kind.members)) {
					if rapid.IntRange(0, often).Draw(r, "with "+member) == 0 {
						body[member] = rapid.SampledFrom(kind.members[member]).Draw(r, member)
					}
				}
				c := p.self().in(t)
				if match := rapid.SampledFrom([]string{"", "", "", `"1"`, "*"}).Draw(r, "If-Match"); match != "" && kind.path == of.path() {
					c = c.with("If-Match", match)
				}
				tried := c.do(kind.method, kind.path+"?dryRun=true", body, wrong|shows)
				whole := c.do(kind.method, kind.path, body, wrong|shows)
				if alike(r, tried, whole); whole.Status < http.StatusMultipleChoices {
					done++
				} else {
					refused++
				}
			})
			if done == 0 || refused == 0 {
				t.Errorf("%d were done and %d refused: the law was not tried", done, refused)
			}
		})
	}
}

// Keys, secrets, links and tokens that a dry run makes up are left out of its answer, an
// unknown value of the parameter is refused, and dryRun=false is the request itself.
func TestADryRunShowsNoSecret(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	of := e.victim(p)
	c := p.self()
	c.post("/v3/customers?dryRun=true", minimal("merchant")).ok(http.StatusCreated).lacks("keys")
	c.post(of.path("/keys?dryRun=true"), object{"name": "n", "scopes": []any{"read"}}).ok(http.StatusCreated).lacks("secret")
	c.post(of.path("/keys/rotate?dryRun=true"), nil).ok(http.StatusCreated).lacks("keys")
	c.post(of.path("/webhooks/"+of.webhook+"/secret?dryRun=true"), nil).ok(http.StatusCreated).lacks("secret")
	c.post(of.path("/onboarding-links?dryRun=true"), object{}).ok(http.StatusCreated).lacks("url")
	c.post(of.path("/users/invitations?dryRun=true"), object{"username": "jo"}).ok(http.StatusCreated).lacks("url")
	p.browser().post("/v3/tokens?dryRun=true", object{"card": card()}).ok(http.StatusCreated).lacks("token")
	c.do(http.MethodPost, "/v3/customers?dryRun=perhaps", minimal("merchant"), wrong).refused(http.StatusUnprocessableEntity, "validationError", "dryRun")
	c.do(http.MethodGet, "/v3/customers?dryRun=true", nil, wrong).refused(http.StatusUnprocessableEntity, "validationError", "dryRun")
	made := c.post("/v3/customers?dryRun=false", minimal("merchant"), shows).ok(http.StatusCreated)
	if made.Header.Get("Dry-Run") != "" || made.Str("keys.secret") == "" {
		t.Errorf("dryRun=false answers %s with %v", made.Text, made.Header)
	}
}

// A dry run is refused where the request would be: without authority, for the customers of
// others, and for a version that is not the present one. An idempotency key of a dry run is
// free for the request itself, also for another one.
func TestADryRunIsRefusedAsTheRequestIs(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	of := p.merchant()
	name := object{"name": "Another"}
	e.client().do(http.MethodPost, "/v3/customers?dryRun=true", minimal("merchant"), wrong).ok(http.StatusUnauthorized)
	p.restricted("read").post("/v3/customers?dryRun=true", minimal("merchant")).refused(http.StatusForbidden, "insufficientScope", "")
	rival.self().patch(of.path("?dryRun=true"), name).ok(http.StatusNotFound)
	p.self().with("If-Match", `"9"`).patch(of.path("?dryRun=true"), name).ok(http.StatusPreconditionFailed)
	keyed := p.self().with("Idempotency-Key", "once")
	keyed.patch(of.path("?dryRun=true"), name).ok(http.StatusOK)
	keyed.patch(of.path(), object{"name": "Other"}).ok(http.StatusOK).is("name", "Other")
	keyed.patch(of.path("?dryRun=true"), name).ok(http.StatusOK).is("name", "Another")
}
