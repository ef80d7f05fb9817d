package evidence

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/internal/fault"
	"tenantry/tenancy"
)

// SubresourceRef names an owner or a document, which some dialects show as resources of
// their own. With an empty CustomerID it is found by its id alone, within the caller's
// reach.
type SubresourceRef struct{ CustomerID, ID string }

// CustomerWithPart returns the id of the customer within the caller's reach that has an
// owner or document of that id. It returns NotFound, in the same words for what is out
// of reach, and Forbidden insufficientScope.
func (s *Service) CustomerWithPart(ctx context.Context, caller tenancy.Caller, partID string) (string, error) {
	c, _, err := s.reachPart(ctx, caller, SubresourceRef{ID: partID}, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return "", err
	}
	return c.ID.String(), nil
}

// reachPart reads the customer that has an owner or document, and returns the parsed id.
// A customer that the caller names may lack it: the use case checks.
func (s *Service) reachPart(ctx context.Context, caller tenancy.Caller, part SubresourceRef, need tenancy.Need) (*customers.Customer, tenancy.ID, error) {
	id, malformed := tenancy.ParseID(part.ID)
	if part.CustomerID != "" {
		c, err := s.registry.Read(ctx, caller, part.CustomerID, need)
		if err == nil && malformed != nil {
			err = fault.NotFoundError()
		}
		return c, id, err
	}
	c, err := registry.ReadWithPart(ctx, s.store, caller, part.ID, need)
	return c, id, err
}
