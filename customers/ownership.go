package customers

import (
	"context"

	"tenantry/internal/patch"
	"tenantry/tenancy"
)

// OwnershipStatus says whether somebody stood for the list of owners being whole
// and right (Dwolla API reference, beneficial ownership).
type OwnershipStatus string

// The statuses of ownership.
const (
	OwnershipUncertified OwnershipStatus = "uncertified"
	OwnershipCertified   OwnershipStatus = "certified"
	// OwnershipRecertify is certified before the owners changed.
	OwnershipRecertify OwnershipStatus = "recertify"
	// OwnershipExempt is for people and sole proprietors: they own themselves.
	OwnershipExempt OwnershipStatus = "exempt"
)

// OwnershipView shows the certification of owners.
type OwnershipView struct {
	Object string          `json:"object"` // ownership
	Status OwnershipStatus `json:"status"`
}

// OwnershipInput certifies the owners.
type OwnershipInput struct {
	Status patch.Field[string] `json:"status"` // certified; required
}

// OwnershipStatus gives the certification of the customer's owners.
func (c *Customer) OwnershipStatus() OwnershipStatus {
	switch {
	case !c.hasOwners():
		return OwnershipExempt
	case c.Ownership == "":
		return OwnershipUncertified
	default:
		return c.Ownership
	}
}

// hasOwners tells whether the customer can have owners beside itself: a business that
// is no sole proprietorship.
func (c *Customer) hasOwners() bool {
	return c.LegalEntity != nil && c.isBusiness() && c.LegalEntity.EntityType != entityISP
}

// Ownership reads the certification of a customer's owners. It returns NotFound and
// Forbidden insufficientScope.
func (s *Service) Ownership(ctx context.Context, caller tenancy.Caller, customerID string) (OwnershipView, error) {
	c, err := s.reach(ctx, caller, customerID, tenancy.Need{Scope: tenancy.Read})
	if err != nil {
		return OwnershipView{}, err
	}
	return ownershipView(c), nil
}

// CertifyOwnership certifies that the list of owners is whole and right; a list
// without owners says that nobody owns a quarter or more. Doing it again changes
// nothing. It returns NotFound, Forbidden (scope, customerLocked, not active),
// Invalid, and Conflict invalidResourceState for who is exempt.
func (s *Service) CertifyOwnership(ctx context.Context, caller tenancy.Caller, customerID string, in OwnershipInput) (OwnershipView, error) {
	at := At{ID: customerID, Need: tenancy.Need{Scope: tenancy.CustomersWrite}}
	c, err := s.Change(ctx, caller, at, eventOwnershipCertified, func(d *draft) error {
		if err := d.active(); err != nil {
			return err
		}
		status := ""
		if !in.Status.Given() {
			d.missing("status")
		}
		d.choice(in.Status, &status, "status", string(OwnershipCertified))
		if !d.faults.Empty() {
			return nil
		}
		if d.c.OwnershipStatus() == OwnershipExempt {
			return wrongState("people and sole proprietors have no further owners to certify")
		}
		d.c.Ownership = OwnershipStatus(status)
		return nil
	})
	if err != nil {
		return OwnershipView{}, err
	}
	return ownershipView(c), nil
}

func ownershipView(c *Customer) OwnershipView {
	return OwnershipView{Object: "ownership", Status: c.OwnershipStatus()}
}
