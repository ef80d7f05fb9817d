package api_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"tenantry/internal/testkit"
)

// A parameter that a request does not know is refused by its name, with the nearest one
// that it knows, and nothing is answered or done.
func TestUnknownParametersAreRefused(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for _, row := range []struct{ path, field, says string }{
		{"/v3/customers?stauts=active", "stauts", "did you mean status?"},
		{"/v3/customers?status=active&tint=red", "tint", "there are limit, offset"},
		{"/v3/customers?metadata.crmId=1", "metadata.crmId", "is not a parameter"},
		{"/v3/whoami?verbose=true", "verbose", "which has none"},
		{p.path() + "/plan-status?plna=payer", "plna", "did you mean plan?"},
		{p.path() + "/events?customer=" + p.id, "customer", "is not a parameter"},
	} {
		t.Run(row.path, func(t *testing.T) {
			p := p.in(t)
			p.self().in(t).get(row.path, wrong).refused(http.StatusUnprocessableEntity, "validationError", row.field).detail("parameterUnknown").explains(row.says)
		})
	}
	before := e.Everybody()
	p.self().post("/v3/customers?dry=true", minimal("merchant"), wrong).refused(http.StatusUnprocessableEntity, "validationError", "dry")
	if e.Everybody() != before {
		t.Error("a request with an unknown parameter made a customer")
	}
	p.self().get("/v3/customers?meta.crmId=40417&status=active").ok(http.StatusOK)
}

// Every parameter that the document describes is known to its route, and no route knows
// another.
func TestTheDocumentNamesTheParametersThatRoutesKnow(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	for path, item := range testkit.LoadContract(t).Doc.Paths.Map() {
		for method, operation := range item.Operations() {
			if !strings.HasPrefix(path, "/v3/") {
				continue
			}
			if method == http.MethodHead || method == http.MethodOptions {
				continue
			}
			var described, known []string
			for _, parameter := range operation.Parameters {
				if parameter.Value.In == "query" {
					described = append(described, strings.Replace(parameter.Value.Name, "meta", "meta.", 1))
				}
			}
			target := strings.NewReplacer("{id}", p.id, "{", "", "}", "").Replace(path)
			got := p.self().Breaking().Do(method, target+"?no+such+parameter=1", nil)
			if got.Optional("error.details.parameter") != "no such parameter" {
				t.Errorf("%s %s takes any parameter: %d %s", method, path, got.Status, got.Text)
			}
			if _, list, some := strings.Cut(got.Str("error.details.explanation"), "there are "); some {
				known = strings.Split(list, ", ")
			}
			if d := cmp.Diff(sorted(described), sorted(known)); d != "" {
				t.Errorf("%s %s (-described +known):\n%s", method, path, d)
			}
		}
	}
}

// planStatus answers for another plan and a later moment, previews answer before there is a
// customer, and a plan says what it asks of anyone.
func TestLookingAheadOverHTTP(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	shop := p.merchant()
	later := url.QueryEscape(e.Clock.Now().Add(48 * time.Hour).Format(time.RFC3339))
	ahead := p.self().get(shop.path() + "/plan-status?plan=merchant-professional&at=" + later).ok(http.StatusOK)
	if ahead.Str("planKey") != "merchant-professional" || !strings.Contains(ahead.Text, "merchant.statementDescriptor.missing") {
		t.Errorf("ahead: %s", ahead.Text)
	}
	p.self().get(shop.path()+"/plan-status?plan=gold").refused(http.StatusUnprocessableEntity, "validationError", "plan")
	p.self().get(shop.path()+"/plan-status?at=2020-01-01T00:00:00Z").refused(http.StatusUnprocessableEntity, "validationError", "at")
	e.platform().self().get(shop.path()+"/plan-status?plan=payer").refused(http.StatusNotFound, "notFound", "")
	e.client().get(shop.path()+"/plan-status?plan=payer").refused(http.StatusUnauthorized, "invalidCredentials", "")
	seen := p.self().post("/v3/plan-status/preview", minimal("merchant")).ok(http.StatusOK)
	if seen.Str("planKey") != "merchant" || len(seen.List("requirements")) == 0 {
		t.Errorf("preview: %s", seen.Text)
	}
	p.self().post("/v3/plan-status/preview", with(minimal("merchant"), object{"planKey": "gold"})).refused(http.StatusUnprocessableEntity, "validationError", "planKey")
	shop.self().post("/v3/plan-status/preview", minimal("merchant")).refused(http.StatusForbidden, "insufficientPlan", "")
	e.client().post("/v3/plan-status/preview", minimal("merchant")).refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().get("/v3/plans/merchant/requirements?country=USA&entityType=LLC").ok(http.StatusOK)
	p.self().get("/v3/plans/merchant/requirements?country=Atlantis").refused(http.StatusUnprocessableEntity, "validationError", "country")
	p.self().get("/v3/plans/gold/requirements").refused(http.StatusNotFound, "notFound", "")
	e.client().get("/v3/plans/merchant/requirements").refused(http.StatusUnauthorized, "invalidCredentials", "")
}

