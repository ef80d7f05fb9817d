package api_test

import (
	"net/http"
	"testing"
	"time"

	"tenantry/internal/dialect/balanced/rules"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
)

// A platform reports what its ledger did: 201 once, 200 with the same activity when the
// report is repeated, and the customer is unchanged.
func TestActivities(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	shop := p.merchant()
	path := shop.path("/activities")
	sent := object{"type": "debit", "amount": "12.50", "currency": "USD", "reference": "ledger-1"}
	made := p.self().post(path, sent).ok(http.StatusCreated).is("object", "activity").is("amount", "12.50").is("customerId", shop.id)
	again := p.self().post(path, sent).ok(http.StatusOK)
	if again.Text != made.Text {
		t.Errorf("it answers otherwise: %s", again.Text)
	}
	p.self().post(path, with(sent, object{"amount": 13}), wrong).refused(http.StatusConflict, "conflict", "reference")
	e.Clock.Advance(time.Minute)
	p.self().post(path, object{"type": "hold", "amount": 3, "reference": "ledger-2"}, wrong).ok(http.StatusCreated).is("amount", "3.00")
	list := p.self().get(path).ok(http.StatusOK).is("count", 2.0).is("results.0.reference", "ledger-2").is("settings.order", "occurredAt DESC")
	if len(list.List("results")) != 2 {
		t.Errorf("the list is %s", list.Text)
	}
	p.self().get(path+"?order=occurredAt%20ASC&limit=1").ok(http.StatusOK).is("results.0.reference", "ledger-1").Str("settings.nextCursor")
	p.self().get(path+"?type=hold").ok(http.StatusOK).is("count", 1.0)
	for query, parameter := range map[string]string{"type=theft": "type", "order=name%20ASC": "order", "limit=0": "limit", "cursor=x": "cursor"} {
		t.Run(query, func(t *testing.T) {
			p := p.in(t)
			p.self().get(path+"?"+query, wrong).refused(http.StatusUnprocessableEntity, "validationError", parameter)
		})
	}
	p.self().delete(shop.path()).refused(http.StatusConflict, "customerHasActivity", "")
}

// A customer that another dialect created shows in the native API, in the native terms.
func TestFlatCustomersShowNatively(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	caller, err := e.Svc.Access.Local(t.Context(), p.id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = e.Svc.Balanced.Create(t.Context(), caller, rules.CreateInput{PlanKey: "payer", CustomerInput: rules.CustomerInput{
		DateOfBirth: patch.Of(secret.New("1963-07")), Phone: patch.Of("(904) 555"),
		Address: patch.Of(map[string]string{"postal_code": "48120"}), Meta: patch.Of(patch.Raw(`{"any key":"x"}`)),
	}})
	if err != nil {
		t.Fatal(err)
	}
	id := p.self().get("/v3/customers").ok(http.StatusOK).Str("results.0.id")
	p.self().patch("/v3/customers/"+id, object{"status": "disabled"}).ok(http.StatusOK).is("status", "disabled").is("email", "")
	p.self().patch("/v3/customers/"+id, object{"name": nil}, wrong).refused(http.StatusUnprocessableEntity, "validationError", "name")
	p.self().get("/v3/customers").ok(http.StatusOK).is("results.0.name", "").is("results.0.contact.dateOfBirth", "1963-07").
		is("results.0.address.postalCode", "48120").is("results.0.address.country", "")
}
