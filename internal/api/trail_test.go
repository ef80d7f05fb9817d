package api_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"tenantry/tenancy"
)

// The event of a request has the reference of its answer, the network that it came from
// and what its client calls itself, in no more than 200 characters.
func TestEventsNameTheirRequest(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	made := p.self().with("User-Agent", "billing/2.1").post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
	e.Relay()
	page := p.self().get("/v3/events?type=key.created").ok(http.StatusOK)
	page.is("results.0.ref", made.Header.Get("X-Request-Id")).is("results.0.userAgent", "billing/2.1").is("results.0.address", "127.0.0.0/24").
		is("results.0.about.key.id", made.Str("id")).is("results.0.number", 2.0)
	p.self().post("/v3/events/"+page.Str("results.0.id")+"/verify", page.At("results.0")).ok(http.StatusOK)
}

// A refused scope and a refused unmasking are in the trail of the account whose credential
// asked, through every API, with the route and the count.
func TestDeniedRequestsAreInTheTrail(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	m := p.merchant()
	minted := p.self().post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
	reader := e.client("Authorization", "Bearer "+minted.Str("secret"), "X-CUSTOMER-ID", p.id)
	for range 3 {
		reader.post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}).refused(http.StatusForbidden, "insufficientScope", "")
	}
	p.self().get(m.path("/unmasked?reason=curious")).ok(http.StatusForbidden)
	if err := e.Svc.Access.FlushAttempts(t.Context()); err != nil {
		t.Fatal(err)
	}
	denied := p.self().get("/v3/events?type=access.denied").ok(http.StatusOK)
	seen := map[string]float64{}
	for i := range denied.List("results") {
		at := "results." + string(rune('0'+i)) + ".about.attempts."
		seen[denied.Str(at+"operation")+" "+denied.Str(at+"code")] = denied.At(at + "count").(float64)
	}
	if len(seen) != 2 || seen["POST /v3/keys insufficientScope"] != 3 || seen["GET /v3/customers/:id/unmasked policyForbids"] != 1 {
		t.Errorf("the trail tells of %v", seen)
	}
}

// A change that came over the local socket names the user of the system that the kernel
// vouches for, and no network; a client cannot say it itself.
func TestLocalEventsNameTheSystemUser(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	ctx := tenancy.WithOrigin(t.Context(), tenancy.Origin{SystemUser: "ada (1000)", Ref: "invented"})
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://tenantry.local/v3/customers/"+p.id+"/keys/rotate", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.RemoteAddr = "@"
	answer := httptest.NewRecorder()
	e.API.AdminHandler().ServeHTTP(answer, request)
	if answer.Code != http.StatusCreated {
		t.Fatalf("the answer is %d", answer.Code)
	}
	e.Relay()
	e.local().get("/v3/events?type=key.rotated").ok(http.StatusOK).is("results.0.systemUser", "ada (1000)").
		is("results.0.ref", answer.Header().Get("X-Request-Id")).lacks("results.0.address")
	p.self().get("/v3/events?type=key.rotated").ok(http.StatusOK).lacks("results.0.systemUser", "results.0.userAgent")
}
