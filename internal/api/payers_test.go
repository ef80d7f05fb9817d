package api_test

import (
	"net/http"
	"testing"

	"tenantry/internal/testkit"
)

// A payer is made, read, listed and changed in its lighter form, is a customer on the plan
// of payers, and has no keys.
func TestPayersAreCustomers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	jo := object{
		"name": "Jo Lindqvist", "email": "jo@lindqvist.example", "externalId": "c-1187", "meta": object{"crmId": 40417},
		"address": object{"street1": "18 Quay Street", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
	}
	made := p.self().post("/v3/payers", jo).ok(http.StatusCreated)
	made.is("object", "payer").is("ownerId", p.id).is("status", "active").is("meta.crmId", 40417.0).is("address.city", "Portland").
		lacks("planKey", "keys", "planStatus", "settings")
	id := made.Str("id")
	if made.Header.Get("Location") != "/v3/payers/"+id || made.Header.Get("ETag") == "" {
		t.Errorf("the headers are %v", made.Header)
	}
	p.self().get("/v3/customers/"+id).ok(http.StatusOK).is("object", "customer").is("planKey", "payer").is("externalId", "c-1187")
	p.self().get("/v3/payers/"+id).ok(http.StatusOK).is("name", "Jo Lindqvist")
	changed := p.self().with("If-Match", made.Header.Get("ETag")).do(http.MethodPatch, "/v3/payers/"+id, object{"email": "billing@lindqvist.example"}).ok(http.StatusOK)
	changed.is("email", "billing@lindqvist.example").is("name", "Jo Lindqvist")
	p.self().with("If-Match", made.Header.Get("ETag")).do(http.MethodPut, "/v3/payers/"+id, object{"email": "x@lindqvist.example"}).ok(http.StatusPreconditionFailed)
	p.self().do(http.MethodPut, "/v3/payers/"+id, object{"status": "disabled"}).ok(http.StatusOK).is("status", "disabled")

	m := p.merchant()
	list := p.self().get("/v3/payers").ok(http.StatusOK)
	list.is("count", 1.0).is("results.0.id", id).is("results.0.object", "payer").is("settings.limit", 50.0)
	p.self().get("/v3/payers?externalId=c-1187").ok(http.StatusOK).is("count", 1.0)
	p.self().get("/v3/payers?planKey=merchant", wrong).refused(http.StatusUnprocessableEntity, "validationError", "planKey") // it lists payers alone
	p.self().get("/v3/payers/"+m.id).refused(http.StatusNotFound, "notFound", "")
	p.self().do(http.MethodPatch, "/v3/payers/"+m.id, object{"name": "X"}).refused(http.StatusNotFound, "notFound", "")
}

// What a payer may hold is checked like a customer; other members are refused by name.
func TestPayersAreChecked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for member, in := range map[string]object{
		"name":    {"email": "jo@example.com"},
		"email":   {"name": "Jo", "email": "nobody"},
		"planKey": {"name": "Jo", "email": "jo@example.com", "planKey": "merchant"},
		"status":  {"name": "Jo", "email": "jo@example.com", "status": "active"},
		"country": {"name": "Jo", "email": "jo@example.com", "address": object{"street1": "1 A", "city": "B", "country": "XX"}},
	} {
		t.Run(member, func(t *testing.T) {
			p := p.in(t)
			named := member
			if member == "country" {
				named = "address.country"
			}
			p.self().in(t).post("/v3/payers", in, wrong).refused(http.StatusUnprocessableEntity, "validationError", named)
		})
	}
	p.self().get("/v3/payers?limit=0", wrong).refused(http.StatusUnprocessableEntity, "validationError", "limit")
	m := p.merchant()
	m.self().post("/v3/payers", object{"name": "Jo", "email": "jo@example.com"}).refused(http.StatusForbidden, "insufficientPlan", "")
}

// Payers are as closed as customers: to strangers, to other tenants, to credentials
// without the scope; and where an account demands unique addresses of e-mail, theirs are.
func TestPayersAreClosedToOthers(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p, rival := e.platform(), e.platform()
	jo := object{"name": "Jo", "email": "jo@example.com"}
	id := p.self().post("/v3/payers", jo).ok(http.StatusCreated).Str("id")
	e.client().get("/v3/payers/"+id).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client().post("/v3/payers", jo).refused(http.StatusUnauthorized, "invalidCredentials", "")
	rival.self().get("/v3/payers/"+id).refused(http.StatusNotFound, "notFound", "")
	rival.self().do(http.MethodPut, "/v3/payers/"+id, object{"name": "X"}).refused(http.StatusNotFound, "notFound", "")
	rival.self().get("/v3/payers").ok(http.StatusOK).is("count", 0.0)
	minted := p.self().post("/v3/keys", object{"name": "n", "scopes": []any{"read"}}, shows).ok(http.StatusCreated)
	reader := e.client("Authorization", "Bearer "+minted.Str("secret"), "X-CUSTOMER-ID", p.id)
	reader.get("/v3/payers/" + id).ok(http.StatusOK)
	reader.post("/v3/payers", jo).refused(http.StatusForbidden, "insufficientScope", "")
	reader.do(http.MethodPatch, "/v3/payers/"+id, object{"name": "X"}).refused(http.StatusForbidden, "insufficientScope", "")

	if _, err := e.Update(e.Operator, p.id, `{"settings":{"customers":{"uniqueEmail":true}}}`); err != nil {
		t.Fatal(err)
	}
	p.self().post("/v3/payers", jo).refused(http.StatusConflict, "conflict", "email")
}

