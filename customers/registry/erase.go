package registry

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"tenantry/customers"
	"tenantry/customers/reviews"
	"tenantry/customers/rows"
	"tenantry/internal/fault"
	"tenantry/internal/trace"
	"tenantry/tenancy"
)

// Erase is the one way to remove a customer: it writes a tombstone in its place and
// releases its reservations. It returns NotFound, Forbidden, PreconditionFailed, and
// Conflict customerHasChildren or customerHasActivity. Another try of an idempotent
// attempt finds its own tombstone and succeeds.
func (s *Registry) Erase(ctx context.Context, caller tenancy.Caller, at At) error {
	ctx, span := trace.Start(ctx, "registry.Erase")
	defer span.End()
	err := s.erase(ctx, caller, at)
	if fault.IsNotFound(err) && !caller.Attempt.ID.IsZero() {
		return s.erased(ctx, caller, at, err)
	}
	return err
}

// erased returns nil if the caller's attempt erased the customer before, else missing.
func (s *Registry) erased(ctx context.Context, caller tenancy.Caller, at At, missing error) error {
	id, err := tenancy.ParseID(at.ID)
	if at.Customer != nil {
		id, err = at.Customer.ID, nil
	}
	if err != nil {
		return missing
	}
	tombstone, err := s.store.Tombstone(ctx, tenancy.Ref{Tenant: rows.TenantScope(Stored(caller.Subject)), ID: id})
	switch {
	case errors.Is(err, rows.ErrNotFound):
		return missing
	case err != nil:
		return rows.StoreFault(err, "reading what is left of customer "+id.String())
	case tombstone.AttemptedBy(caller.Attempt.ID) != tombstone.Version || tenancy.Authorize(caller, at.Need, tombstone) != nil:
		return missing
	default:
		return nil
	}
}

func (s *Registry) erase(ctx context.Context, caller tenancy.Caller, at At) error {
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
		var rooms []rows.Companion
		if err == nil {
			rooms, err = s.rooms(ctx, caller, c.Tenant, c.Path)
		}
		with, settle, failed := at.Keep.taken(Created{Customer: tombstone})
		if err = cmp.Or(err, failed); err == nil {
			err = s.store.Erase(ctx, tombstone, c.Version, append(rooms, with...)...)
		}
		if errors.Is(err, rows.ErrHasChildren) {
			return fault.New(fault.Conflict, fault.CodeHasChildren, "delete the customers below this one first")
		}
		if err == nil {
			settle()
			s.hooks.waiting(tombstone)
			s.releaseAll(ctx, caller, c)
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
		Identity: reviews.Identity{Status: reviews.IdentityNone}, Attempts: withoutParts(c.Attempts), EventCount: c.EventCount, AuditCount: c.AuditCount,
	}
	tombstone.NoteAttempt(caller.Attempt.ID, tenancy.ID{})
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

// withoutParts returns attempts without the parts that they removed: nothing leads to a
// tombstone by them.
func withoutParts(attempts []customers.Attempt) []customers.Attempt {
	list := slices.Clone(attempts)
	for i := range list {
		list[i].Part = tenancy.ID{}
	}
	return list
}
