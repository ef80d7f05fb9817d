package api_test

import (
	"net/http"
	"testing"
)

// Sensitive fields are shown in full if the policy allows it and a reason is given, by
// query or header.
func TestUnmasked(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	path := child.path("/unmasked")
	p.self().get(path+"?reason=chargeback").refused(http.StatusForbidden, "policyForbids", "")
	e.operator.self().put(p.path(), object{"settings": object{"customers": object{"allowDataUnmask": true}}}).ok(http.StatusOK)

	p.self().get(path).refused(http.StatusUnprocessableEntity, "validationError", "reason").detail("parameterMissing")
	p.self().get(path+"?reason=no", wrong).refused(http.StatusUnprocessableEntity, "validationError", "reason")
	got := p.self().get(path+"?reason=chargeback%207", shows).ok(http.StatusOK).
		is("legalEntity.personalTaxId", personalTax).is("legalEntity.businessTaxId", businessTax).is("defaultBank.accountNumber", accountNumber).
		is("legalEntity.additionalOwners.0.personalTaxId", ownerTax)
	got.lacks("keys", "password")
	p.self().with("X-Reason", "chargeback").get(path, shows).ok(http.StatusOK)

	// A child without the policy, a key without the scope, and strangers are refused.
	child.self().get(path+"?reason=chargeback").refused(http.StatusForbidden, "insufficientPlan", "")
	p.restricted("read").get(path+"?reason=chargeback").refused(http.StatusForbidden, "insufficientScope", "")
	e.platform().self().get(path+"?reason=chargeback").refused(http.StatusNotFound, "notFound", "")
}

// Each reading is recorded before it is answered: the version shows it.
func TestUnmaskingIsRecorded(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	child, _ := e.platform().child(complete())
	e.operator.self().get(child.path("/unmasked?reason=audit"), shows).ok(http.StatusOK)
	if got := e.operator.self().get(child.path()).Header.Get("ETag"); got != `"2"` {
		t.Errorf("the version is %s", got)
	}
}
