package evidence

import (
	"context"

	"tenantry/customers"
	"tenantry/customers/fields"
	"tenantry/customers/registry"
	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// OwnershipView shows the certification of owners.
type OwnershipView struct {
	Object string                    `json:"object"` // ownership
	Status customers.OwnershipStatus `json:"status"`
}

// OwnershipInput certifies the owners.
type OwnershipInput struct {
	Status patch.Field[string] `json:"status"` // certified; required
}

// Ownership reads the certification of a customer's owners. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Ownership(ctx context.Context, caller tenancy.Caller, customerID string) (OwnershipView, error) {
	c, err := s.registry.Read(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return OwnershipView{}, err
	}
	return ownershipView(c), nil
}

// CertifyOwnership certifies that the list of owners is whole and right; an empty list
// states that no person owns a quarter or more. Doing it again changes nothing. It
// returns NotFound, Forbidden (scope, customerLocked, not active), Invalid, and Conflict
// invalidResourceState for a customer that is exempt.
func (s *Service) CertifyOwnership(ctx context.Context, caller tenancy.Caller, customerID string, in OwnershipInput) (OwnershipView, error) {
	at := registry.At{ID: customerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	return registry.ChangeTo(ctx, s.registry, caller, at, eventOwnershipCertified, func(d *registry.Draft) error {
		if err := d.Active(); err != nil {
			return err
		}
		status := ""
		if !in.Status.Given() {
			fields.Missing(d, "status")
		}
		fields.Choice(d, in.Status, &status, "status", string(customers.OwnershipCertified))
		if !d.Faults.Empty() {
			return nil
		}
		if d.Customer.OwnershipStatus() == customers.OwnershipExempt {
			return wrongState("people and sole proprietors have no further owners to certify")
		}
		d.Customer.Ownership = customers.OwnershipStatus(status)
		return nil
	}, func(c *customers.Customer) (OwnershipView, error) { return ownershipView(c), nil })
}

func ownershipView(c *customers.Customer) OwnershipView {
	return OwnershipView{Object: "ownership", Status: c.OwnershipStatus()}
}
