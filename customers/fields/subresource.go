package fields

import (
	"time"

	"tenantry/customers/registry"
	"tenantry/tenancy"
)

// subresource is a nested object with an id and stamps of its own: an address, a contact.
type subresource[T any] interface {
	*T
	Stamps() (id *tenancy.ID, created, lastUpdated *time.Time)
}

// KeepStamps returns next with its id and times: those of old when nothing differs,
// fresh ones without an old object that has an id.
func KeepStamps[T comparable, P subresource[T]](d *registry.Draft, old, next P) P {
	id, created, lastUpdated := next.Stamps()
	if old == nil {
		*id, *created, *lastUpdated = d.NewID(), d.Now, d.Now
		return next
	}
	oldID, oldCreated, oldUpdated := old.Stamps()
	if oldID.IsZero() {
		*id, *created, *lastUpdated = d.NewID(), d.Now, d.Now
		return next
	}
	*id, *created, *lastUpdated = *oldID, *oldCreated, *oldUpdated
	if *next == *old {
		return old
	}
	*lastUpdated = d.Now
	return next
}

// CopyFromRoot makes a nested object that is absent a copy of the one at the root
// (PayStand API reference, customers: sensible defaults).
func CopyFromRoot[T comparable, P subresource[T]](d *registry.Draft, target *P, root P) {
	if *target == nil && root != nil {
		made := P(new(T))
		*made = *root
		id, created, lastUpdated := made.Stamps()
		*id, *created, *lastUpdated = d.NewID(), d.Now, d.Now
		*target = made
	}
}
