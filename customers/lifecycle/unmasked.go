package lifecycle

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/customers/rows"
	"tenantry/customers/view"
	"tenantry/internal/fault"
	"tenantry/plans"
	"tenantry/tenancy"
)

// UnmaskInput is the input of Unmasked.
type UnmaskInput struct {
	CustomerID string
	// Reason is required, 3 to 256 characters; it is kept in the audit trail.
	Reason string
}

// Unmasked returns a customer with tax and account numbers in full. The reading, with
// its reason, is in the audit trail before it is answered. It returns NotFound,
// Forbidden (scope; insufficientPlan or policyForbids when the actor or the subject may
// not) and Invalid for a missing reason.
func (s *Service) Unmasked(ctx context.Context, caller tenancy.Caller, in UnmaskInput) (view.View, error) {
	c, err := s.registry.Read(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Unmask})
	if err != nil {
		return view.View{}, err
	}
	if err := s.mayUnmask(ctx, registry.Stored(caller.Actor)); err != nil {
		return view.View{}, err
	}
	if err := s.mayUnmask(ctx, registry.Stored(caller.Subject)); err != nil {
		return view.View{}, err
	}
	reason, err := fields.UnmaskReason(in.Reason)
	if err != nil {
		return view.View{}, err
	}
	c, err = s.registry.Change(ctx, caller, registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.Unmask}}, "customer.unmasked", func(d *registry.Draft) error {
		d.Reason, d.Always = reason, true
		return nil
	})
	if err != nil {
		return view.View{}, err
	}
	return s.view.For(caller, c, true)
}

// mayUnmask returns Forbidden unless an account may read in full: its plan has the
// feature, and the account and all above it but the operator hold the policy, so that
// taking the policy from a platform takes it from all below. A caller does not gain the
// policy by acting for a customer that holds it.
func (s *Service) mayUnmask(ctx context.Context, account *customers.Customer) error {
	if tenancy.IsOperator(account) {
		return nil
	}
	if !s.view.PlanStatus(account).Features[string(plans.Unmask)] {
		return fault.New(fault.Forbidden, fault.CodePlan, "the plan of this account does not include reading sensitive fields in full; ask the platform above for a plan with unmask")
	}
	holders := []*customers.Customer{account}
	for _, id := range account.Path[1:] {
		above, err := s.store.Get(ctx, tenancy.Ref{Tenant: account.Tenant, ID: id})
		if err != nil {
			return rows.StoreFault(err, "reading the policies above "+account.Ref().String())
		}
		holders = append(holders, above)
	}
	for _, holder := range holders {
		if !holder.Settings.MayUnmask() {
			return fault.New(fault.Forbidden, fault.CodePolicy,
				"reading sensitive fields in full is switched off for this account or for one above it; an account above can set settings.customers.allowDataUnmask")
		}
	}
	return nil
}
