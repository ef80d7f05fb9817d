package registry

import (
	"context"
	"errors"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Erase is the one way to remove a customer: it writes a tombstone in its place and
// releases its reservations. It returns NotFound, Forbidden, PreconditionFailed, and
// Conflict customerHasChildren or customerHasActivity.
func (s *Registry) Erase(ctx context.Context, caller tenancy.Caller, at At) error {
	first, version, err := s.at(ctx, caller, at)
	if err != nil {
		return err
	}
	return s.contend(ctx, caller, first, version, "deleting", func(c *customers.Customer) error {
		if c.ActivityCount > 0 {
			return fault.New(fault.Conflict, fault.CodeHasActivity,
				"money was moved for this customer, so its record stays; set its status to disabled instead")
		}
		tombstone, err := s.tombstone(ctx, caller, c)
		if err == nil {
			err = s.store.Erase(ctx, tombstone, c.Version)
		}
		if errors.Is(err, rows.ErrHasChildren) {
			return fault.New(fault.Conflict, fault.CodeHasChildren, "delete the customers below this one first")
		}
		if err == nil {
			s.releaseAll(ctx, c)
			for _, hook := range s.hooks.erased {
				hook(ctx, c)
			}
		}
		return err
	})
}

// tombstone returns what remains of a customer, with the event of its erasure.
func (s *Registry) tombstone(ctx context.Context, caller tenancy.Caller, c *customers.Customer) (*customers.Customer, error) {
	now := s.Now()
	tombstone := &customers.Customer{
		ID: c.ID, Tenant: c.Tenant, Parent: c.Parent, Path: c.Path, Version: c.Version + 1,
		Created: c.Created, LastUpdated: now, Deleted: &now, Status: customers.StatusDisabled, PlanKey: c.PlanKey,
		Identity: reviews.Identity{Status: reviews.IdentityNone}, EventCount: c.EventCount, AuditCount: c.AuditCount,
	}
	id, err := tenancy.NewID(now, s.random)
	if err != nil {
		return nil, err
	}
	// Earlier events that were not relayed yet lose what they show and stay as facts
	// of the audit; the relay does the same to those in the log.
	for _, event := range c.Outbox {
		tombstone.Outbox = append(tombstone.Outbox, event.Redacted())
	}
	erased := customers.Event{
		ID: id, Type: customers.EventDeleted, At: now, Actor: caller.Actor.Ref().ID, Subject: caller.Subject.Ref().ID,
		Credential: caller.Credential.ID, Resource: []byte(`{"id":"` + c.ID.String() + `","object":"customer","deleted":true}`),
	}
	tombstone.Outbox = append(tombstone.Outbox, number(tombstone, erased.From(tenancy.OriginOf(ctx))))
	return tombstone, nil
}
