package rules_test

import (
	cryptorand "crypto/rand"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/internal/dialect/dwolla/rules"
	"tenantry/internal/patch"
	"tenantry/internal/seal"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// sealedController is a controller with a passport.
func sealedController() rules.ControllerInput {
	c := controller()
	c.PersonalTaxID = patch.Field[secret.Text]{}
	c.Passport = patch.Of(fields.PassportInput{Number: hidden("P-77553311"), Country: patch.Of("DE")})
	return c
}

// What a controller gave is sealed, shown in unmasked answers alone, and renewed with
// the ring.
func TestControllersAreSealed(t *testing.T) {
	t.Parallel()
	s, swapping := testkit.Swapped()
	h := testkit.Open(t, swapping)
	foreign := enroll(h, company(func(in *rules.CustomerInput) { in.Controller = patch.Of(sealedController()) })).ID
	home := enroll(h, company(mailed("home@b.example"))).ID
	views := func() string {
		text, err := json.Marshal([]any{h.FullView(foreign), h.FullView(home)})
		testkit.Must(t, err)
		return string(text)
	}
	before := views()
	for _, text := range []string{"P-77553311", `"last4":"3311"`, "1980-01-31", `"personalTaxId":"6789"`, "99.99.99.99"} {
		t.Run(text, func(t *testing.T) {
			if !strings.Contains(before, text) {
				t.Errorf("%s is not shown", text)
			}
		})
	}
	newer, err := s.Now().(*seal.Ring).AddVersion(cryptorand.Reader, 0)
	testkit.Must(t, err)
	s.Use(newer)
	h.Reseal()
	for _, id := range []string{foreign, home} {
		t.Run(id, func(t *testing.T) {
			h := h.In(t)
			c := h.Record(id).Enrollment.Controller
			boxed := []*customers.Sealed{c.DateOfBirth, c.PersonalTaxID}
			if c.Passport != nil {
				boxed = append(boxed, c.Passport.Number)
			}
			for i, sealed := range boxed {
				if sealed != nil && !newer.IsCurrent(sealed.Box) {
					t.Errorf("value %d is not under the newest key", i)
				}
			}
		})
	}
	s.Use(newer.DropOld())
	if diff := cmp.Diff(before, views()); diff != "" {
		t.Errorf("values changed: %s", diff)
	}
}
