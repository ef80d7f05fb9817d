package customers

import (
	"context"

	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// PartRef names a part of a customer that is a resource of its own in some faces:
// an owner or a document. With an empty CustomerID the part is found by its id
// alone, within the caller's reach.
type PartRef struct{ CustomerID, ID string }

// Parts are the ids by which parts of the customer are found: of its further
// owners and its documents. Stores keep an index over them.
func (c *Customer) Parts() []tenancy.ID {
	var ids []tenancy.ID
	if c.LegalEntity != nil {
		for i := range c.LegalEntity.AdditionalOwners {
			ids = append(ids, c.LegalEntity.AdditionalOwners[i].ID)
		}
	}
	for i := range c.Documents {
		ids = append(ids, c.Documents[i].ID)
	}
	return ids
}

// HolderOf finds the customer within the caller's reach that has a part of that id.
// It returns NotFound, in the same words for what is out of reach, and Forbidden
// insufficientScope.
func (s *Service) HolderOf(ctx context.Context, caller tenancy.Caller, partID string) (string, error) {
	c, _, err := s.reachPart(ctx, caller, PartRef{ID: partID}, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return "", err
	}
	return c.ID.String(), nil
}

// reachPart is reach for the customer that has a part. That it has it still is for
// the use case to see.
func (s *Service) reachPart(ctx context.Context, caller tenancy.Caller, part PartRef, need tenancy.Need) (*Customer, tenancy.ID, error) {
	id, malformed := tenancy.ParseID(part.ID)
	if part.CustomerID != "" {
		c, err := s.reach(ctx, caller, part.CustomerID, need)
		if err == nil && malformed != nil {
			err = fault.NotFoundError()
		}
		return c, id, err
	}
	if malformed != nil {
		return nil, id, fault.NotFoundError()
	}
	subject := stored(caller.Subject)
	tenant := subject.Tenant
	if tenancy.IsOperator(subject) {
		tenant = tenancy.ID{}
	}
	c, err := s.store.Holding(ctx, tenant, id)
	if err != nil {
		return nil, id, storeFault(err, "looking for part "+part.ID)
	}
	if err := tenancy.Authorize(caller, need, c); err != nil {
		return nil, id, err
	}
	return c, id, nil
}
