package customers

import (
	"context"
	"errors"
	"fmt"

	"tenantry/internal/fault"
	"tenantry/internal/patch"
	"tenantry/keys"
	"tenantry/tenancy"
)

// operatorPlan is the key of the operator's plan, which every catalog has.
const operatorPlan = "operator"

// InitOperator makes the root customer on an empty store, with its first keys. It
// returns Conflict when there is one, and Invalid for a faulty name or e-mail.
func (s *Service) InitOperator(ctx context.Context, name, email string) (Created, error) {
	_, err := s.store.Root(ctx)
	if err == nil {
		return Created{}, operatorExists()
	}
	if !errors.Is(err, ErrNotFound) {
		return Created{}, storeFault(err, "looking for the operator")
	}
	d := &draft{s: s, now: s.clock(), event: "customer.created"}
	id := d.newID()
	d.c = &Customer{
		ID: id, Tenant: id, Path: []tenancy.ID{}, Version: 1, Created: d.now, LastUpdated: d.now,
		Status: StatusActive, PlanKey: operatorPlan, Identity: Identity{Status: IdentityNone},
	}
	d.required(patch.Of(name), &d.c.Name, "name", 256)
	d.requiredEmail(patch.Of(email))
	if err := d.err(); err != nil {
		return Created{}, err
	}
	entry, pair, err := s.minter.Pair(d.c.Ref(), 1, d.now)
	if err != nil {
		return Created{}, fmt.Errorf("minting the operator's keys: %w", err)
	}
	d.c.Keys, d.c.KeyCount = []keys.Entry{entry}, 1
	if err := d.record(); err != nil {
		return Created{}, err
	}
	if err := s.claimRoot(ctx, d.c); err != nil {
		return Created{}, err
	}
	if err := s.store.Insert(ctx, d.c); err != nil {
		return Created{}, storeFault(err, "writing the operator")
	}
	return Created{Customer: d.c, Keys: pair}, nil
}

// claimRoot lets one of several processes that start on an empty store win.
func (s *Service) claimRoot(ctx context.Context, c *Customer) error {
	claim := Claim{Key: "operator:root", Customer: c.Ref(), Taken: s.clock()}
	holder, taken, err := s.store.Reserve(ctx, claim)
	if err != nil {
		return storeFault(err, "claiming the root")
	}
	if taken {
		return nil
	}
	if s.clock().Sub(holder.Taken) < claimGrace {
		return operatorExists()
	}
	if ok, err := s.store.Swap(ctx, holder, claim); err != nil || !ok {
		return errors.Join(operatorExists(), err)
	}
	return nil
}

func operatorExists() error {
	return fault.New(fault.Conflict, fault.CodeConflict, "this store has an operator already; rotate its keys if they are lost")
}
