package customers

import (
	"context"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// SignUp makes a tenant of its own for whoever asks, with its first keys: in a
// sandbox only, for trying clients out. Whoever serves it must limit how often. It
// returns NotFound in live mode.
func (s *Service) SignUp(ctx context.Context, planKey string) (Created, error) {
	if s.mode != keys.Test {
		return Created{}, fault.NotFoundError()
	}
	root, err := s.store.Root(ctx)
	if err != nil {
		return Created{}, storeFault(err, "reading the operator")
	}
	caller := tenancy.Caller{Actor: root, Subject: root, Credential: tenancy.Credential{
		Kind: tenancy.LocalSocket, ID: "sign-up", Scopes: tenancy.CustomersWrite,
	}}
	if err := s.mayHaveChildren(root); err != nil {
		return Created{}, err
	}
	d := s.begin(caller, root, tenancy.ID{})
	d.fillProfile(CreateProfileInput{PlanKey: planKey, ProfileInput: ProfileInput{Name: patch.Of(marketplaceName)}}, root)
	d.c.Identity.Basic = false
	if err := d.err(); err != nil {
		return Created{}, err
	}
	return s.insert(ctx, d, CreateInput{}, root)
}
