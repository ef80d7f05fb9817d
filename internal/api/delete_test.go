package api_test

import (
	"net/http"
	"testing"
)

// Deleting erases: afterwards no caller finds the customer, its credentials are dead and
// its names are free.
func TestDeletingErases(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child, _ := p.child(complete())
	if got := p.self().delete(child.path()).ok(http.StatusNoContent); got.Text != "" {
		t.Errorf("there is a body: %s", got.Text)
	}
	p.self().get(child.path()).refused(http.StatusNotFound, "notFound", "")
	p.self().delete(child.path()).refused(http.StatusNotFound, "notFound", "")
	child.self().get(child.path()).refused(http.StatusUnauthorized, "invalidCredentials", "")
	p.self().get("/v3/customers").ok(http.StatusOK).is("count", 0.0)
	p.child(complete())
}

// A customer with children cannot be deleted, and no customer can delete itself.
func TestWhoCannotBeDeleted(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	p := e.platform()
	child := p.merchant()
	e.operator.self().delete(p.path()).refused(http.StatusConflict, "customerHasChildren", "")
	child.self().delete(child.path()).refused(http.StatusForbidden, "insufficientResourceAccess", "")
	e.operator.self().delete(e.operator.path()).ok(http.StatusForbidden)
	p.self().delete(child.path()).ok(http.StatusNoContent)
	e.operator.self().delete(p.path()).ok(http.StatusNoContent)
}
