package customers

import (
	"context"
	"errors"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// eventDeleted is the event of a customer that was erased.
const eventDeleted = "customer.deleted"

// Delete erases the personal data of a customer and leaves a tombstone: its id,
// its place in the tree, and its events without what they show. Nothing finds it
// afterwards, its credentials are dead and its unique names are free. It returns
// NotFound, Forbidden (scope, insufficientResourceAccess for oneself),
// PreconditionFailed, and Conflict customerHasChildren or customerHasActivity.
func (s *Service) Delete(ctx context.Context, caller tenancy.Caller, in DeleteInput) error {
	return s.Erase(ctx, caller, At{
		ID: in.CustomerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite, FromAbove: true}, IfVersions: in.IfVersions,
	})
}

// Erase is the one way to take a customer away: it leaves a tombstone in its place,
// and gives back its reservations. It returns what Delete returns.
func (s *Service) Erase(ctx context.Context, caller tenancy.Caller, at At) error {
	first, version, err := s.at(ctx, caller, at)
	if err != nil {
		return err
	}
	return s.contend(ctx, caller, first, version, "deleting", func(c *Customer) error {
		if c.ActivityCount > 0 {
			return fault.New(fault.Conflict, fault.CodeHasActivity,
				"money was moved for this customer, so its record stays; set its status to disabled instead")
		}
		tombstone, err := s.tombstone(caller, c)
		if err == nil {
			err = s.store.Erase(ctx, tombstone, c.Version)
		}
		if errors.Is(err, ErrHasChildren) {
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

// tombstone is what remains of a customer, with the event of its erasure.
func (s *Service) tombstone(caller tenancy.Caller, c *Customer) (*Customer, error) {
	now := s.clock()
	tombstone := &Customer{
		ID: c.ID, Tenant: c.Tenant, Parent: c.Parent, Path: c.Path, Version: c.Version + 1,
		Created: c.Created, LastUpdated: now, Deleted: &now, Status: StatusDisabled, PlanKey: c.PlanKey,
		Identity: Identity{Status: IdentityNone},
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
	tombstone.Outbox = append(tombstone.Outbox, Event{
		ID: id, Type: eventDeleted, At: now, Actor: caller.Actor.Ref().ID, Subject: caller.Subject.Ref().ID,
		Credential: caller.Credential.ID, Resource: []byte(`{"id":"` + c.ID.String() + `","object":"customer","deleted":true}`),
	})
	return tombstone, nil
}