// A change says what it would switch off before it is made, to whoever may make it, and
// nothing is changed; it is refused as the change would be.
func TestAChangeCanBeLookedAtFirst(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	shop, _ := p.child(complete())
	at := shop.path("/plan-status/preview")
	before := p.self().get(shop.path()).ok(http.StatusOK).Text
	seen := p.self().post(at, object{"legalEntity": object{"businessName": nil}}).ok(http.StatusOK)
	seen.is("object", "planStatusPreview").is("reviewStarts", false).is("switchedOff.0", "acceptPayments").is("switchedOff.1", "sendPayments")
	if seen.Str("planStatus.status") != "unverified" || len(seen.List("switchedOn")) != 0 {
		t.Errorf("it would be %s", seen.Text)
	}
	if after := p.self().get(shop.path()).ok(http.StatusOK).Text; after != before {
		t.Error("looking changed the customer")
	}
	p.self().post(at, object{"email": "none"}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "email")
	shop.self().post(at, object{"planKey": "payer"}).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	p.restricted("read").post(at, object{"name": "N"}).refused(http.StatusForbidden, "insufficientScope", "")
	e.platform().self().post(at, object{"name": "N"}).refused(http.StatusNotFound, "notFound", "")
	e.client().post(at, object{"name": "N"}).refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().with("Idempotency-Key", "once").post("/v3/customers", minimal("merchant")).ok(http.StatusCreated)
	p.self().with("Idempotency-Key", "once").post(at, object{"name": "N"}).refused(http.StatusConflict, "idempotencyConflict", "Idempotency-Key")
}

// The operator finds the deposits that wait, in pages and as a file with account numbers,
// which is in the trail with its reason and holds no formula; nobody else does.
func TestDepositsToSend(t *testing.T) {
	t.Parallel()
	e := newEnv(t, func(s *setup) { s.Tunings = []testkit.Tuning{testkit.Live} })
	p := e.platform()
	bank := bank()
	bank["nameOnAccount"] = "=cmd|' /C calc'!A0"
	shop, _ := p.child(with(complete(), object{"defaultBank": bank}))
	operator := e.operator.self()
	list := operator.get("/v3/drops?status=due").ok(http.StatusOK)
	if list.Str("results.0.customerId") != shop.id || strings.Contains(list.Text, accountNumber) {
		t.Errorf("it lists %s", list.Text)
	}
	p.self().get("/v3/drops").refused(http.StatusForbidden, "insufficientResourceAccess", "")
	operator.get("/v3/drops?format=csv").refused(http.StatusUnprocessableEntity, "validationError", "reason")
	operator.get("/v3/drops?status=sent&format=xml", wrong).refused(http.StatusUnprocessableEntity, "validationError", "status")
	file := operator.get("/v3/drops?format=csv&reason=payout+7", shows).ok(http.StatusOK)
	rows, err := csv.NewReader(strings.NewReader(file.Text)).ReadAll()
	if err != nil || len(rows) != 3 || !strings.HasPrefix(file.Header.Get("Content-Type"), "text/csv") {
		t.Fatalf("the file is %q: %v", file.Text, err)
	}
	if row := rows[1]; row[3] != "'"+bank["nameOnAccount"].(string) || row[5] != accountNumber {
		t.Errorf("a row is %q", row)
	}
	if trail := operator.get("/v3/customers/" + e.operator.id + "/events?type=data.exported").ok(http.StatusOK); trail.Str("results.0.reason") != "payout 7" {
		t.Errorf("the trail holds %s", trail.Text)
	}
	at := shop.path() + "/banks/" + list.Str("results.0.bank.id") + "/drops/sent"
	p.self().put(at, nil).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	e.platform().self().put(at, nil).refused(http.StatusNotFound, "notFound", "")
	e.client().put(at, nil).refused(http.StatusUnauthorized, "invalidCredentials", "")
	operator.put(at+"?now=true", nil, wrong).refused(http.StatusUnprocessableEntity, "validationError", "now")
	operator.put(strings.Replace(at, list.Str("results.0.bank.id"), missingID, 1), nil).refused(http.StatusNotFound, "notFound", "")
	operator.put(at, nil).ok(http.StatusOK)
	if left := operator.get("/v3/drops").ok(http.StatusOK); len(left.List("results")) != 0 {
		t.Errorf("what is left is %s", left.Text)
	}
}
