package customers

import (
	"context"
	"strings"
	"unicode/utf8"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

const (
	minReason = 3
	maxReason = 256
)

// Unmasked reads a customer with tax and account numbers in full. The reading,
// with its reason, is in the audit trail before it is answered. It returns
// NotFound, Forbidden (scope; policyForbids when the settings of the actor or of
// the subject do not allow it) and Invalid for a missing reason.
func (s *Service) Unmasked(ctx context.Context, caller tenancy.Caller, in UnmaskInput) (View, error) {
	c, err := s.reach(ctx, caller, in.CustomerID, tenancy.Need{Scope: tenancy.Unmask})
	if err != nil {
		return View{}, err
	}
	if !mayUnmask(stored(caller.Actor)) || !mayUnmask(stored(caller.Subject)) {
		return View{}, fault.New(fault.Forbidden, fault.CodePolicy,
			"reading sensitive fields in full is switched off for this account; the platform above can set settings.customers.allowDataUnmask")
	}
	reason := strings.TrimSpace(in.Reason)
	var faults fault.List
	switch {
	case reason == "":
		faults.Add("reason", fault.Missing, "say why you need the sensitive fields: it is kept in the audit trail")
	case utf8.RuneCountInString(reason) < minReason:
		faults.Add("reason", fault.TooShort, "at least 3 characters")
	default:
		checkText(&faults, reason, "reason", maxReason)
	}
	if err := faults.Err(); err != nil {
		return View{}, err
	}
	c, err = s.change(ctx, caller, c, 0, "customer.unmasked", func(d *draft) error {
		d.reason, d.always = reason, true
		return nil
	})
	if err != nil {
		return View{}, err
	}
	return s.viewFor(caller, c, true)
}

// mayUnmask tells whether the policy of an account allows it. Acting for a
// customer that holds the policy lends it to nobody.
func mayUnmask(account *Customer) bool {
	return tenancy.IsOperator(account) || account.Settings.MayUnmask()
}
