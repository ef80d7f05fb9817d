package customers_test

import (
	cryptorand "crypto/rand"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
)

// sealedController is a controller with a passport.
func sealedController() customers.ControllerInput {
	c := controller()
	c.PersonalTaxID = patch.Field[secret.Text]{}
	c.Passport = patch.Of(customers.PassportInput{Number: hidden("P-77553311"), Country: patch.Of("DE")})
	return c
}

// What a controller gave is sealed, shown in unmasked answers alone, and renewed with
// the ring.
func TestControllersAreSealed(t *testing.T) {
	t.Parallel()
	s, swapping := swapped()
	h := open(t, swapping)
	foreign := h.enrol(company(func(in *customers.EnrolmentInput) { in.Controller = patch.Of(sealedController()) })).id
	home := h.enrol(company(mailed("home@b.example"))).id
	views := func() string {
		text, err := json.Marshal([]any{h.fullView(foreign), h.fullView(home)})
		must(t, err)
		return string(text)
	}
	before := views()
	for _, text := range []string{"P-77553311", "1980-01-31", `"personalTaxId":"6789"`, "99.99.99.99"} {
		if !strings.Contains(before, text) {
			t.Errorf("%s is not shown", text)
		}
	}
	newer, err := s.now().(*seal.Ring).AddVersion(cryptorand.Reader)
	must(t, err)
	s.use(newer)
	h.reseal()
	for _, id := range []string{foreign, home} {
		c := h.record(id).Enrolment.Controller
		boxed := []*customers.Sealed{c.DateOfBirth, c.PersonalTaxID}
		if c.Passport != nil {
			boxed = append(boxed, c.Passport.Number)
		}
		for i, sealed := range boxed {
			if sealed != nil && !newer.IsCurrent(sealed.Box) {
				t.Errorf("value %d is not under the newest key", i)
			}
		}
	}
	s.use(newer.DropOld())
	if diff := cmp.Diff(before, views()); diff != "" {
		t.Errorf("values changed: %s", diff)
	}
}
