package customers

import (
	"context"
	"time"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// clock gives the time as records keep it: UTC, whole milliseconds.
func (s *Service) clock() time.Time { return s.now().UTC().Truncate(time.Millisecond) }

// reach reads a customer that the caller names and checks that it may do what
// needs need to it. The actor and the subject were read already; anything else
// costs one targeted read. An empty id names the subject. It returns NotFound for
// whatever is out of reach, in the same words as for what does not exist.
func (s *Service) reach(ctx context.Context, caller tenancy.Caller, id string, need tenancy.Need) (*Customer, error) {
	c, err := s.find(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if err := tenancy.Authorize(caller, need, c); err != nil {
		return nil, err
	}
	return c, nil
}

func (s *Service) find(ctx context.Context, caller tenancy.Caller, id string) (*Customer, error) {
	subject := stored(caller.Subject)
	if id == "" {
		return subject, nil
	}
	wanted, err := tenancy.ParseID(id)
	if err != nil {
		return nil, fault.NotFoundError()
	}
	if wanted == subject.ID {
		return subject, nil
	}
	if actor := stored(caller.Actor); wanted == actor.ID {
		return actor, nil
	}
	c, err := s.load(ctx, subject, wanted)
	return c, storeFault(err, "reading customer "+id)
}

// load reads a customer on behalf of viewer: within its tenant, or anywhere for
// the operator.
func (s *Service) load(ctx context.Context, viewer *Customer, id tenancy.ID) (*Customer, error) {
	if tenancy.IsOperator(viewer) {
		return s.store.GetAnywhere(ctx, id)
	}
	return s.store.Get(ctx, tenancy.Ref{Tenant: viewer.Tenant, ID: id})
}

// stored gives the customer behind a principal: callers are resolved by
// this package, so it is one.
func stored(p tenancy.Principal) *Customer {
	c, _ := p.(*Customer)
	return c
}

// active refuses what a customer that is not active must not do.
func (d *draft) active() error { return activeStatus(d.c.Status) }

func activeStatus(status Status) error {
	switch status {
	case StatusActive:
		return nil
	case StatusDisabled:
		return fault.New(fault.Forbidden, fault.CodeCustomerDisabled, "this customer is disabled; the platform above can set its status to active")
	case StatusLocked:
		return fault.New(fault.Forbidden, fault.CodeCustomerLocked, "this customer is locked; only the operator can change that")
	default:
		return fault.New(fault.Forbidden, fault.CodeCustomerNotActive, "this customer is not active yet")
	}
}
