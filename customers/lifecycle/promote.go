package lifecycle

import (
	"context"
	"fmt"
	"slices"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/keys"
	"tenantry/tenancy"
)

// sandboxProvider is the name under which the sandbox recorded its reviews.
const sandboxProvider = "sandbox"

// SandboxEnded counts what EndSandbox ended.
type SandboxEnded struct {
	Keys    int `json:"keys"`
	Reviews int `json:"reviews"`
	Owners  int `json:"owners"`
	Banks   int `json:"banks"`
}

// EndSandbox ends what a sandbox made up, of every customer: test keys are revoked;
// reviews that the sandbox ran, the verification of owners and that of banks by deposits,
// whose amounts everybody knows, begin again. Interrupted it can be run again. progress
// is called with the number of customers done.
func (s *Service) EndSandbox(ctx context.Context, progress func(done int)) (ended SandboxEnded, err error) {
	caller, err := s.registry.System(ctx, "local")
	if err != nil {
		return ended, err
	}
	var after tenancy.ID
	for done := 0; ; {
		list, err := s.store.Scan(ctx, after, resealBatch)
		if err != nil {
			return ended, rows.StoreFault(err, "reading customers")
		}
		for _, c := range list {
			var of SandboxEnded
			at := registry.At{Customer: c, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
			_, err := s.registry.Change(ctx, caller, at, "customer.promoted", func(d *registry.Draft) error {
				of = endSandbox(d)
				return nil
			})
			if err != nil && !fault.IsNotFound(err) { // deleted meanwhile
				return ended, fmt.Errorf("ending what the sandbox made up of customer %s: %w", c.Ref(), err)
			}
			ended.Keys += of.Keys
			ended.Reviews += of.Reviews
			ended.Owners += of.Owners
			ended.Banks += of.Banks
			after = c.ID
			done++
		}
		progress(done)
		if len(list) < resealBatch {
			return ended, nil
		}
	}
}

// endSandbox ends what a sandbox made up of one customer.
func endSandbox(d *registry.Draft) (ended SandboxEnded) {
	c := d.Customer
	var revoked []registry.AboutKey
	for _, entry := range c.Keys {
		if entry.Mode == keys.Test && entry.Revoked == nil {
			c.Keys, _ = keys.Revoke(c.Keys, entry.Number, d.Now)
			revoked = append(revoked, registry.KeyOf(c.ID, entry))
			ended.Keys++
		}
	}
	if revoked != nil {
		registry.About(d, "revoked", revoked)
	}
	if reviewedBySandbox(&c.Identity) {
		ended.Reviews++
		c.Identity = reviews.Identity{
			Status: reviews.IdentityNone, Basic: c.Identity.Basic, Processing: c.Identity.Processing, Updated: new(d.Now),
			Reason:    "it was reviewed in a sandbox, which ended",
			Decisions: slices.DeleteFunc(slices.Clone(c.Identity.Decisions), func(by reviews.Decision) bool { return by.Provider == sandboxProvider }),
		}
	}
	if c.LegalEntity != nil && slices.ContainsFunc(c.LegalEntity.AdditionalOwners, wasVerified) {
		entity := *c.LegalEntity
		entity.AdditionalOwners = slices.Clone(entity.AdditionalOwners)
		for i := range entity.AdditionalOwners {
			if wasVerified(entity.AdditionalOwners[i]) {
				entity.AdditionalOwners[i].Verification = customers.OwnerIncomplete
				ended.Owners++
			}
		}
		c.LegalEntity = &entity
	}
	if slices.ContainsFunc(c.Banks, hadDeposits) {
		c.Banks = slices.Clone(c.Banks)
		for i := range c.Banks {
			if hadDeposits(c.Banks[i]) {
				c.Banks[i].Verified, c.Banks[i].Drops = false, nil
				ended.Banks++
			}
		}
	}
	return ended
}

func reviewedBySandbox(i *reviews.Identity) bool {
	return i.Provider == sandboxProvider || i.Outcome != "" ||
		slices.ContainsFunc(i.Decisions, func(by reviews.Decision) bool { return by.Provider == sandboxProvider })
}

func wasVerified(o customers.Owner) bool { return o.Verification == customers.OwnerVerified }

func hadDeposits(b customers.Bank) bool { return b.Drops != nil }
