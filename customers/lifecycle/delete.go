package lifecycle

import (
	"context"

	"tenantry/customers/registry"
	"tenantry/tenancy"
)

// DeleteInput is the input of Delete.
type DeleteInput struct {
	CustomerID string
	// IfVersions, unless nil, demand that the customer is in one of them.
	IfVersions []int64
}

// Delete erases the personal data of a customer and leaves a tombstone: its id, its
// place in the tree, and its events without what they show. It cannot be found
// afterwards, its credentials are dead and its unique names are free. It returns
// NotFound, Forbidden (scope, insufficientResourceAccess for oneself),
// PreconditionFailed, and Conflict customerHasChildren or customerHasActivity.
func (s *Service) Delete(ctx context.Context, caller tenancy.Caller, in DeleteInput) error {
	return s.registry.Erase(ctx, caller, registry.At{
		ID: in.CustomerID, Need: tenancy.Need{Scope: tenancy.CustomersDelete, FromAbove: true}, IfVersions: in.IfVersions, Keep: registry.KeepsDone(ctx),
	})
}
