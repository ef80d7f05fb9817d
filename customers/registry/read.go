package registry

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/rows"
	"tenantry/customers/shown"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// Read returns the customer with an id, once the caller is authorized for need; an empty
// id names the subject. The actor and the subject were read already; any other customer
// costs one targeted read. It returns NotFound for a customer out of reach, in the same
// words as for one that does not exist.
func (s *Registry) Read(ctx context.Context, caller tenancy.Caller, id string, need tenancy.Need) (*customers.Customer, error) {
	c, err := s.find(ctx, caller, id)
	if err != nil {
		return nil, err
	}
	if err := tenancy.Authorize(caller, need, c); err != nil {
		return nil, err
	}
	return c, nil
}

// Show is Read for callers that only show the customer: what show made of it before may
// serve again.
func Show(ctx context.Context, s *Registry, caller tenancy.Caller, id string, need tenancy.Need, show shown.Show) (made shown.Answer, err error) {
	near, wanted, err := atHand(caller, id)
	switch {
	case err != nil:
	case near != nil:
		made, err = show.Of(near)
	default:
		made, err = s.store.Shown(ctx, reachOf(Stored(caller.Subject), wanted), show)
		err = rows.StoreFault(err, "reading customer "+id)
	}
	if err == nil {
		err = tenancy.Authorize(caller, need, &made)
	}
	if err != nil {
		return shown.Answer{}, err
	}
	return made, nil
}

func (s *Registry) find(ctx context.Context, caller tenancy.Caller, id string) (*customers.Customer, error) {
	near, wanted, err := atHand(caller, id)
	if err != nil || near != nil {
		return near, err
	}
	c, err := s.Lookup(ctx, Stored(caller.Subject), wanted)
	return c, rows.StoreFault(err, "reading customer "+id)
}

// atHand returns the customer with an id if it is the caller's subject, as for an empty id,
// its actor, or one that was read together with these; nil for any other one, which wanted
// names. It returns NotFound for a text that is no id.
func atHand(caller tenancy.Caller, id string) (near *customers.Customer, wanted tenancy.ID, err error) {
	subject := Stored(caller.Subject)
	if id == "" {
		return subject, subject.ID, nil
	}
	if wanted, err = tenancy.ParseID(id); err != nil {
		return nil, wanted, fault.NotFoundError()
	}
	for _, near := range []*customers.Customer{subject, Stored(caller.Actor)} {
		if near.ID == wanted {
			return near, wanted, nil
		}
	}
	if ahead := caller.Ahead.Take(subject, wanted); ahead != nil {
		return Stored(ahead), wanted, nil
	}
	return nil, wanted, nil
}

// Parts is the port of finding customers by what belongs to them.
type Parts interface {
	// CustomerWithPart reads the living customer of a tenant that has a part of that id
	// (see rows.PartIDs); the zero tenant is the operator's reach. It is
	// found by an index. ErrNotFound.
	CustomerWithPart(ctx context.Context, tenant, part tenancy.ID) (*customers.Customer, error)
}

// ReadWithPart is Read for the customer within the caller's reach that has a part of that
// id, which some dialects show as a resource of its own.
func ReadWithPart(ctx context.Context, store Parts, caller tenancy.Caller, partID string, need tenancy.Need) (*customers.Customer, error) {
	id, err := tenancy.ParseID(partID)
	if err != nil {
		return nil, fault.NotFoundError()
	}
	subject := Stored(caller.Subject)
	tenant := subject.Tenant
	if tenancy.IsOperator(subject) {
		tenant = tenancy.ID{}
	}
	c, err := store.CustomerWithPart(ctx, tenant, id)
	if err != nil {
		return nil, rows.StoreFault(err, "looking for part "+partID)
	}
	if err := tenancy.Authorize(caller, need, c); err != nil {
		return nil, err
	}
	return c, nil
}

// System returns the caller of work that the installation does by itself: the operator
// with every scope, under a name that its events show as the credential. It returns
// NotFound on an empty store.
func (s *Registry) System(ctx context.Context, name string) (tenancy.Caller, error) {
	root, err := s.store.Root(ctx)
	if err != nil {
		return tenancy.Caller{}, rows.StoreFault(err, "reading the operator")
	}
	return tenancy.Caller{Actor: root, Subject: root, Credential: tenancy.Credential{
		Kind: tenancy.LocalSocket, ID: name, Scopes: tenancy.Full,
	}}, nil
}

// Lookup returns a customer on behalf of viewer: of its tenant, or of any tenant for the
// operator.
func (s *Registry) Lookup(ctx context.Context, viewer *customers.Customer, id tenancy.ID) (*customers.Customer, error) {
	ref := reachOf(viewer, id)
	if ref.Tenant.IsZero() {
		return s.store.GetAnywhere(ctx, id)
	}
	return s.store.Get(ctx, ref)
}

// reachOf returns the reference by which a viewer reads a customer: within its tenant, or
// without one for the operator.
func reachOf(viewer *customers.Customer, id tenancy.ID) tenancy.Ref {
	if tenancy.IsOperator(viewer) {
		return tenancy.Ref{ID: id}
	}
	return tenancy.Ref{Tenant: viewer.Tenant, ID: id}
}

// Stored returns the customer behind a principal. Every principal is one: callers are
// resolved from stored customers.
func Stored(p tenancy.Principal) *customers.Customer {
	c, _ := p.(*customers.Customer)
	return c
}
