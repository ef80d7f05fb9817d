package rules_test

import (
	"strconv"

	"tenantry/customers"
	"tenantry/internal/dialect/straddle/rules"
	"tenantry/internal/dialect/straddle/status"
	"tenantry/internal/patch"
	"tenantry/internal/secret"
	"tenantry/internal/testkit"
)

// screen makes a Straddle customer of the platform that is a person, the nth, with that
// processing method.
func screen(h *testkit.Env, n int, processing string) (*customers.Customer, error) {
	h.T.Helper()
	in := rules.CustomerInput{PlanKey: "payer"}
	testkit.Must(h.T, patch.Decode([]byte(`{"name":"Ada Byron","email":"ada`+strconv.Itoa(n)+`@example.com","contact":{"phone":"+12125550100"}}`), &in.Input))
	in.Screening = rules.ReviewInput{Kind: patch.Of("individual"), IPAddress: patch.Of(secret.New("10.0.0.1")), Processing: patch.Of(processing)}
	return h.Svc.Straddle.Create(h.T.Context(), h.As(h.Cove), in)
}

// screened makes a Straddle customer as screen does, and ends the test when that is
// refused.
func screened(h *testkit.Env, n int, processing string) *customers.Customer {
	h.T.Helper()
	c, err := screen(h, n, processing)
	testkit.Must(h.T, err)
	return c
}

// hasStatus demands that a Straddle customer has that status, and returns its record.
func hasStatus(h *testkit.Env, c *customers.Customer, want status.Status) *customers.Customer {
	h.T.Helper()
	now, err := h.Store.Get(h.T.Context(), c.Ref())
	testkit.Must(h.T, err)
	if status.Of(now) != want {
		h.T.Fatalf("its status is %s, want %s: %+v", status.Of(now), want, now.Identity)
	}
	return now
}
