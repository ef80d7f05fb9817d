package registry

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/plans"
	"tenantry/tenancy"
)

// quotaTexts say what a quota counts, with its limit, and what makes room again.
var quotaTexts = map[plans.Quota]struct{ counts, remedy string }{
	plans.Customers:     {"%d customers below the customer that has it", "delete customers that are no longer needed"},
	plans.Keys:          {"%d live keys", "revoke keys that are no longer used"},
	plans.Webhooks:      {"%d webhooks", "remove webhooks that are no longer used"},
	plans.DocumentBytes: {"%d bytes of documents", "send smaller files"},
}

// overQuota returns the refusal of what a plan has no room for. It names the quota as its
// field, the limit and the plan.
func (s *Registry) overQuota(planKey string, name plans.Quota) error {
	text := quotaTexts[name]
	return fault.New(fault.Forbidden, fault.CodeQuota, fmt.Sprintf("the plan %s allows "+text.counts+"; %s, or ask for another plan",
		planKey, s.catalog.Quota(planKey, name), text.remedy)).About(string(name), fault.TooMany)
}

// keepToQuotas refuses a draft that adds to what its customer has more of than the plan
// allows. What a customer had before a plan bounded it stays, and may be reduced.
func (d *Draft) keepToQuotas() error {
	for _, name := range []plans.Quota{plans.Keys, plans.Webhooks, plans.DocumentBytes} {
		limit := d.registry.catalog.Quota(d.Customer.PlanKey, name)
		if limit == 0 {
			continue
		}
		now := usage(name, d.Customer, d.Now)
		if now > limit && (d.Before == nil || now > usage(name, d.Before, d.Now)) {
			return d.registry.overQuota(d.Customer.PlanKey, name)
		}
	}
	return nil
}

// usage returns how much of what a quota bounds a record has.
func usage(name plans.Quota, c *customers.Customer, now time.Time) (total int64) {
	switch name {
	case plans.Keys:
		return int64(keys.CountLive(c.Keys, now))
	case plans.Webhooks:
		return int64(len(c.Webhooks))
	case plans.DocumentBytes:
		for i := range c.Documents {
			total += c.Documents[i].Size
		}
	}
	return total
}

// rooms returns what a write must go with that adds a customer below parent, or removes
// one: the rooms of all above it whose plans bound how many customers they have. It reads
// nothing unless some plan has that quota.
func (s *Registry) rooms(ctx context.Context, caller tenancy.Caller, tenant tenancy.ID, path []tenancy.ID) ([]rows.Companion, error) {
	if !s.catalog.Bounds(plans.Customers) {
		return nil, nil
	}
	var list []rows.Companion
	for _, id := range path[min(1, len(path)):] { // nothing bounds the operator
		above, err := s.known(ctx, caller, tenancy.Ref{Tenant: tenant, ID: id})
		if errors.Is(err, rows.ErrNotFound) {
			continue // the write finds out
		}
		if err != nil {
			return nil, rows.StoreFault(err, "reading the accounts above")
		}
		if most := s.catalog.Quota(above.PlanKey, plans.Customers); most > 0 {
			list = append(list, rows.Companion{Room: &rows.Room{Of: id, Most: most}})
		}
	}
	return list, nil
}

// known returns a customer, without a read if the request has it already.
func (s *Registry) known(ctx context.Context, caller tenancy.Caller, ref tenancy.Ref) (*customers.Customer, error) {
	for _, principal := range []tenancy.Principal{caller.Subject, caller.Actor} {
		if principal != nil && principal.Ref() == ref {
			return Stored(principal), nil
		}
	}
	return s.store.Get(ctx, ref)
}

// noRoom returns the refusal of a customer for which there is no room below another one.
// Which account it is only those above it learn: its plan says enough.
func (s *Registry) noRoom(ctx context.Context, caller tenancy.Caller, tenant tenancy.ID, full rows.Full) error {
	above, err := s.known(ctx, caller, tenancy.Ref{Tenant: tenant, ID: full.Of})
	if err != nil {
		return rows.StoreFault(err, "reading the account that is full")
	}
	return s.overQuota(above.PlanKey, plans.Customers)
}
