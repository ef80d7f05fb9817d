package access_test

import (
	"context"
	"testing"

	"tenantry/customers/access"
	"tenantry/customers/lifecycle"
	"tenantry/internal/fault"
	"tenantry/internal/testkit"
)

// A name is claimed before its user's password is hashed, so that taken names cost
// no slow hash; the reservation is released when the hash cannot be made.
func TestNamesAreClaimedBeforePasswordsAreHashed(t *testing.T) {
	t.Parallel()
	watch, watched := testkit.Spied()
	h := testkit.Open(t, watched)
	add := func(ctx context.Context) error {
		return testkit.ErrorOf(h.Svc.Access.AddUser(ctx, h.As(h.Cove), "", testkit.Input[access.UserInput](t, `{"username":"mira","password":"long enough"}`)))
	}
	create := func(ctx context.Context) error {
		return testkit.ErrorOf(h.Svc.Lifecycle.Create(ctx, h.As(h.Cove), testkit.Input[lifecycle.CreateInput](t,
			`{"name":"M","email":"m@example.com","planKey":"merchant","username":"mira","password":"long enough"}`)))
	}
	for name, try := range map[string]func(context.Context) error{"AddUser": add, "Create": create} {
		t.Run(name, func(t *testing.T) {
			// The request ends after the reservation, so that the hash, which is next, is not made.
			ctx, cancel := context.WithCancel(t.Context())
			t.Cleanup(cancel)
			watch.Reset()
			watch.Trap("Reserve", func(call func() error) error {
				defer cancel()
				return call()
			})
			if err := try(ctx); fault.KindOf(err) != fault.Unavailable {
				t.Errorf("%s: %v", name, err)
			}
			calls := watch.Since()
			if len(calls) < 2 || calls[len(calls)-1] != "Release" {
				t.Errorf("%s ends with %v", name, calls)
			}
		})
	}
	testkit.Must(t, create(t.Context()))
	testkit.Duplicate(t, add(t.Context()), "username")
}
