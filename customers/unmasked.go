package customers

import (
	"context"
	"strings"
	"unicode/utf8"

	"tenantry/internal/check"
	"tenantry/internal/fault"
	"tenantry/plans"
	"tenantry/tenancy"
)

const (
	minReason = 3
	maxReason = 256
)

// Unmasked reads a customer with tax and account numbers in full. The reading,
// with its reason, is in the audit trail before it is answered. It returns
// NotFound, Forbidden (scope; insufficientPlan or policyForbids when the actor or
// the subject may not) and Invalid for a missing reason.
func (s *Service) Unmasked(ctx context.Context, caller tenancy.Caller, in UnmaskInput) (View, error) {
	c, err := s.reach(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Unmask})
	if err != nil {
		return View{}, err
	}
	if err := s.mayUnmask(ctx, stored(caller.Actor)); err != nil {
		return View{}, err
	}
	if err := s.mayUnmask(ctx, stored(caller.Subject)); err != nil {
		return View{}, err
	}
	reason, err := unmaskReason(in.Reason)
	if err != nil {
		return View{}, err
	}
	c, err = s.Change(ctx, caller, At{Customer: c, Need: tenancy.Need{Scope: tenancy.Unmask}}, "customer.unmasked", func(d *draft) error {
		d.reason, d.always = reason, true
		return nil
	})
	if err != nil {
		return View{}, err
	}
	return s.viewFor(caller, c, true)
}

// unmaskReason gives the reason for a reading that is recorded. It returns Invalid
// for one that is missing.
func unmaskReason(given string) (string, error) {
	reason := strings.TrimSpace(given)
	var faults fault.List
	switch {
	case reason == "":
		faults.Add("reason", fault.Missing, "say why you need the sensitive fields: it is kept in the audit trail")
	case utf8.RuneCountInString(reason) < minReason:
		faults.Add("reason", fault.TooShort, "at least 3 characters")
	default:
		check.Text(&faults, reason, "reason", maxReason)
	}
	return reason, faults.Err()
}

// mayUnmask tells whether an account may read in full: its plan has the feature,
// and it and everyone above it but the operator hold the policy, so that taking
// the policy from a platform takes it from all below. Acting for a customer that
// holds it lends it to nobody.
func (s *Service) mayUnmask(ctx context.Context, account *Customer) error {
	if tenancy.IsOperator(account) {
		return nil
	}
	if !s.PlanStatus(account).Features[string(plans.Unmask)] {
		return fault.New(fault.Forbidden, fault.CodePlan, "the plan of this account does not include reading sensitive fields in full")
	}
	holders := []*Customer{account}
	for _, id := range account.Path[1:] {
		above, err := s.store.Get(ctx, tenancy.Ref{Tenant: account.Tenant, ID: id})
		if err != nil {
			return storeFault(err, "reading the policies above "+account.Ref().String())
		}
		holders = append(holders, above)
	}
	for _, holder := range holders {
		if !holder.Settings.MayUnmask() {
			return fault.New(fault.Forbidden, fault.CodePolicy,
				"reading sensitive fields in full is switched off for this account or for one above it; whoever is above can set settings.customers.allowDataUnmask")
		}
	}
	return nil
}
