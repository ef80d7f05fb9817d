package customers

import (
	"time"

	"tenantry/tenancy"
)

// part is a nested object with an id and stamps of its own: an address, a contact.
type part[T any] interface {
	*T
	stamps() (id *tenancy.ID, created, lastUpdated *time.Time)
}

func (a *Address) stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &a.ID, &a.Created, &a.LastUpdated
}

func (c *Contact) stamps() (id *tenancy.ID, created, lastUpdated *time.Time) {
	return &c.ID, &c.Created, &c.LastUpdated
}

// keepPart gives next its id and stamps: those of old when nothing differs. An old one
// without an id is new itself.
func keepPart[T comparable, P part[T]](d *draft, old, next P) P {
	id, created, lastUpdated := next.stamps()
	if old == nil {
		*id, *created, *lastUpdated = d.newID(), d.now, d.now
		return next
	}
	oldID, oldCreated, oldUpdated := old.stamps()
	if oldID.IsZero() {
		*id, *created, *lastUpdated = d.newID(), d.now, d.now
		return next
	}
	*id, *created, *lastUpdated = *oldID, *oldCreated, *oldUpdated
	if *next == *old {
		return old
	}
	*lastUpdated = d.now
	return next
}

// copyPart makes the effective part of a new nested object from that of the root
// (PayStand API reference, customers: sensible defaults).
func copyPart[T comparable, P part[T]](d *draft, target *P, root P) {
	if *target == nil && root != nil {
		made := P(new(T))
		*made = *root
		id, created, lastUpdated := made.stamps()
		*id, *created, *lastUpdated = d.newID(), d.now, d.now
		*target = made
	}
}
