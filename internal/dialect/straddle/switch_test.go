package straddle_test

import (
	"net/http"
	"testing"

	"tenantry/customers/lifecycle"
	"tenantry/internal/patch"
	"tenantry/internal/testkit"
)

// A platform below an account that is switched off is refused in the vendor's shape.
func TestTheAccountAboveIsSwitchedOff(t *testing.T) {
	t.Parallel()
	w := install(t)
	above := w.below("", "Above")
	off := w.below(above.ID, "Below")
	w.as(off).get("/customers").ok(http.StatusOK)
	in := lifecycle.UpdateInput{CustomerID: above.ID}
	testkit.Must(t, patch.Decode([]byte(`{"status":"disabled"}`), &in.Input))
	_, err := w.Svc.Lifecycle.Update(t.Context(), w.caller(""), in)
	testkit.Must(t, err)
	w.as(off).do(http.MethodGet, "/customers", nil).refused(http.StatusForbidden, "/forbidden")
	w.as(off).do(http.MethodPost, "/customers", person(1)).refused(http.StatusForbidden, "/forbidden")
}