// The public profile of a merchant is what it tells its customers, to anyone who knows its
// vanity name, and nothing else of its record; a merchant that is not active, or below an
// account that is not, has none.
func TestMerchantProfilesArePublic(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	shop := p.self().post("/v3/customers", object{
		"name": "Harbor Lane LLC", "email": "books@harborlane.example", "planKey": "merchant", "vanityName": "harbor-lane",
		"address":  object{"street1": "18 Quay Street", "city": "Portland", "state": "ME", "postalCode": "04101", "country": "USA"},
		"contact":  object{"firstName": "Mira", "lastName": "Okafor"},
		"merchant": object{"businessName": "Harbor Lane Bicycles", "supportEmail": "help@harborlane.example", "statementDescriptor": "HARBOR LANE"},
	}, shows).ok(http.StatusCreated)
	const path = "/v3/merchants/harbor-lane"
	profile := e.client().get(path).ok(http.StatusOK)
	profile.is("object", "merchant").is("vanityName", "harbor-lane").is("businessName", "Harbor Lane Bicycles").is("supportEmail", "help@harborlane.example")
	testkit.Conceals(t, "the profile", []byte(profile.Text), shop.Str("id"), p.id, "books@", "Quay Street", "Okafor", "LLC")
	e.client("X-PUBLISHABLE-KEY", shop.Str("keys.publishable")).get(path).ok(http.StatusOK).is("businessName", "Harbor Lane Bicycles")
	e.client("X-PUBLISHABLE-KEY", "pk_test_wrong").get(path).refused(http.StatusUnauthorized, "invalidCredentials", "")
	e.client("Origin", "https://shop.example", "Access-Control-Request-Method", "GET").do(http.MethodOptions, path, nil).ok(http.StatusNoContent)

	p.self().post("/v3/customers", object{"name": "J", "email": "j@example.com", "planKey": "payer", "vanityName": "jo"}, shows).ok(http.StatusCreated)
	gone := func(why, path string) {
		t.Helper()
		t.Log(why)
		e.client().get(path).refused(http.StatusNotFound, "notFound", "")
	}
	for _, name := range []string{"nobody", "jo", "HARBOR-LANE", "a%2Fb", "-x"} {
		gone(name, "/v3/merchants/"+name)
	}
	set := func(id, status string) {
		t.Helper()
		if _, err := e.Update(e.Operator, id, `{"status":"`+status+`"}`); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{shop.Str("id"), p.id} {
		set(id, "disabled")
		gone("disabled", path)
		set(id, "active")
		e.client().get(path).ok(http.StatusOK)
	}
}

// The alias for accounts answers a creation in the forms of both generations of clients,
// and the first user's name is echoed as it was sent, and may be sent back.
func TestAccountsAreEchoedForBothGenerations(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	in := object{"name": "Harbor Lane", "email": "books@harborlane.example", "planKey": "merchant", "username": "Mira@HarborLane.example", "password": "correct-horse"}
	made := p.self().post("/v3/customers/accounts", in, shows).ok(http.StatusCreated)
	for _, member := range []string{"id", "name", "keys.secret", "username", "user.username", "created"} {
		if made.Str(member) == "" || made.Str(member) != made.Str("account."+member) {
			t.Errorf("%s is %q, and %q of the account", member, made.Str(member), made.Str("account."+member))
		}
	}
	made.is("username", "Mira@HarborLane.example").lacks("account.account")
	path := "/v3/customers/" + made.Str("id")
	p.self().get(path).ok(http.StatusOK).is("username", "Mira@HarborLane.example").lacks("account")
	p.self().do(http.MethodPut, path, object{"username": "Mira@HarborLane.example", "description": "x"}).ok(http.StatusOK).is("description", "x")
	p.self().do(http.MethodPut, path, object{"username": "other"}).refused(http.StatusUnprocessableEntity, "validationError", "username")
	p.self().post("/v3/customers", object{"name": "B", "email": "b@example.com", "planKey": "merchant"}, shows).ok(http.StatusCreated).lacks("account")
	in["password"] = "short"
	p.self().post("/v3/customers/accounts", in, wrong).refused(http.StatusUnprocessableEntity, "validationError", "password")
}
