package evidence

import (
	"tenantry/customers"
	"tenantry/customers/registry"
	"tenantry/tenancy"
)

// settleOwner sets a verification of an owner that was decided by its document.
func settleOwner(d *registry.Draft, id tenancy.ID, to customers.OwnerVerification) {
	owner := d.Customer.Owner(id)
	if owner == nil || owner.Verification != customers.OwnerDocument {
		return
	}
	next := *owner
	next.Verification = to
	putOwner(d, next)
	d.AddEvent(ownerOutcomes[to], id)
}

// putOwner puts an owner in the place of the one with its id, or behind the last.
func putOwner(d *registry.Draft, next customers.Owner) {
	entity := *d.Customer.LegalEntity
	list, found := make([]customers.Owner, 0, len(entity.AdditionalOwners)+1), false
	for _, owner := range entity.AdditionalOwners {
		if owner.ID == next.ID {
			owner, found = next, true
		}
		list = append(list, owner)
	}
	if !found {
		list = append(list, next)
	}
	entity.AdditionalOwners = list
	d.Customer.LegalEntity = &entity
}
