package customers_test

import (
	"context"
	"testing"

	"tenantry/customers"
	"tenantry/internal/fault"
)

// A name is claimed before its user's password is hashed, so that taken names cost
// no slow hash; the claim is given back when the hash cannot be made.
func TestNamesAreClaimedBeforePasswordsAreHashed(t *testing.T) {
	t.Parallel()
	watch, watched := spied()
	h := open(t, watched)
	add := func(ctx context.Context) error {
		return errorOf(h.svc.AddUser(ctx, h.as(h.cove), "", input[customers.UserInput](t, `{"username":"mira","password":"long enough"}`)))
	}
	create := func(ctx context.Context) error {
		return errorOf(h.svc.Create(ctx, h.as(h.cove), input[customers.CreateInput](t,
			`{"name":"M","email":"m@example.com","planKey":"merchant","username":"mira","password":"long enough"}`)))
	}
	for name, try := range map[string]func(context.Context) error{"AddUser": add, "Create": create} {
		// The request ends behind the claim, so that the hash, which is next, is not made.
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		watch.reset()
		watch.trap("Reserve", func(call func() error) error {
			defer cancel()
			return call()
		})
		if err := try(ctx); fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", name, err)
		}
		calls := watch.since()
		if len(calls) < 2 || calls[len(calls)-1] != "Release" {
			t.Errorf("%s ends with %v", name, calls)
		}
	}
	must(t, create(t.Context()))
	duplicate(t, add(t.Context()), "username")
}
